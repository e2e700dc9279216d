//! A chat's wallpaper behind a sticker, to see it as others will.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{Color, Linear};

/// What a sticker is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Wallpaper {
    /// A plain light one.
    Light,
    /// A plain dark one.
    Dark,
    /// Small figures on light green.
    Pattern,
    /// Small figures on dark blue.
    DarkPattern,
}

impl Wallpaper {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Light, Self::Dark, Self::Pattern, Self::DarkPattern];

    fn look(self) -> Look {
        let look = |from, to, ink, strength| Look {
            colors: [from, to, ink].map(|color| Color(color).linear()),
            strength,
        };
        match self {
            Self::Light => look([239, 234, 226], [239, 234, 226], [0; 3], 0.0),
            Self::Dark => look([14, 20, 27], [14, 20, 27], [0; 3], 0.0),
            Self::Pattern => look([219, 221, 187], [136, 184, 132], [62, 110, 70], 0.35),
            Self::DarkPattern => look([24, 34, 52], [14, 20, 27], [122, 150, 190], 0.25),
        }
    }
}

/// The distance of figures, pixels.
const CELL: f32 = 48.0;

struct Look {
    /// Upper left, lower right, figures; linear.
    colors: [[f32; 3]; 3],
    /// Of the figures.
    strength: f32,
}

/// The picture over the wallpaper: opaque.
pub(crate) fn cpu(wallpaper: Wallpaper, mut picture: Linear) -> Linear {
    let look = wallpaper.look();
    let [from, to, ink] = look.colors;
    let (width, sides) = (picture.width as usize, (picture.width + picture.height) as f32);
    picture.pixels.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
        for (x, over) in row.iter_mut().enumerate() {
            let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
            let along = (x + y) / sides;
            let inked = figure(x, y) * look.strength;
            let free = 1.0 - over[3];
            for c in 0..3 {
                let ground = from[c] + (to[c] - from[c]) * along;
                over[c] += (ground + (ink[c] - ground) * inked) * free;
            }
            over[3] += free;
        }
    });
    picture
}

/// The part of a pixel that the figure of its cell covers: a ring, a dot, a plus or a diamond. Every other row of cells is moved by
/// half a cell.
fn figure(x: f32, y: f32) -> f32 {
    let row = (y / CELL).floor();
    let moved = x + 0.5 * CELL * (row - 2.0 * (row * 0.5).floor());
    let column = (moved / CELL).floor();
    let (right, down) = ((moved - (column + 0.5) * CELL).abs(), (y - (row + 0.5) * CELL).abs());
    let radius = (right * right + down * down).sqrt();
    let distance = match (column as u32 * 7 + row as u32 * 3) % 4 {
        0 => (radius - 9.0).abs() - 1.5,
        1 => radius - 4.0,
        2 => (right - 9.0).max(down - 1.5).min((right - 1.5).max(down - 9.0)),
        _ => (right + down - 11.0).abs() * std::f32::consts::FRAC_1_SQRT_2 - 1.5,
    };
    (0.5 - distance).clamp(0.0, 1.0)
}

#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu {
    //! The same by a shader.

    use super::{CELL, Wallpaper};
    use crate::Error;
    use crate::gpu::{Frame, shaders, uniforms};

    uniforms! {
        /// Of wallpaper.
        Uniforms { size: [u32; 2], ink: f32, cell: f32, from_color: [f32; 4], to_color: [f32; 4], ink_color: [f32; 4], }
    }

    /// The picture over the wallpaper: opaque.
    pub(crate) fn gpu(wallpaper: Wallpaper, frame: &mut Frame) -> Result<(), Error> {
        let look = wallpaper.look();
        let [from_color, to_color, ink_color] = look.colors.map(|[r, g, b]| [r, g, b, 1.0]);
        let size = [frame.width(), frame.height()];
        let uniforms = Uniforms {
            size,
            ink: look.strength,
            cell: CELL,
            from_color,
            to_color,
            ink_color,
        };
        let output = frame.run(&shaders::WALLPAPER, &uniforms, &[&frame.picture()], size)?;
        frame.set(output, size[0], size[1]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::pictures;

    #[test]
    fn it_is_opaque_and_the_sticker_lies_on_top() {
        let disc = pictures::disc(120, 30.0, [0.7, 0.05, 0.05]);
        for wallpaper in Wallpaper::ALL {
            let done = cpu(wallpaper, disc.clone());
            for (before, after) in disc.pixels.iter().zip(&done.pixels) {
                assert!((after[3] - 1.0).abs() < 1e-6 && (before[3] < 1.0 || before == after));
            }
        }
    }

    #[test]
    fn patterns_have_figures_and_plain_ones_one_colour() {
        let shades = |wallpaper| {
            let bytes = cpu(wallpaper, Linear::empty(200, 200)).to_srgb();
            bytes
                .pixels()
                .map(|pixel| pixel.0)
                .collect::<std::collections::BTreeSet<_>>()
                .len()
        };
        assert_eq!([Wallpaper::Light, Wallpaper::Dark].map(shades), [1, 1]);
        assert!(shades(Wallpaper::Pattern) > 50 && shades(Wallpaper::DarkPattern) > 30);
    }

    #[cfg(feature = "gpu")]
    #[test]
    fn the_gpu_gives_what_the_twin_gives() {
        use crate::gpu::Frame;
        let mut device = crate::tests::device::gpu();
        let pictures = pictures::all().into_iter().chain([("large", Linear::empty(1000, 700))]);
        for (name, picture) in pictures {
            for wallpaper in Wallpaper::ALL {
                let twin = cpu(wallpaper, picture.clone());
                let done = device.guarded(|gpu| {
                    let mut frame = Frame::from_linear(gpu, &picture)?;
                    super::gpu(wallpaper, &mut frame)?;
                    frame.read_picture()
                });
                for (gpu, twin) in done.unwrap().pixels.iter().zip(&twin.pixels) {
                    assert!(
                        (0..4).all(|c| (gpu[c] - twin[c]).abs() <= 1.0 / 255.0),
                        "{name}: {gpu:?} and {twin:?}"
                    );
                }
            }
        }
    }
}
