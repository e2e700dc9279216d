//! The pictures that passes work on: linear light, premultiplied.

use std::sync::LazyLock;

use image::RgbaImage;
use rayon::prelude::*;

/// A picture in linear light, premultiplied by alpha, row by row from the top. No component is outside of 0 to 1, no colour
/// above its alpha.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// `[r·a, g·a, b·a, a]`, `width * height` of them.
    pub pixels: Vec<[f32; 4]>,
}

impl Linear {
    /// A transparent picture.
    pub fn empty(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            pixels: vec![[0.0; 4]; width as usize * height as usize],
        }
    }

    /// From straight-alpha sRGB bytes.
    pub fn from_srgb(picture: &RgbaImage) -> Self {
        Self {
            width: picture.width(),
            height: picture.height(),
            pixels: picture.pixels().map(|pixel| premultiplied(pixel.0)).collect(),
        }
    }

    /// To straight-alpha sRGB bytes, rounded. What is transparent is `[0, 0, 0, 0]`.
    pub fn to_srgb(&self) -> RgbaImage {
        let mut picture = RgbaImage::new(self.width, self.height);
        let pixels = picture.par_chunks_mut(4).zip(&self.pixels);
        pixels.for_each(|(bytes, pixel)| bytes.copy_from_slice(&straight(*pixel)));
        picture
    }

    /// One pixel.
    pub fn at(&self, x: u32, y: u32) -> [f32; 4] {
        self.pixels[y as usize * self.width as usize + x as usize]
    }
}

/// IEC 61966-2-1, for each byte.
static TO_LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let value = byte as f64 / 255.0;
        let linear = if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        };
        linear as f32
    })
});

/// A component of sRGB in linear light.
pub(crate) fn to_linear(byte: u8) -> f32 {
    TO_LINEAR[usize::from(byte)]
}

/// IEC 61966-2-1, inverse: linear light, 0 to 1, to an sRGB component, 0 to 1.
pub(crate) fn to_srgb(linear: f32) -> f32 {
    if linear <= 0.003_130_8 {
        linear * 12.92
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    }
}

fn premultiplied([r, g, b, a]: [u8; 4]) -> [f32; 4] {
    let alpha = f32::from(a) / 255.0;
    [to_linear(r) * alpha, to_linear(g) * alpha, to_linear(b) * alpha, alpha]
}

fn straight([r, g, b, a]: [f32; 4]) -> [u8; 4] {
    let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    match byte(a) {
        0 => [0; 4],
        alpha => [byte(to_srgb(r / a)), byte(to_srgb(g / a)), byte(to_srgb(b / a)), alpha],
    }
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    #[test]
    fn every_colour_at_every_alpha_survives() {
        let picture = RgbaImage::from_fn(256, 256, |x, y| Rgba([x as u8, 255 - x as u8, 7, y as u8]));
        let back = Linear::from_srgb(&picture).to_srgb();
        for (was, is) in picture.pixels().zip(back.pixels()) {
            let expected = if was.0[3] == 0 { [0; 4] } else { was.0 };
            assert_eq!(is.0, expected);
        }
    }
}
