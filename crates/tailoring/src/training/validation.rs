//! Pictures from fixed prompts and seeds, by which a person sees how a training goes.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use diffusion::Picture;
use diffusion::pipeline::{MemoryPlan, ModelFolder, Networks, Outcome, Pipeline, Sampling, Transparency};
use diffusion::weights::Precision;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

use super::TrainingError;
use super::files::write_whole;
use super::trainer::Trainer;

/// What is drawn and when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Validation {
    /// One picture each for every seed.
    pub prompts: Vec<String>,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// Steps between two rounds; 0 for none but those of the untrained model.
    pub every: usize,
}

impl Validation {
    /// Draws with the model's own sampler and defaults, and writes `step-000100-P-S.png` for each prompt and seed.
    pub(super) fn pictures(
        &self,
        model: &ModelFolder,
        trainer: &Trainer,
        (folder, step): (&Path, usize),
    ) -> Result<Vec<PathBuf>, TrainingError> {
        let device = trainer.plain_device();
        // The encoders are not kept during the training: they would take room that it needs.
        let networks = Networks {
            text_encoder: model.load_text_encoder(device)?.module,
            autoencoder: model.load_autoencoder(device, Precision::F32)?.module,
            unet: trainer.unet(),
        };
        let mut pipeline = Pipeline::of_networks(model, networks, device, MemoryPlan::CPU);
        let mut files = Vec::new();
        for (place, prompt) in self.prompts.iter().enumerate() {
            for (seed_place, seed) in self.seeds.iter().enumerate() {
                let path = folder.join(format!("step-{step:06}-{place}-{seed_place}.png"));
                let picture = draw(&mut pipeline, model, prompt, *seed)?;
                write_png(&path, &picture)?;
                files.push(path);
            }
        }
        Ok(files)
    }
}

/// One picture with the model's defaults.
pub fn draw(pipeline: &mut Pipeline, model: &ModelFolder, prompt: &str, seed: u64) -> Result<Picture, TrainingError> {
    let defaults = model.defaults();
    let job = Sampling {
        prompt: prompt.to_owned(),
        negative_prompt: String::new(),
        seeds: vec![seed],
        num_inference_steps: defaults.num_inference_steps,
        guidance_scale: defaults.guidance_scale,
        guidance_rescale: 0.0,
        sampler: None,
        width: defaults.size,
        height: defaults.size,
        init: None,
        transparent: Transparency::Auto,
    };
    match pipeline.generate(&job, &mut |_| ControlFlow::Continue(()))? {
        Outcome::Done(mut stickers) if !stickers.is_empty() => Ok(stickers.swap_remove(0).picture),
        _ => Err(TrainingError::Settings("the model made no picture".to_owned())),
    }
}

/// A PNG file of a picture, whole or not there.
pub fn write_png(path: &Path, picture: &Picture) -> Result<(), TrainingError> {
    write_whole(path, |file| {
        PngEncoder::new(file)
            .write_image(&picture.rgba, picture.width, picture.height, ExtendedColorType::Rgba8)
            .map_err(std::io::Error::other)
    })
}
