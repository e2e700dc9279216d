//! Holographic foil: facets that bend light into the colours of a thin film, brighter where one faces the light.

use rayon::prelude::*;

use super::noise::{hash, next, unit, wave};
use crate::{Foil, Linear};

/// The foil over the picture. It tints what is light and gleams on what is dark; alpha stays.
pub(crate) fn cpu(effect: &Foil, mut picture: Linear) -> Linear {
    if effect.strength == 0.0 || picture.width == 0 {
        return picture;
    }
    let foil = Sheet::of(effect);
    picture
        .pixels
        .par_chunks_mut(picture.width as usize)
        .enumerate()
        .for_each(|(y, row)| {
            for (x, pixel) in row.iter_mut().enumerate().filter(|(_, pixel)| pixel[3] > 0.0) {
                *pixel = foil.over(*pixel, [x as f32 + 0.5, y as f32 + 0.5]);
            }
        });
    picture
}

/// What the effect's numbers come to.
#[derive(Clone, Copy, Debug)]
struct Sheet {
    strength: f32,
    /// Facets per pixel.
    frequency: f32,
    phase: f32,
    seed: u32,
}

/// One facet: where its middle is, in facets, and its own random number.
#[derive(Clone, Copy)]
struct Facet {
    middle: [f32; 2],
    hash: u32,
    distance_squared: f32,
}

/// What a facet sends to the eye.
#[derive(Clone, Copy)]
struct Light {
    /// Of the film, for red, green and blue, 0 to 1.
    film: [f32; 3],
    /// Of the mirror under it, 0 to 1.
    gleam: f32,
}

impl Sheet {
    fn of(effect: &Foil) -> Self {
        Self {
            strength: effect.strength,
            frequency: 1.0 / effect.scale,
            phase: effect.phase,
            seed: effect.seed,
        }
    }

    fn over(&self, [r, g, b, alpha]: [f32; 4], at: [f32; 2]) -> [f32; 4] {
        let light = self.light(at);
        let tint = |color: f32, film: f32| {
            let tinted = color * (1.0 - self.strength + self.strength * (0.48 + 0.74 * film));
            let gleam = self.strength * alpha * (0.07 * film + light.gleam * (0.2 + 0.3 * film));
            (tinted + gleam).min(alpha)
        };
        [
            tint(r, light.film[0]),
            tint(g, light.film[1]),
            tint(b, light.film[2]),
            alpha,
        ]
    }

    /// Of the facet there, and mixed with its neighbour's over the one pixel of their border.
    fn light(&self, at: [f32; 2]) -> Light {
        let place = [at[0] * self.frequency, at[1] * self.frequency];
        let [nearest, second] = self.facets(place);
        let across = [
            second.middle[0] - nearest.middle[0],
            second.middle[1] - nearest.middle[1],
        ];
        let apart = (across[0] * across[0] + across[1] * across[1]).sqrt().max(1e-6);
        let border = (second.distance_squared - nearest.distance_squared) / (2.0 * apart * self.frequency);
        let own = (0.5 + border).min(1.0);
        let (one, other) = (self.facet_light(&nearest, place), self.facet_light(&second, place));
        let mix = |one: f32, other: f32| other + (one - other) * own;
        // Facets are bevelled: a thin line of light along their borders.
        let bevel = (1.0 - border * 0.6).max(0.0) * 0.25;
        Light {
            film: [
                mix(one.film[0], other.film[0]),
                mix(one.film[1], other.film[1]),
                mix(one.film[2], other.film[2]),
            ],
            gleam: mix(one.gleam, other.gleam) + bevel,
        }
    }

    /// The two facets whose middles are nearest (Worley 1996).
    fn facets(&self, place: [f32; 2]) -> [Facet; 2] {
        let cell = [place[0].floor(), place[1].floor()];
        let far = Facet {
            middle: [0.0; 2],
            hash: 0,
            distance_squared: 1e9,
        };
        let mut found = [far; 2];
        for down in -1..=1 {
            for right in -1..=1 {
                let facet_hash = hash(cell[0] as i32 + right, cell[1] as i32 + down, self.seed);
                let middle = [
                    cell[0] + right as f32 + 0.1 + 0.8 * unit(facet_hash),
                    cell[1] + down as f32 + 0.1 + 0.8 * unit(next(facet_hash)),
                ];
                let away = [place[0] - middle[0], place[1] - middle[1]];
                let distance_squared = away[0] * away[0] + away[1] * away[1];
                let facet = Facet {
                    middle,
                    hash: facet_hash,
                    distance_squared,
                };
                if distance_squared < found[0].distance_squared {
                    found = [facet, found[0]];
                } else if distance_squared < found[1].distance_squared {
                    found[1] = facet;
                }
            }
        }
        found
    }

    fn facet_light(&self, facet: &Facet, place: [f32; 2]) -> Light {
        let turned = next(next(facet.hash));
        let tilt = [unit(turned) - 0.5, unit(next(turned)) - 0.5];
        let own = unit(next(next(turned)));
        let inside = (place[0] - facet.middle[0]) * tilt[0] + (place[1] - facet.middle[1]) * tilt[1];
        let sweep = (place[0] + place[1] * 0.6) * 0.16;
        let thickness = wave(self.phase + sweep + 0.45 * inside + 0.4 * own);
        let facing = wave(self.phase + own + tilt[0] + 0.8 * inside);
        let facing = facing * facing * facing;
        Light {
            film: film(thickness),
            gleam: facing * facing,
        }
    }
}

/// The reflectance of a film of soap-like index (1.33) seen straight on, for three wavelengths: sin²(2π·n·d/λ), with a wave of
/// the same period for the sine. `thickness` 0 to 1 is 210 to 560 nm, from the first order's gold to the second's green.
fn film(thickness: f32) -> [f32; 3] {
    let path = 2.0 * 1.33 * (210.0 + 350.0 * thickness);
    [650.0, 545.0, 450.0].map(|wavelength: f32| 1.0 - wave(path * (1.0 / wavelength)))
}

#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu {
    //! The same by a shader.

    use super::{Foil, Sheet};
    use crate::Error;
    use crate::gpu::{Frame, shaders, uniforms};

    uniforms! {
        /// Of foil.
        Uniforms { size: [u32; 2], strength: f32, frequency: f32, phase: f32, seed: u32, }
    }

    pub(crate) fn gpu(effect: &Foil, frame: &mut Frame) -> Result<(), Error> {
        if effect.strength == 0.0 {
            return Ok(());
        }
        let sheet = Sheet::of(effect);
        let uniforms = Uniforms {
            size: [frame.width(), frame.height()],
            strength: sheet.strength,
            frequency: sheet.frequency,
            phase: sheet.phase,
            seed: sheet.seed,
        };
        let output = frame.run(&shaders::FOIL, &uniforms, &[&frame.picture()], uniforms.size)?;
        frame.set(output, frame.width(), frame.height());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::pictures;

    fn white(width: u32, height: u32) -> Linear {
        pictures::drawn(width, height, |_, _| [1.0; 4])
    }

    /// The largest difference of two pictures.
    fn difference(one: &Linear, other: &Linear) -> f32 {
        let parts = one.pixels.iter().flatten().zip(other.pixels.iter().flatten());
        parts.map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn a_whole_turn_of_the_light_gives_the_same_picture_and_half_a_turn_another() {
        let turned = |phase| {
            cpu(
                &Foil {
                    phase,
                    scale: 20.0,
                    ..Foil::default()
                },
                white(64, 64),
            )
        };
        assert!(difference(&turned(0.0), &turned(1.0)) < 1e-4);
        assert!(difference(&turned(0.0), &turned(0.5)) > 0.1);
        // An animation moves without jumps, also over the turn.
        assert!(difference(&turned(0.995), &turned(0.005)) < 0.2);
    }

    #[test]
    fn the_seed_decides_about_the_facets() {
        let seeded = |seed| {
            cpu(
                &Foil {
                    seed,
                    scale: 20.0,
                    ..Foil::default()
                },
                white(64, 64),
            )
        };
        assert_eq!(seeded(7), seeded(7));
        assert!(difference(&seeded(7), &seeded(8)) > 0.1);
    }

    #[test]
    fn a_film_shows_all_hues() {
        let strongest = |film: [f32; 3]| (0..3).max_by(|&one, &other| film[one].total_cmp(&film[other])).unwrap();
        let mut seen: Vec<usize> = (0..=100).map(|step| strongest(film(step as f32 / 100.0))).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, [0, 1, 2]);
    }

    #[cfg(feature = "gpu")]
    #[test]
    fn small_facets_are_the_same_on_the_gpu() {
        let effect = Foil {
            strength: 1.0,
            scale: 8.0,
            phase: 0.77,
            seed: u32::MAX,
        };
        crate::tests::twin::assert_same_on_all(&crate::Effect::Foil(effect));
    }
}
