//! The grain of paper: fibres and felt, lit from the upper left.

use rayon::prelude::*;

use super::noise::{hash, next, unit, value};
use crate::{Linear, Paper};

/// The picture printed on paper: its tones follow the relief, black loses a little and white warms. Alpha stays.
pub(crate) fn cpu(effect: &Paper, mut picture: Linear) -> Linear {
    if effect.strength == 0.0 || picture.width == 0 {
        return picture;
    }
    let sheet = Sheet::of(effect);
    picture
        .pixels
        .par_chunks_mut(picture.width as usize)
        .enumerate()
        .for_each(|(y, row)| {
            for (x, pixel) in row.iter_mut().enumerate().filter(|(_, pixel)| pixel[3] > 0.0) {
                *pixel = sheet.under(*pixel, [x as f32 + 0.5, y as f32 + 0.5]);
            }
        });
    picture
}

/// Unbleached pulp, linear light.
const PULP: [f32; 3] = [0.93, 0.86, 0.72];

/// What the effect's numbers come to.
#[derive(Clone, Copy, Debug)]
struct Sheet {
    strength: f32,
    /// Grains per pixel.
    frequency: f32,
    seed: u32,
}

impl Sheet {
    fn of(effect: &Paper) -> Self {
        Self {
            strength: effect.strength,
            frequency: 1.0 / effect.scale,
            seed: effect.seed,
        }
    }

    fn under(&self, [r, g, b, alpha]: [f32; 4], at: [f32; 2]) -> [f32; 4] {
        let place = [at[0] * self.frequency, at[1] * self.frequency];
        let slope = self.height(place) - self.height([place[0] + 0.35, place[1] + 0.35]);
        let felt = value(place[0] * 0.13, place[1] * 0.13, self.seed ^ 3) - 0.5;
        let light = 1.0 + self.strength * (1.45 * slope + 0.18 * felt);
        let soak = 0.16 * self.strength;
        let print = |color: f32, pulp: f32| {
            let soaked = color * (1.0 - soak) + alpha * pulp * soak * 0.5 + color * pulp * soak * 0.5;
            (soaked * light).clamp(0.0, alpha)
        };
        [print(r, PULP[0]), print(g, PULP[1]), print(b, PULP[2]), alpha]
    }

    /// The relief, about 0 to 1.
    fn height(&self, place: [f32; 2]) -> f32 {
        let [x, y] = place;
        let felt = 0.45 * value(x * 0.5, y * 0.5, self.seed)
            + 0.3 * value(x, y, self.seed ^ 1)
            + 0.28 * value(x * 2.1, y * 2.1, self.seed ^ 2);
        felt + 0.15 * self.fibres([x * 0.16, y * 0.16])
    }

    /// How much of a fibre is there: the strongest of those that begin in the cells around; 0 to 1. In cells of fibres.
    fn fibres(&self, place: [f32; 2]) -> f32 {
        let cell = [place[0].floor(), place[1].floor()];
        let mut most = 0.0_f32;
        for down in -1..=1 {
            for right in -1..=1 {
                let mut fibre = hash(cell[0] as i32 + right, cell[1] as i32 + down, self.seed ^ 4);
                for _ in 0..3 {
                    let away = [place[0] - cell[0] - right as f32, place[1] - cell[1] - down as f32];
                    most = most.max(strand(fibre, away));
                    fibre = next(next(next(fibre)));
                }
            }
        }
        most
    }
}

/// A slightly bent line of half a cell to either side of its middle, `away` from the corner of its cell.
fn strand(fibre: u32, away: [f32; 2]) -> f32 {
    let [x, y] = [away[0] - unit(fibre), away[1] - unit(next(fibre))];
    let way = unit(next(next(fibre)));
    // A direction without sine: around the diamond |x| + |y| = 1.
    let (along_x, along_y) = (1.0 - 2.0 * way, 1.0 - (1.0 - 2.0 * way).abs());
    let length = (along_x * along_x + along_y * along_y).sqrt();
    let along = (x * along_x + y * along_y) / length;
    let across = (x * along_y - y * along_x) / length;
    let end = (1.0 - along * along * 4.0).max(0.0);
    let bend = (way - 0.5) * along * along;
    let side = (across - bend) * 26.0;
    end * (1.0 - side * side).max(0.0)
}

#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu {
    //! The same by a shader.

    use super::{PULP, Paper, Sheet};
    use crate::Error;
    use crate::gpu::{Frame, shaders, uniforms};

    uniforms! {
        /// Of paper.
        Uniforms { size: [u32; 2], strength: f32, frequency: f32, pulp: [f32; 3], seed: u32, }
    }

    pub(crate) fn gpu(effect: &Paper, frame: &mut Frame) -> Result<(), Error> {
        if effect.strength == 0.0 {
            return Ok(());
        }
        let sheet = Sheet::of(effect);
        let uniforms = Uniforms {
            size: [frame.width(), frame.height()],
            strength: sheet.strength,
            frequency: sheet.frequency,
            pulp: PULP,
            seed: sheet.seed,
        };
        let output = frame.run(&shaders::PAPER, &uniforms, &[&frame.picture()], uniforms.size)?;
        frame.set(output, frame.width(), frame.height());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::pictures;

    #[test]
    fn grain_varies_from_place_to_place_and_keeps_the_mean_tone() {
        let before = pictures::drawn(256, 256, |_, _| [0.4, 0.4, 0.4, 1.0]);
        let after = cpu(
            &Paper {
                strength: 0.5,
                ..Paper::default()
            },
            before,
        );
        let count = after.pixels.len() as f32;
        let mean = after.pixels.iter().map(|pixel| pixel[1]).sum::<f32>() / count;
        let variance = after.pixels.iter().map(|pixel| (pixel[1] - mean).powi(2)).sum::<f32>() / count;
        assert!(
            (mean - 0.4).abs() < 0.03 && (0.005..0.1).contains(&variance.sqrt()),
            "{mean} {}",
            variance.sqrt()
        );
    }

    #[test]
    fn fibres_are_continuous_over_the_borders_of_cells() {
        let sheet = Sheet::of(&Paper::default());
        for at in 1..40 {
            let (x, y) = (at as f32, at as f32 * 0.37);
            assert!(
                (sheet.fibres([x - 1e-4, y]) - sheet.fibres([x + 1e-4, y])).abs() < 0.02,
                "{x} {y}"
            );
            assert!(
                (sheet.fibres([y, x - 1e-4]) - sheet.fibres([y, x + 1e-4])).abs() < 0.02,
                "{y} {x}"
            );
        }
    }

    #[cfg(feature = "gpu")]
    #[test]
    fn fine_grain_is_the_same_on_the_gpu() {
        let effect = Paper {
            strength: 1.0,
            scale: 1.0,
            seed: 0xdead_beef,
        };
        crate::tests::twin::assert_same_on_all(&crate::Effect::Paper(effect));
    }
}
