//! What a face of Sticker Studio may ask for.
//!
//! A face makes a [`GenerateRequest`], hands it to [`Engine::submit`] and listens to [`Engine::events`]. The request is
//! checked and completed at once, then waits in a bounded queue for the one thread that touches the model. Finished
//! stickers come back as pictures with a [`Recipe`]; [`save_sticker`] writes them to a file.

mod a1111;
mod choice;
mod comparison;
mod completion;
mod device;
mod engine;
mod error;
mod event;
mod file_names;
mod file_pack;
mod finish_file;
mod finisher;
mod folders;
mod hash;
#[cfg(test)]
mod hostile_tests;
mod inspect;
mod model_location;
mod model_traits;
mod picture;
mod picture_file;
mod png_metadata;
mod preview;
mod queue;
mod recipe;
mod recreate;
mod request;
mod sheet;
mod sticker_file;
mod studio;
mod svg;
mod tailor;
mod warnings;
mod worker;

pub use a1111::{A1111Parameters, ParametersText};
pub use choice::{AlphaKind, OnDeviceFailure, Precision, PrecisionChoice, Style, TransparencyChoice};
pub use comparison::{Comparison, PixelDifference};
pub(crate) use completion::MAX_PROMPT_BYTES;
pub use completion::{CompletedInit, CompletedRequest};
pub use completion::{MAX_COUNT, MAX_GUIDANCE, MAX_SIZE, MAX_STEPS};
pub use device::{DeviceChoice, DeviceInfo, DeviceKind, devices};
pub use engine::{Engine, EngineOptions};
pub use error::{Error, ErrorCode};
pub use event::{Event, JobId, LoadingStage};
pub use file_names::slug;
pub use file_pack::{FilePack, library_files};
pub use finish_file::{FinishJob, FinishedFile, finish_file};
pub use finisher::{FinishSource, FinishedPicture, Finisher};
pub use folders::cache_folder;
pub use inspect::{Inspection, inspect};
pub use model_location::built_in_model;
pub use picture::{Picture, read_picture};
pub use picture_file::{PictureFile, picture_files};
pub use png_metadata::{PngMetadata, encode_png, read_png};
pub use preview::{Preview, Previews};
pub use recipe::{AdapterReference, InitReference, ModelReference, RECIPE_VERSION, Recipe};
pub use recreate::{Original, RecreationFiles};
pub use request::{DEFAULT_STRENGTH, GenerateRequest, InitRequest, LoraRequest};
pub use sheet::{SheetOptions, contact_sheet};
pub use sticker_file::{RecipeInPng, check_out_folder, save_sticker, write_png};
pub use studio::{
    AdapterUse, Axis, AxisSetting, Device, DeviceTest, Draft, DraftCheck, EffectInfo, Exported, FieldProblem, FinishOf,
    FinishOptions, FinishReport, FixedPack, Ground, HOME_VARIABLE, Idea, ImportReport, Job, JobAction, Language,
    Listener, Model, ModelOptions, PackDetail, PackExported, PackedSticker, Places, Plan, PlatformCheck, Preset,
    Printed, Progress, Queue, RecipeAdapter, RecipeInside, RecipeStart, RecipeView, RefusedFile, RenderedHead,
    Settings, StartPicture, Startup, StickerDetail, Studio, StudioEvent, Theme, Tile,
};
pub use tailor::{
    CONTENT_OF_RATINGS, RecipeCaptions, TailorEvent, TailorJob, TailorOutcome, TailorRequest, export_run, read_set,
    tailor,
};
pub use warnings::tell_warnings;
pub use worker::bench::{BenchReport, BenchRequest, BenchSubject, Milliseconds, bench};

pub use diffusion::schedulers::SamplerName;
/// What makes a picture a sticker. A face names its types by this.
pub use effects;
/// What a studio keeps. A face names its types by this.
pub use library;
/// What platforms take. A face names its types by this.
pub use packs;
/// Data sets, trainings and what is measured of them. A face names its types by this.
pub use tailoring;
