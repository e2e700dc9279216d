//! Soft edges get the colour of the nearest opaque pixel; alpha stays.

use super::flood::{Seed, alpha_byte, flood, is_seed, opaque};
use super::grid::Grid;
use crate::{Decontaminate, Linear};
#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

/// The least alpha, in bytes, of a pixel whose colour is its own.
const OPAQUE: u32 = 250;

/// The picture with other colours at its edges.
pub(crate) fn cpu(effect: &Decontaminate, picture: Linear) -> Linear {
    let nearest = flood(opaque(&picture, OPAQUE), effect.radius + 1.0);
    let pixels = Grid::from_fn(picture.width, picture.height, |x, y| {
        let pixel = picture.at(x as u32, y as u32);
        let seed = nearest.at(x, y);
        if alpha_byte(pixel[3]) >= OPAQUE || !is_near(effect, [x, y], seed) {
            return pixel;
        }
        mixed(effect, pixel, picture.at(seed[0] as u32, seed[1] as u32))
    });
    Linear {
        pixels: pixels.cells,
        ..picture
    }
}

fn is_near(effect: &Decontaminate, [x, y]: [i32; 2], seed: Seed) -> bool {
    let (dx, dy) = (seed[0] - x as f32, seed[1] - y as f32);
    is_seed(seed) && dx * dx + dy * dy <= effect.radius * effect.radius
}

/// The pixel with a part of its colour taken from another one.
fn mixed(effect: &Decontaminate, [r, g, b, a]: [f32; 4], source: [f32; 4]) -> [f32; 4] {
    let (keep, take) = (1.0 - effect.strength, effect.strength * a / source[3]);
    [
        r * keep + source[0] * take,
        g * keep + source[1] * take,
        b * keep + source[2] * take,
        a,
    ]
}

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu {
    //! The same by shaders.

    use super::OPAQUE;
    use crate::gpu::{Frame, shaders, uniforms};
    use crate::passes::flood::on_gpu as flood;
    use crate::{Decontaminate, Error};

    uniforms! {
        /// Of decontaminate.
        Uniforms { size: [u32; 2], opaque: u32, radius: f32, strength: f32, _pad: u32, }
    }

    /// Twin of [`super::cpu`].
    pub(crate) fn gpu(effect: &Decontaminate, frame: &mut Frame) -> Result<(), Error> {
        let size = [frame.width(), frame.height()];
        let seeds = flood::opaque(frame, OPAQUE)?;
        let nearest = flood::flood(frame, &seeds, size, effect.radius + 1.0)?;
        let (radius, strength) = (effect.radius, effect.strength);
        let uniforms = Uniforms {
            size,
            opaque: OPAQUE,
            radius,
            strength,
            _pad: 0,
        };
        let picture = frame.run(&shaders::DECONTAMINATE, &uniforms, &[&frame.picture(), &nearest], size)?;
        frame.set(picture, size[0], size[1]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::outline;

    fn effect(radius: f32, strength: f32) -> Decontaminate {
        Decontaminate { radius, strength }
    }

    /// Opaque red to the left of the 20th column, then a soft edge into which blue leaked.
    fn leaked() -> Linear {
        let pixel = |x: usize| match x {
            0..20 => [1.0, 0.0, 0.0, 1.0],
            20..28 => {
                let alpha = (28 - x) as f32 / 9.0;
                [alpha * 0.4, 0.0, alpha * 0.6, alpha]
            }
            _ => [0.0; 4],
        };
        Linear {
            width: 40,
            height: 3,
            pixels: (0..120).map(|at| pixel(at % 40)).collect(),
        }
    }

    #[test]
    fn soft_edges_get_the_colour_of_the_opaque_pixels_beside_them() {
        let clean = cpu(&effect(32.0, 1.0), leaked());
        for (was, is) in leaked().pixels.iter().zip(&clean.pixels) {
            assert_eq!(was[3], is[3], "alpha stays");
            assert!((is[0] - is[3]).abs() < 1e-6 && is[2] < 1e-6, "{is:?} is not red");
        }
    }

    #[test]
    fn strength_and_radius_limit_it() {
        let half = cpu(&effect(32.0, 0.5), leaked());
        let alpha = half.at(22, 1)[3];
        assert!(
            (half.at(22, 1)[2] - alpha * 0.3).abs() < 1e-6,
            "half of the blue is left"
        );
        let near = cpu(&effect(3.0, 1.0), leaked());
        assert!(near.at(22, 1)[2] < 1e-6, "3 pixels away");
        assert_eq!(near.at(23, 1), leaked().at(23, 1), "4 pixels away");
        assert_eq!(cpu(&effect(0.0, 1.0), leaked()), leaked());
    }

    #[test]
    fn without_anything_opaque_it_changes_nothing() {
        let soft = Linear {
            width: 5,
            height: 4,
            pixels: vec![[0.1, 0.2, 0.0, 0.5]; 20],
        };
        assert_eq!(cpu(&effect(6.0, 1.0), soft.clone()), soft);
    }

    #[test]
    fn a_red_disc_cut_from_white_leaves_no_white_under_its_outline() {
        let disc = |x: f32, y: f32| (16.0 - (x - 20.0).hypot(y - 20.0)).clamp(0.0, 1.0);
        let pixels = (0..1600).map(|at| {
            let alpha = disc((at % 40) as f32, (at / 40) as f32);
            // The edge was blended with white, but keeps its alpha: the classical halo.
            [alpha, alpha * (1.0 - alpha), alpha * (1.0 - alpha), alpha]
        });
        let halo = Linear {
            width: 40,
            height: 40,
            pixels: pixels.collect(),
        };
        let black = crate::Outline {
            color: crate::Color::BLACK,
            width: 4.0,
            bridge: 0.0,
            corners: crate::Corners::Round,
        };
        let outlined = outline::cpu(&black, cpu(&Decontaminate::default(), halo)).unwrap();
        assert!(outlined.pixels.iter().all(|[_, g, b, _]| g.max(*b) < 1e-6));
    }

    #[cfg(feature = "gpu")]
    #[test]
    fn the_gpu_does_the_same() {
        for (radius, strength) in [(0.0, 1.0), (2.5, 0.7), (32.0, 1.0)] {
            crate::tests::twin::assert_same_on_all(&crate::Effect::Decontaminate(effect(radius, strength)));
        }
    }
}
