//! Where a sticker's alpha comes from.

use serde::{Deserialize, Serialize};

use crate::Picture;

/// What a person asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transparency {
    /// The decoder's alpha where it has one, else a plain ground cut out.
    #[default]
    Auto,
    /// Opaque, as the decoder painted it; a decoder with alpha is shown over white.
    Off,
}

/// What a picture's alpha is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlphaSource {
    /// The autoencoder decodes it.
    Decoder,
    /// The ground was cut out.
    Cutout,
    /// There is none: opaque everywhere.
    None,
}

/// Added to the prompt of a model without native alpha, so that there is a ground to cut out.
pub const PLAIN_BACKGROUND: &str = ", sticker, isolated on a plain white background";

/// Largest distance of a pixel's colour from the ground's that still is ground, in bytes of the channel that differs most.
const GROUND: f32 = 24.0;
/// Pixels from the ground within which a colour may be mixed with the ground's.
const RIM: usize = 2;

/// Makes the plain ground of an opaque picture transparent: it is flooded from the border; a pixel of the rim is taken as a mix
/// of the ground and of the purest colour near it, which gives its alpha; and the ground's share is taken out of its colour.
///
/// Returns `None` where there is no plain ground: the border is of many colours, or all of the picture would go.
pub fn cut_out(picture: &Picture) -> Option<Picture> {
    let ground = border_colour(picture)?;
    let distance = |pixel: &[u8]| -> f32 {
        let difference = |i: usize| (f32::from(pixel[i]) - ground[i]).abs();
        difference(0).max(difference(1)).max(difference(2))
    };
    let distances = picture.rgba.chunks_exact(4).map(distance).collect::<Vec<_>>();
    let flooded = flood(picture, &distances);
    let covered = flooded.iter().filter(|ground| !**ground).count();
    if covered < picture.pixels() / 200 {
        return None;
    }
    let mut result = picture.clone();
    let rim = Rim {
        picture,
        ground,
        distances: &distances,
        flooded: &flooded,
    };
    for (index, pixel) in result.rgba.chunks_exact_mut(4).enumerate() {
        let alpha = if flooded[index] { 0.0 } else { rim.alpha(index) };
        decontaminate(pixel, ground, alpha);
    }
    Some(result)
}

/// The mean colour of the border's pixels, if at least nine tenths of them are near their median.
fn border_colour(picture: &Picture) -> Option<[f32; 3]> {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let border = (0..width * height).filter(|i| {
        let (x, y) = (i % width, i / width);
        x == 0 || y == 0 || x + 1 == width || y + 1 == height
    });
    let colours = border
        .map(|i| [0, 1, 2].map(|c| picture.rgba[4 * i + c]))
        .collect::<Vec<_>>();
    let median = [0, 1, 2].map(|c| {
        let mut values = colours.iter().map(|colour| colour[c]).collect::<Vec<_>>();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or_default()
    });
    let near = |colour: &&[u8; 3]| (0..3).all(|c| colour[c].abs_diff(median[c]) <= GROUND as u8);
    let plain = colours.iter().filter(near).collect::<Vec<_>>();
    if plain.is_empty() || plain.len() * 10 < colours.len() * 9 {
        return None;
    }
    Some([0, 1, 2].map(|c| plain.iter().map(|colour| f32::from(colour[c])).sum::<f32>() / plain.len() as f32))
}

/// The pixels of the ground's colour that are joined to the border.
fn flood(picture: &Picture, distances: &[f32]) -> Vec<bool> {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let mut flooded = vec![false; width * height];
    let mut open = Vec::new();
    let mut enter = |index: usize, open: &mut Vec<usize>| {
        if !flooded[index] && distances[index] <= GROUND {
            flooded[index] = true;
            open.push(index);
        }
    };
    for x in 0..width {
        enter(x, &mut open);
        enter((height - 1) * width + x, &mut open);
    }
    for y in 0..height {
        enter(y * width, &mut open);
        enter(y * width + width - 1, &mut open);
    }
    while let Some(index) = open.pop() {
        let (x, y) = (index % width, index / width);
        if x > 0 {
            enter(index - 1, &mut open);
        }
        if x + 1 < width {
            enter(index + 1, &mut open);
        }
        if y > 0 {
            enter(index - width, &mut open);
        }
        if y + 1 < height {
            enter(index + width, &mut open);
        }
    }
    flooded
}

struct Rim<'a> {
    picture: &'a Picture,
    ground: [f32; 3],
    distances: &'a [f32],
    flooded: &'a [bool],
}

impl Rim<'_> {
    /// How much of the pixel is sticker: 1 away from the ground, else the pixel's place on the line from the ground's colour to
    /// that of the neighbour least like it.
    fn alpha(&self, index: usize) -> f32 {
        if !self.neighbours(index, RIM).any(|near| self.flooded[near]) {
            return 1.0;
        }
        let purest = self
            .neighbours(index, RIM + 1)
            .max_by(|a, b| self.distances[*a].total_cmp(&self.distances[*b]));
        let from_ground =
            |index: usize| [0, 1, 2].map(|c| f32::from(self.picture.rgba[4 * index + c]) - self.ground[c]);
        let (mixed, pure) = (from_ground(index), from_ground(purest.unwrap_or(index)));
        let along: f32 = (0..3).map(|c| mixed[c] * pure[c]).sum();
        let whole: f32 = (0..3).map(|c| pure[c] * pure[c]).sum();
        (along / whole.max(1.0)).clamp(0.0, 1.0)
    }

    /// The pixels at most `reach` rows and columns away.
    fn neighbours(&self, index: usize, reach: usize) -> impl Iterator<Item = usize> {
        let (width, height) = (self.picture.width as usize, self.picture.height as usize);
        let (x, y) = (index % width, index / width);
        let columns = x.saturating_sub(reach)..(x + reach + 1).min(width);
        let rows = y.saturating_sub(reach)..(y + reach + 1).min(height);
        rows.flat_map(move |row| columns.clone().map(move |column| row * width + column))
    }
}

/// Sets alpha, and takes the ground's share out of the colour: `c = (mixed - (1 - a) ground) / a`.
fn decontaminate(pixel: &mut [u8], ground: [f32; 3], alpha: f32) {
    pixel[3] = (alpha * 255.0).round() as u8;
    if alpha > 0.0 && alpha < 1.0 {
        for channel in 0..3 {
            let pure = (f32::from(pixel[channel]) - (1.0 - alpha) * ground[channel]) / alpha;
            pixel[channel] = pure.round().clamp(0.0, 255.0) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disc of `colour` on `ground`, its edge smoothed over a pixel.
    fn disc(colour: [u8; 3], ground: [u8; 3]) -> Picture {
        let mut rgba = Vec::new();
        for y in 0..64 {
            for x in 0..64 {
                let distance = ((x as f32 - 31.5).powi(2) + (y as f32 - 31.5).powi(2)).sqrt();
                let inside = (20.5 - distance).clamp(0.0, 1.0);
                let mix =
                    |c: usize| (f32::from(colour[c]) * inside + f32::from(ground[c]) * (1.0 - inside)).round() as u8;
                rgba.extend([mix(0), mix(1), mix(2), 255]);
            }
        }
        Picture {
            width: 64,
            height: 64,
            rgba,
        }
    }

    #[test]
    fn a_disc_is_cut_out_without_a_fringe() {
        let cut = cut_out(&disc([200, 30, 30], [255, 255, 255])).expect("a plain ground");
        let at = |x: usize, y: usize| &cut.rgba[4 * (64 * y + x)..][..4];
        assert_eq!(at(0, 0)[3], 0);
        assert_eq!(at(32, 32), [200, 30, 30, 255]);
        for pixel in cut.rgba.chunks_exact(4).filter(|pixel| pixel[3] > 64) {
            assert!(pixel[1] < 90, "the white ground shines through: {pixel:?}");
        }
    }

    #[test]
    fn ground_inside_the_sticker_stays() {
        let mut picture = disc([20, 20, 200], [255, 255, 255]);
        let centre = 4 * (64 * 32 + 32);
        picture.rgba[centre..centre + 3].copy_from_slice(&[255, 255, 255]);
        let cut = cut_out(&picture).expect("a plain ground");
        assert_eq!(cut.rgba[centre..centre + 4], [255, 255, 255, 255]);
    }

    #[test]
    fn no_plain_ground_is_said() {
        let rgba = (0..32 * 32)
            .flat_map(|i| [(i * 37 % 256) as u8, (i * 91 % 256) as u8, (i * 13 % 256) as u8, 255])
            .collect();
        assert_eq!(
            cut_out(&Picture {
                width: 32,
                height: 32,
                rgba
            }),
            None
        );
        let white = Picture {
            width: 16,
            height: 16,
            rgba: vec![255; 16 * 16 * 4],
        };
        assert_eq!(cut_out(&white), None);
    }
}
