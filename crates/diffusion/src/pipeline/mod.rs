//! From a prompt to pictures: diffusers' `StableDiffusionPipeline` and `StableDiffusionImg2ImgPipeline`.

mod folder;
mod latents;
mod load;
mod lora;
mod memory;
mod preview;
mod prompts;
mod sampling;
mod studio;
mod transparency;

pub use folder::{GenerationDefaults, ModelFacts, ModelFolder};
pub use latents::picture_tensor;
pub use load::{LoadOptions, LoadStage, Loaded, Networks, Pipeline, TextEncoder};
pub use lora::LoraReport;
pub use memory::{GuidanceBatch, MemoryPlan};
pub use prompts::PromptEmbeddings;
pub use sampling::{InitImage, Outcome, Sampling, StepInfo, Sticker};
pub use studio::{PreviewMap, StudioHints};
pub use transparency::{AlphaSource, PLAIN_BACKGROUND, Transparency, cut_out};
