//! Halftone: ink in dots, as many colours as there were between them.

use rayon::prelude::*;

use super::noise::wave;
use crate::{Halftone, Linear};

/// Part of the picture's darkness becomes dots of ink; what is between them gets lighter, so that from afar it stays the same
/// picture. Alpha stays.
pub(crate) fn cpu(effect: &Halftone, picture: Linear) -> Linear {
    if effect.strength == 0.0 || picture.width == 0 {
        return picture;
    }
    let screen = Screen::of(effect);
    let mut output = Linear::empty(picture.width, picture.height);
    output
        .pixels
        .par_chunks_mut(picture.width as usize)
        .enumerate()
        .for_each(|(y, row)| {
            for (x, pixel) in row.iter_mut().enumerate() {
                *pixel = screen.print(&picture, x, y);
            }
        });
    output
}

/// What the effect's numbers come to.
#[derive(Clone, Copy, Debug)]
struct Screen {
    /// Cells per pixel along the rows of dots: to the right and downwards.
    along: [f32; 2],
    /// Cells per pixel.
    frequency: f32,
    /// Pixels: how far from a place its tone is taken, too.
    reach: i32,
    strength: f32,
    ink: [f32; 3],
}

impl Screen {
    fn of(effect: &Halftone) -> Self {
        let (sine, cosine) = effect.angle.to_radians().sin_cos();
        Self {
            along: [cosine / effect.cell, sine / effect.cell],
            frequency: 1.0 / effect.cell,
            reach: ((effect.cell * 0.2).round() as i32).max(1),
            strength: effect.strength,
            ink: effect.color.linear(),
        }
    }

    fn print(&self, picture: &Linear, x: usize, y: usize) -> [f32; 4] {
        let [r, g, b, alpha] = picture.pixels[y * picture.width as usize + x];
        if alpha == 0.0 {
            return [0.0; 4];
        }
        let part = self.strength * self.darkness(picture, x as i32, y as i32);
        let covered = self.covered(part, [x as f32 + 0.5, y as f32 + 0.5]);
        let mix = |color: f32, ink: f32| {
            let ink = ink * alpha;
            let between = ((color - ink * part) / (1.0 - part).max(1e-3)).clamp(0.0, alpha);
            between + (ink - between) * covered
        };
        [mix(r, self.ink[0]), mix(g, self.ink[1]), mix(b, self.ink[2]), alpha]
    }

    /// Of the place and eight around it: 0 for white, 1 for black, pure colours between, by what the brightest component and
    /// the luminance (Rec. 709) have in common. The root is near what the eye sees.
    fn darkness(&self, picture: &Linear, x: i32, y: i32) -> f32 {
        let mut light = 0.0;
        let mut alpha = 0.0;
        for down in -1..=1 {
            for right in -1..=1 {
                let x = (x + right * self.reach).clamp(0, picture.width as i32 - 1);
                let y = (y + down * self.reach).clamp(0, picture.height as i32 - 1);
                let [r, g, b, a] = picture.at(x as u32, y as u32);
                light += 0.5 * (r.max(g).max(b) + 0.2126 * r + 0.7152 * g + 0.0722 * b);
                alpha += a;
            }
        }
        1.0 - (light / alpha.max(1e-6)).clamp(0.0, 1.0).sqrt()
    }

    /// How much of a pixel is ink, when this part of the cell is. The spot function is the Euclidean one: round dots, which
    /// join to a chequerboard at one half and leave round holes above.
    fn covered(&self, part: f32, at: [f32; 2]) -> f32 {
        let u = at[0] * self.along[0] + at[1] * self.along[1];
        let v = at[1] * self.along[0] - at[0] * self.along[1];
        let spot = 0.5 * (wave(u) + wave(v));
        // What the spot function exceeds on this part of the cell: exact for small dots, small holes and one half.
        let level = 1.0 - part - 0.91 * part * (1.0 - part) * (1.0 - 2.0 * part);
        let steepness = 6.0 * (slope(u) * slope(u) + slope(v) * slope(v)).sqrt() * self.frequency;
        let soft = (0.5 + (spot - level) / steepness.max(self.frequency)).clamp(0.0, 1.0);
        // A dot, or a hole, smaller than a pixel covers no more of it than its area.
        let area = 1.0 / (self.frequency * self.frequency);
        soft.min(part * area).max(1.0 - (1.0 - part) * area)
    }
}

/// Of the wave, up to a factor.
fn slope(turns: f32) -> f32 {
    let away = (2.0 * (turns - turns.floor()) - 1.0).abs();
    away * (1.0 - away)
}

#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu {
    //! The same by a shader.

    use super::{Halftone, Screen};
    use crate::Error;
    use crate::gpu::{Frame, shaders, uniforms};

    uniforms! {
        /// Of halftone.
        Uniforms { size: [u32; 2], along: [f32; 2], frequency: f32, strength: f32, reach: i32, _gap: u32, ink: [f32; 3], _end: u32, }
    }

    pub(crate) fn gpu(effect: &Halftone, frame: &mut Frame) -> Result<(), Error> {
        if effect.strength == 0.0 {
            return Ok(());
        }
        let screen = Screen::of(effect);
        let uniforms = Uniforms {
            size: [frame.width(), frame.height()],
            along: screen.along,
            frequency: screen.frequency,
            strength: screen.strength,
            reach: screen.reach,
            _gap: 0,
            ink: screen.ink,
            _end: 0,
        };
        let output = frame.run(&shaders::HALFTONE, &uniforms, &[&frame.picture()], uniforms.size)?;
        frame.set(output, frame.width(), frame.height());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Color;
    use crate::tests::pictures;

    fn mean(picture: &Linear, component: usize) -> f32 {
        picture.pixels.iter().map(|pixel| pixel[component]).sum::<f32>() / picture.pixels.len() as f32
    }

    #[test]
    fn dots_cover_the_part_that_they_should() {
        for (cell, angle) in [(5.0, 0.0), (8.0, 45.0), (24.0, 15.0)] {
            let screen = Screen::of(&Halftone {
                cell,
                angle,
                ..Halftone::default()
            });
            for part in [0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.95, 1.0] {
                let places = (0..240).flat_map(|y| (0..240).map(move |x| [x as f32 + 0.5, y as f32 + 0.5]));
                let covered = places.map(|at| screen.covered(part, at)).sum::<f32>() / (240.0 * 240.0);
                assert!(
                    (covered - part).abs() < 0.035,
                    "{covered} instead of {part} in cells of {cell}"
                );
            }
        }
    }

    #[test]
    fn grey_keeps_its_mean_and_white_stays_white() {
        for grey in [0.15, 0.3, 0.5, 0.8] {
            let before = pictures::drawn(160, 160, |_, _| [grey, grey, grey, 1.0]);
            let after = cpu(
                &Halftone {
                    strength: 0.7,
                    ..Halftone::default()
                },
                before,
            );
            assert!(
                (mean(&after, 1) - grey).abs() < 0.04,
                "{grey} became {}",
                mean(&after, 1)
            );
        }
        let white = pictures::drawn(40, 40, |_, _| [1.0; 4]);
        let printed = cpu(
            &Halftone {
                strength: 1.0,
                ..Halftone::default()
            },
            white.clone(),
        );
        let close = |(one, other): (&[f32; 4], &[f32; 4])| (0..4).all(|c| (one[c] - other[c]).abs() < 1e-5);
        assert!(printed.pixels.iter().zip(&white.pixels).all(close));
    }

    #[test]
    fn dots_have_the_colour_of_the_ink() {
        let before = pictures::drawn(64, 64, |_, _| [0.3, 0.3, 0.3, 1.0]);
        let ink = Color([200, 0, 90]);
        let after = cpu(
            &Halftone {
                strength: 1.0,
                cell: 16.0,
                color: ink,
                ..Halftone::default()
            },
            before,
        );
        let [r, g, b] = ink.linear();
        let inked = |pixel: &&[f32; 4]| (0..3).all(|c| (pixel[c] - [r, g, b][c]).abs() < 1e-5);
        assert!(after.pixels.iter().filter(inked).count() > 500);
    }

    #[cfg(feature = "gpu")]
    #[test]
    fn small_slanted_cells_are_the_same_on_the_gpu() {
        let effect = Halftone {
            cell: 3.0,
            angle: 17.0,
            strength: 1.0,
            color: Color([255, 0, 128]),
        };
        crate::tests::twin::assert_same_on_all(&crate::Effect::Halftone(effect));
    }
}
