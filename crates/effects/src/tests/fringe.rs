//! No fringe: the edge of a red disc has no dark or white halo on any ground, whatever is done to it.

use super::pictures;
use crate::{Color, Effect, Fit, Linear, Outline, Scale, Shadow, passes};

const RED: [f32; 3] = [1.0, 0.0, 0.0];
/// Of a byte, twice: results are rounded to straight bytes and read back.
const CLOSE: f32 = 2.0 / 255.0;

/// A red disc of this size after these effects, as a person gets it: through straight bytes.
fn finished(side: u32, effects: &[Effect]) -> Linear {
    let disc = pictures::disc(side, side as f32 * 0.37, RED);
    let done = effects
        .iter()
        .fold(disc, |picture, effect| passes::cpu(effect, picture).unwrap());
    Linear::from_srgb(&done.to_srgb())
}

fn sizes() -> Vec<Vec<Effect>> {
    let fit = |side| {
        Effect::Fit(Fit {
            width: side,
            height: side,
            margin: 7.0,
        })
    };
    let scale = |side| Effect::Scale(Scale { side });
    vec![
        vec![],
        vec![scale(256.0)],
        vec![scale(70.0)],
        vec![fit(100.0)],
        vec![fit(223.0)],
        vec![scale(300.0), fit(161.0)],
    ]
}

/// From the middle to the right, over an opaque ground.
fn profile(picture: &Linear, ground: [f32; 3]) -> Vec<[f32; 3]> {
    (picture.width / 2..picture.width)
        .map(|x| picture.at(x, picture.height / 2))
        .map(|pixel| std::array::from_fn(|c| pixel[c] + ground[c] * (1.0 - pixel[3])))
        .collect()
}

#[test]
fn a_scaled_disc_is_red_wherever_it_is_visible() {
    for effects in sizes() {
        for pixel in finished(128, &effects).pixels {
            let [r, g, b, a] = pixel;
            assert!(
                (r - a).abs() < CLOSE && g < CLOSE && b < CLOSE,
                "{pixel:?} after {effects:?}"
            );
        }
    }
}

#[test]
fn an_outlined_disc_is_a_mix_of_red_and_white_alone() {
    for size in sizes() {
        let effects = [
            vec![Effect::Outline(Outline {
                width: 6.0,
                ..Outline::default()
            })],
            size,
        ]
        .concat();
        for pixel in finished(128, &effects).pixels {
            let [r, g, b, a] = pixel;
            assert!(
                (r - a).abs() < CLOSE && (g - b).abs() < CLOSE,
                "{pixel:?} after {effects:?}"
            );
        }
    }
}

#[test]
fn along_the_edge_every_channel_goes_straight_from_one_colour_to_the_next() {
    let grounds = [Color::BLACK, Color::WHITE, Color([0, 255, 0])];
    let shadow = Shadow {
        opacity: 0.5,
        offset_y: 0.0,
        ..Shadow::default()
    };
    for size in sizes() {
        let outline = Outline {
            width: 6.0,
            ..Outline::default()
        };
        let effects = [vec![Effect::Outline(outline), Effect::Shadow(shadow.clone())], size].concat();
        let picture = finished(128, &effects);
        for ground in grounds {
            let profile = profile(&picture, ground.linear());
            for channel in 0..3 {
                let values: Vec<f32> = profile.iter().map(|pixel| pixel[channel]).collect();
                // Green and blue: red disc 0, outline 1, shadow half the ground, ground. Red: 1, 1, then the same.
                let expected = [
                    RED[channel],
                    1.0,
                    0.5 * ground.linear()[channel],
                    ground.linear()[channel],
                ];
                assert!(
                    turns(&values) <= turns(&expected),
                    "{values:?} on {ground} after {effects:?}"
                );
                assert!(
                    values.iter().all(|value| *value <= 1.0 + CLOSE),
                    "{values:?} on {ground}"
                );
            }
        }
    }
}

/// How often a row of numbers changes its direction, steps that bytes cannot tell left out.
fn turns(values: &[f32]) -> usize {
    let mut direction = 0.0_f32;
    let (mut turns, mut last) = (0, values[0]);
    for value in values {
        let step = value - last;
        if step.abs() < CLOSE {
            continue;
        }
        last = *value;
        if direction * step < 0.0 {
            turns += 1;
        }
        direction = step;
    }
    turns
}

#[test]
fn turns_are_counted() {
    assert_eq!(turns(&[0.0, 0.5, 1.0]), 0);
    assert_eq!(turns(&[0.0, 1.0, 0.5, 1.0]), 2);
    assert_eq!(turns(&[1.0, 1.0, 0.999, 1.0, 0.0]), 0);
}
