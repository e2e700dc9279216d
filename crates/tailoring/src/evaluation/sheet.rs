//! A sheet of samples: prompts from top to bottom, seeds from left to right, the same ones for every row.

use image::codecs::png::PngEncoder;
use image::imageops::{self, FilterType};
use image::{ExtendedColorType, ImageEncoder, Rgba, RgbaImage};

use super::error::{EvaluationError, Result};
use super::plan::Evaluation;
use crate::report::{Picture, Sheet};

/// The most prompts of a sheet; more would be too small to see.
const PROMPTS: usize = 12;
/// The most seeds.
const SEEDS: usize = 4;
/// The largest side of a sample in pixels.
const SIDE: u32 = 256;
/// Between samples, in pixels.
const GAP: u32 = 8;
/// Grey enough to show a white outline, light enough for dark ones.
const GROUND: Rgba<u8> = Rgba([228, 228, 231, 255]);

/// The sheet of the row at `row`, whose pictures are in order, prompt by prompt and seed by seed.
pub fn sheet(evaluation: &Evaluation, row: usize, pictures: &[RgbaImage]) -> Result<(Sheet, Picture)> {
    let path = format!("sheets/{}-{}.png", row + 1, evaluation.rows[row].objective.name());
    let (prompts, seeds) = (evaluation.prompts.len().min(PROMPTS), evaluation.seeds.len().min(SEEDS));
    let samples = pictures.chunks(evaluation.seeds.len()).take(prompts);
    let image = arrange(&samples.map(|prompt| &prompt[..seeds]).collect::<Vec<_>>());
    let png = png(&image).map_err(|error| EvaluationError::drawn(path.as_ref(), error))?;
    let sheet = Sheet {
        row,
        path: path.clone(),
        prompts: evaluation.prompts[..prompts].to_vec(),
        seeds: evaluation.seeds[..seeds].to_vec(),
    };
    Ok((sheet, Picture { path, png }))
}

fn arrange(samples: &[&[RgbaImage]]) -> RgbaImage {
    let largest = samples.iter().flat_map(|row| row.iter().map(RgbaImage::width)).max();
    let side = largest.unwrap_or(SIDE).min(SIDE);
    let columns = samples.first().map_or(0, |row| row.len()) as u32;
    let length = |count: u32| count * (side + GAP) + GAP;
    let mut sheet = RgbaImage::from_pixel(length(columns), length(samples.len() as u32), GROUND);
    for (y, row) in samples.iter().enumerate() {
        for (x, picture) in row.iter().enumerate() {
            let place = |index: usize| i64::from(index as u32 * (side + GAP) + GAP);
            // Laid on the ground first, so that no colour from under full transparency is mixed in.
            let mut shown = RgbaImage::from_pixel(picture.width(), picture.height(), GROUND);
            imageops::overlay(&mut shown, picture, 0, 0);
            if shown.dimensions() != (side, side) {
                shown = imageops::resize(&shown, side, side, FilterType::Lanczos3);
            }
            imageops::replace(&mut sheet, &shown, place(x), place(y));
        }
    }
    sheet
}

fn png(picture: &RgbaImage) -> image::ImageResult<Vec<u8>> {
    let mut png = Vec::new();
    PngEncoder::new(&mut png).write_image(
        picture.as_raw(),
        picture.width(),
        picture.height(),
        ExtendedColorType::Rgba8,
    )?;
    Ok(png)
}
