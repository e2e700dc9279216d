//! Runs the cases of `pipelines.safetensors` and `builtin.safetensors`.

use std::ops::ControlFlow;
use std::path::Path;

use burn::tensor::Device;
use diffusion::Picture;
use diffusion::pipeline::{InitImage, LoadOptions, MemoryPlan, ModelFolder, Outcome, Pipeline, Sampling, Transparency};
use diffusion::weights::Precision;
use serde_json::Value;

use crate::agreement::{assert_pictures_agree, assert_values_agree};
use crate::fixture::values;

/// Of final latents, relative to the largest: twenty steps of a random model multiply a rounding error.
const LATENTS: f32 = 1e-3;

/// What a job made.
#[derive(Debug, PartialEq)]
pub struct Made {
    pub pictures: Vec<Picture>,
    /// Of all pictures, after the last step.
    pub latents: Vec<f32>,
}

/// A model on the CPU in f32.
pub fn load(folder: &Path) -> Pipeline {
    let options = LoadOptions {
        precision: Precision::F32,
        memory: MemoryPlan::CPU,
    };
    let folder = ModelFolder::open(folder).unwrap();
    Pipeline::load(&folder, &Device::flex(), &options, &mut |_| {}).unwrap()
}

/// The job of a case, pictures of `size` (width, height), with `init` where the case is image-to-image.
pub fn job(case: &Value, size: (u32, u32), init: &Picture, transparent: Transparency) -> Sampling {
    let text = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
    let number = |key: &str| case[key].as_f64().unwrap() as f32;
    Sampling {
        prompt: text("prompt"),
        negative_prompt: text("negative_prompt"),
        seeds: case["seeds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|seed| seed.as_u64().unwrap())
            .collect(),
        num_inference_steps: case["steps"].as_u64().unwrap() as usize,
        guidance_scale: number("guidance_scale"),
        guidance_rescale: number("guidance_rescale"),
        sampler: case["sampler"].as_str().map(|name| name.parse().unwrap()),
        width: size.0,
        height: size.1,
        init: case["strength"].as_f64().map(|strength| InitImage {
            picture: init.clone(),
            strength: strength as f32,
        }),
        transparent,
    }
}

/// Makes the pictures of a job, all of them together.
pub fn make(pipeline: &mut Pipeline, job: &Sampling) -> Made {
    let mut latents = Vec::new();
    let outcome = pipeline.generate(job, &mut |info| {
        if info.step == info.of {
            latents = values(info.latents.clone());
        }
        ControlFlow::Continue(())
    });
    let Outcome::Done(stickers) = outcome.unwrap() else {
        panic!("nobody cancelled it")
    };
    let seeds: Vec<_> = stickers.iter().map(|sticker| sticker.seed).collect();
    assert_eq!(seeds, job.seeds);
    Made {
        pictures: stickers.into_iter().map(|sticker| sticker.picture).collect(),
        latents,
    }
}

/// Makes the pictures of a job one after the other, as the engine does on the CPU.
pub fn make_one_by_one(pipeline: &mut Pipeline, job: &Sampling) -> Made {
    let each = job.seeds.iter().map(|seed| {
        let one = Sampling {
            seeds: vec![*seed],
            ..job.clone()
        };
        make(pipeline, &one)
    });
    let each: Vec<_> = each.collect();
    Made {
        latents: each.iter().flat_map(|made| made.latents.clone()).collect(),
        pictures: each.into_iter().flat_map(|made| made.pictures).collect(),
    }
}

impl Made {
    /// Every `stride`-th row and column of all pictures, `channels` bytes a pixel.
    pub fn bytes(&self, channels: usize, stride: usize) -> Vec<u8> {
        let rows = |picture: &'_ Picture| -> Vec<u8> {
            let rows = picture.rgba.chunks_exact(4 * picture.width as usize).step_by(stride);
            let pixels = rows.flat_map(|row| row.chunks_exact(4).step_by(stride));
            pixels.flat_map(|pixel| pixel[..channels].to_vec()).collect()
        };
        self.pictures.iter().flat_map(rows).collect()
    }

    /// Fails unless every byte is within 1 and the latents agree.
    #[track_caller]
    pub fn assert_agrees(&self, name: &str, bytes: &[u8], expected: &[u8], latents: &[f32]) {
        assert_values_agree(&format!("{name}.latents"), &self.latents, latents, LATENTS);
        assert_pictures_agree(&format!("{name}.picture"), bytes, expected, 1);
    }
}
