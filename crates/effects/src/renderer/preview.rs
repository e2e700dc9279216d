//! A finish on a smaller picture.

use std::sync::Arc;

use crate::passes::resample;
use crate::{Crop, Edit, Effect, Finish, Linear, Point, Source, Stroke, Unit, edits};

/// A source made smaller, kept as long as it is asked for.
pub(super) struct Scaled {
    of: (String, [u32; 2]),
    /// The smaller one. Its key is another one for each size.
    pub source: Source,
}

impl Scaled {
    /// The source made smaller by this factor, at most 1; `former` if it is that.
    pub(super) fn of(former: Option<Self>, source: &Source, factor: f32) -> Self {
        let (width, height) = source.picture.dimensions();
        let scaled = |pixels: u32| ((pixels as f32 * factor).round() as u32).max(1).min(pixels);
        let size = [scaled(width), scaled(height)];
        let of = (source.key.clone(), size);
        if let Some(former) = former.filter(|former| former.of == of) {
            return former;
        }
        // A picture without width or height has nothing to scale.
        let picture = if size == [width, height] || width.min(height) == 0 {
            source.picture.clone()
        } else {
            Arc::new(resample::area(&Linear::from_srgb(&source.picture), size[0], size[1]).to_srgb())
        };
        let key = format!("{} x {} of {}", size[0], size[1], source.key);
        Self {
            of,
            source: Source { key, picture },
        }
    }
}

/// What makes of the source's longer side, or of that of the part that a crop keeps, at most `side` pixels.
pub(super) fn factor(source: &Source, edits: &[Edit], side: u32) -> f32 {
    let (width, height) = edits::size(source.picture.dimensions(), edits);
    (side.max(1) as f32 / width.max(height).max(1) as f32).min(1.0)
}

/// The finish for a picture that is `factor` times as large as the one that it was made for, and whose effects see at most `side`
/// pixels a side.
pub(super) fn scaled(finish: &Finish, factor: f32, side: u32) -> Finish {
    let edits = finish.edits.iter().map(|edit| scaled_edit(edit, factor)).collect();
    let mut factor = factor;
    let mut effects = finish.effects.clone();
    for effect in &mut effects {
        // After these, pixels are those of the result, however large the picture was before.
        let longer = match effect {
            Effect::Scale(scale) => Some(scale.side),
            Effect::Fit(fit) => Some(fit.width.max(fit.height)),
            _ => None,
        };
        if let Some(longer) = longer {
            factor = (side.max(1) as f32 / longer).min(1.0);
        }
        scale_numbers(effect, factor);
    }
    Finish { edits, effects }
}

fn scale_numbers(effect: &mut Effect, factor: f32) {
    for (range, number) in effect.numbers_mut() {
        let smaller = match range.unit {
            Unit::Pixels => *number * factor,
            Unit::SquarePixels => *number * factor * factor,
            Unit::Part | Unit::Degrees => continue,
        };
        // What cannot be zero stays at least a pixel.
        *number = if range.min > 0.0 {
            smaller.max(number.min(1.0))
        } else {
            smaller
        };
    }
}

fn scaled_edit(edit: &Edit, factor: f32) -> Edit {
    let point = |point: &Point| Point {
        x: point.x * factor,
        y: point.y * factor,
    };
    let stroke = |stroke: &Stroke| Stroke {
        points: stroke.points.iter().map(point).collect(),
        radius: stroke.radius * factor,
        softness: stroke.softness,
    };
    match edit {
        Edit::Erase(erase) => Edit::Erase(stroke(erase)),
        Edit::Restore(restore) => Edit::Restore(stroke(restore)),
        Edit::Wand(wand) => {
            let mut wand = wand.clone();
            wand.at = point(&wand.at);
            Edit::Wand(wand)
        }
        Edit::Crop(crop) => Edit::Crop(scaled_crop(crop, factor)),
    }
}

fn scaled_crop(crop: &Crop, factor: f32) -> Crop {
    let scaled = |pixels: u32| (pixels as f32 * factor).round() as u32;
    Crop {
        x: scaled(crop.x),
        y: scaled(crop.y),
        width: scaled(crop.width).max(1),
        height: scaled(crop.height).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Outline, Scale};

    #[test]
    fn numbers_that_count_pixels_are_scaled_and_others_stay() {
        let finish = Finish {
            edits: vec![Edit::Crop(Crop {
                x: 10,
                y: 20,
                width: 100,
                height: 1,
            })],
            effects: vec![
                Effect::Outline(Outline {
                    width: 8.0,
                    ..Outline::default()
                }),
                Effect::Scale(Scale { side: 512.0 }),
                Effect::Outline(Outline {
                    width: 8.0,
                    ..Outline::default()
                }),
            ],
        };
        let small = scaled(&finish, 0.25, 256);
        let Effect::Outline(before) = &small.effects[0] else {
            panic!("{small:?}")
        };
        let Effect::Outline(after) = &small.effects[2] else {
            panic!("{small:?}")
        };
        assert_eq!((before.width, after.width), (2.0, 4.0));
        assert_eq!(small.effects[1], Effect::Scale(Scale { side: 256.0 }));
        assert_eq!(
            small.edits,
            [Edit::Crop(Crop {
                x: 3,
                y: 5,
                width: 25,
                height: 1
            })]
        );
    }

    #[test]
    fn a_picture_that_is_small_enough_stays() {
        let finish = Finish {
            edits: Vec::new(),
            effects: Effect::all(),
        };
        assert_eq!(scaled(&finish, 1.0, 2048), finish);
    }
}
