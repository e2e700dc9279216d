//! What a person did by hand, done to the picture: strokes, clicks of the wand, and the cut at the end.

mod brush;
mod wand;

use image::{RgbaImage, imageops};

use crate::{Crop, Edit};

use wand::Colors;

/// The picture after `edits`, in their order; the crop comes last wherever it stands. Colours stay as they are, also under
/// what became transparent. Coordinates outside of the picture do no harm.
pub(crate) fn apply(picture: &RgbaImage, edits: &[Edit]) -> RgbaImage {
    if picture.width() == 0 || picture.height() == 0 || edits.is_empty() {
        return picture.clone();
    }
    let original = Matte::of(picture);
    let mut matte = original.clone();
    let mut colors = None;
    for edit in edits {
        match edit {
            Edit::Erase(stroke) => brush::paint(&mut matte, stroke, |alpha, cover, _| alpha * (1.0 - cover)),
            Edit::Restore(stroke) => brush::paint(&mut matte, stroke, |alpha, cover, at| {
                alpha + (original.alpha[at] - alpha) * cover
            }),
            Edit::Wand(wand) => wand::click(&mut matte, colors.get_or_insert_with(|| Colors::of(picture)), wand),
            Edit::Crop(_) => {}
        }
    }
    let edited = matte.onto(picture);
    match last_crop(edits) {
        Some(crop) => cut(&edited, crop),
        None => edited,
    }
}

/// The size that a picture of this size has after `edits`.
pub(crate) fn size((width, height): (u32, u32), edits: &[Edit]) -> (u32, u32) {
    match last_crop(edits) {
        Some(crop) if width > 0 && height > 0 => {
            let kept = kept((width, height), crop);
            (kept.width, kept.height)
        }
        _ => (width, height),
    }
}

fn last_crop(edits: &[Edit]) -> Option<&Crop> {
    edits.iter().rev().find_map(|edit| match edit {
        Edit::Crop(crop) => Some(crop),
        _ => None,
    })
}

/// The part of the picture that the crop keeps; at least the pixel nearest to it.
fn kept((width, height): (u32, u32), crop: &Crop) -> Crop {
    let (x, y) = (crop.x.min(width - 1), crop.y.min(height - 1));
    Crop {
        x,
        y,
        width: crop.width.min(width - x).max(1),
        height: crop.height.min(height - y).max(1),
    }
}

fn cut(picture: &RgbaImage, crop: &Crop) -> RgbaImage {
    let Crop { x, y, width, height } = kept(picture.dimensions(), crop);
    imageops::crop_imm(picture, x, y, width, height).to_image()
}

/// The alpha of a picture, 0 to 1, row by row. Not bytes: many soft strokes would add up their rounding.
#[derive(Clone)]
struct Matte {
    width: usize,
    height: usize,
    alpha: Vec<f32>,
}

impl Matte {
    fn of(picture: &RgbaImage) -> Self {
        Self {
            width: picture.width() as usize,
            height: picture.height() as usize,
            alpha: picture.pixels().map(|pixel| f32::from(pixel.0[3]) / 255.0).collect(),
        }
    }

    fn onto(&self, picture: &RgbaImage) -> RgbaImage {
        let mut edited = picture.clone();
        for (pixel, alpha) in edited.pixels_mut().zip(&self.alpha) {
            pixel.0[3] = (alpha.clamp(0.0, 1.0) * 255.0).round() as u8;
        }
        edited
    }
}

#[cfg(test)]
mod tests;
