//! A highlight over the upper part, as on a domed sticker.

use rayon::prelude::*;

use super::bounds::{self, Bounds};
use crate::{Gloss, Linear};

/// How far the highlight's lower edge fades, as part of the sticker's height.
const FADE: f32 = 0.02;

/// The highlight's shape in the pixels of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shape {
    /// The visible part's left, top, width and height.
    left: f32,
    top: f32,
    width: f32,
    height: f32,
    /// Down to here in the middle, as part of the height.
    reach: f32,
    /// How much higher the edge lies at the sides, as part of the height.
    bow: f32,
}

impl Shape {
    fn of(effect: &Gloss, bounds: Bounds) -> Self {
        Self {
            left: bounds.left as f32,
            top: bounds.top as f32,
            width: bounds.width() as f32,
            height: bounds.height() as f32,
            reach: effect.reach,
            bow: 0.5 * effect.curve * effect.reach,
        }
    }
}

/// White is added to what is there, alpha stays.
pub(crate) fn cpu(effect: &Gloss, mut picture: Linear) -> Linear {
    let Some(bounds) = bounds::cpu(&picture).filter(|_| effect.strength > 0.0) else {
        return picture;
    };
    let shape = Shape::of(effect, bounds);
    let width = picture.width as usize;
    picture.pixels.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
        for (x, pixel) in row.iter_mut().enumerate() {
            let light = highlight(&shape, x as f32, y as f32) * effect.strength;
            let [r, g, b, a] = *pixel;
            *pixel = [r + (a - r) * light, g + (a - g) * light, b + (a - b) * light, a];
        }
    });
    picture
}

/// How bright the highlight is at a pixel, 0 to 1: brightest at its top, with a bowed lower edge.
fn highlight(shape: &Shape, x: f32, y: f32) -> f32 {
    let across = (x + 0.5 - shape.left) / shape.width * 2.0 - 1.0;
    let down = (y + 0.5 - shape.top) / shape.height;
    let edge = shape.reach - shape.bow * across * across;
    let inside = ((edge - down) / FADE + 0.5).clamp(0.0, 1.0);
    let smooth = inside * inside * (3.0 - 2.0 * inside);
    smooth * (1.0 - 0.7 * (down / shape.reach).clamp(0.0, 1.0))
}

#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu {
    //! The same by a shader.

    use super::{FADE, Gloss, Shape, bounds};
    use crate::Error;
    use crate::gpu::{Frame, shaders, uniforms};

    uniforms! {
        /// Of gloss.
        Uniforms {
            size: [u32; 2],
            origin: [f32; 2],
            extent: [f32; 2],
            reach: f32,
            bow: f32,
            fade: f32,
            strength: f32,
        }
    }

    /// White is added to what is there, alpha stays.
    pub(crate) fn gpu(effect: &Gloss, frame: &mut Frame) -> Result<(), Error> {
        if effect.strength <= 0.0 {
            return Ok(());
        }
        let Some(bounds) = bounds::gpu(frame)? else {
            return Ok(());
        };
        let shape = Shape::of(effect, bounds);
        let uniforms = Uniforms {
            size: [frame.width(), frame.height()],
            origin: [shape.left, shape.top],
            extent: [shape.width, shape.height],
            reach: shape.reach,
            bow: shape.bow,
            fade: FADE,
            strength: effect.strength,
        };
        let output = frame.run(&shaders::GLOSS, &uniforms, &[&frame.picture()], uniforms.size)?;
        frame.set(output, frame.width(), frame.height());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::pictures;

    #[test]
    fn the_upper_part_gets_lighter_and_the_rest_stays() {
        let effect = Gloss {
            strength: 1.0,
            reach: 0.5,
            curve: 0.5,
        };
        let before = pictures::drawn(40, 40, |_, y| if y < 8 { [0.0; 4] } else { [0.2, 0.1, 0.0, 1.0] });
        let after = cpu(&effect, before.clone());
        assert!(after.at(20, 9)[0] > 0.9);
        // The middle of the visible part is row 24; the lower edge is bowed upwards at the sides.
        assert!(after.at(20, 22)[0] > before.at(20, 22)[0]);
        assert_eq!(after.at(0, 22), before.at(0, 22));
        assert_eq!(after.pixels[26 * 40..], before.pixels[26 * 40..]);
    }

    #[test]
    fn alpha_stays_and_no_colour_exceeds_it() {
        for (name, before) in pictures::all() {
            let after = cpu(
                &Gloss {
                    strength: 1.0,
                    ..Gloss::default()
                },
                before.clone(),
            );
            for (before, after) in before.pixels.iter().zip(&after.pixels) {
                let legal = (0..3).all(|c| after[c] >= before[c] && after[c] <= after[3] + 1e-6);
                assert!(after[3] == before[3] && legal, "{name}: {before:?} became {after:?}");
            }
        }
    }
}
