//! What holds for all effects, whatever their values.

use proptest::prelude::*;

use super::pictures;
use crate::{Effect, Fit, Foil, Glow, Halftone, Linear, Paper, Shadow, passes};

/// Sizes that an effect may ask for, so that a test does not take minutes.
const MOST_PIXELS: f32 = 200.0;

/// One of the effects, each number anywhere in its range.
fn effect() -> impl Strategy<Value = Effect> {
    let parts = prop::collection::vec(0.0..=1.0_f32, 8);
    (prop::sample::select(Effect::all()), parts, any::<bool>()).prop_map(|(mut effect, parts, other)| {
        let sized = matches!(effect, Effect::Scale(_) | Effect::Fit(_));
        for ((range, number), part) in effect.numbers_mut().into_iter().zip(parts) {
            let max = if sized { range.max.min(MOST_PIXELS) } else { range.max };
            *number = range.min + (max - range.min) * part;
        }
        match &mut effect {
            Effect::Fit(fit) => fit.margin = fit.margin.min(fit.width.min(fit.height) / 2.0 - 1.0),
            Effect::Caption(caption) => caption.text = "Hi".into(),
            Effect::Outline(outline) if other => outline.corners = crate::Corners::Mitre,
            _ => {}
        }
        effect
    })
}

/// Small pictures: noise, discs, and rectangles of any width and height.
fn picture() -> impl Strategy<Value = Linear> {
    let noise =
        (1..40_u32, 1..40_u32, any::<u64>()).prop_map(|(width, height, seed)| pictures::noise(width, height, seed));
    let disc = (8..60_u32, 0.5..30.0_f32).prop_map(|(side, radius)| pictures::disc(side, radius, [0.8, 0.3, 0.05]));
    let block = (1..40_u32, 1..40_u32, 0.01..=1.0_f32)
        .prop_map(|(width, height, a)| pictures::drawn(width, height, |_, _| [a, a * 0.5, 0.0, a]));
    prop_oneof![noise, disc, block]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_values_are_legal(effect in effect()) {
        prop_assert_eq!(effect.check(), Ok(()));
    }

    #[test]
    fn results_are_premultiplied_and_in_range(effect in effect(), picture in picture()) {
        let done = passes::cpu(&effect, picture).unwrap();
        prop_assert_eq!(done.pixels.len(), done.width as usize * done.height as usize);
        for pixel in &done.pixels {
            let [r, g, b, a] = *pixel;
            let legal = (0.0..=1.0 + 1e-5).contains(&a) && [r, g, b].iter().all(|part| (-1e-5..=a + 1e-5).contains(part));
            prop_assert!(legal, "{:?} after {:?}", pixel, effect);
        }
    }

    #[test]
    fn empty_stays_empty(effect in effect(), width in 1..40_u32, height in 1..40_u32) {
        prop_assume!(!matches!(effect, Effect::Caption(_)));
        let done = passes::cpu(&effect, Linear::empty(width, height)).unwrap();
        prop_assert!(done.pixels.iter().all(|pixel| *pixel == [0.0; 4]));
    }

    #[test]
    fn the_same_input_gives_the_same_output(effect in effect(), picture in picture()) {
        prop_assert_eq!(passes::cpu(&effect, picture.clone()), passes::cpu(&effect, picture));
    }

    #[test]
    fn a_shadow_and_a_glow_change_nothing_opaque_and_only_add_alpha(
        picture in picture(), offset in -20.0..20.0_f32, blur in 0.0..9.0_f32, part in 0.0..=1.0_f32,
    ) {
        let shadow = Effect::Shadow(Shadow { offset_x: offset, offset_y: -offset, blur, opacity: part, ..Shadow::default() });
        let glow = Effect::Glow(Glow { radius: blur, strength: part, ..Glow::default() });
        for effect in [shadow, glow] {
            let done = passes::cpu(&effect, picture.clone()).unwrap();
            let (left, top) = origin(&effect, &done, &picture);
            for y in 0..picture.height {
                for x in 0..picture.width {
                    let (before, after) = (picture.at(x, y), done.at(x + left, y + top));
                    prop_assert!((0..4).all(|c| after[c] >= before[c] - 1e-6), "{:?} became {:?}", before, after);
                    prop_assert!(before[3] < 1.0 || before == after, "{:?} became {:?}", before, after);
                }
            }
        }
    }

    #[test]
    fn a_sticker_that_was_fitted_at_most_twice_as_large_is_not_changed_by_fitting_it_again(
        radius in 25.0..40.0_f32, width in 40..100_u32, height in 40..100_u32, margin in 0..10_u32,
    ) {
        let fit = Effect::Fit(Fit { width: width as f32, height: height as f32, margin: margin as f32 });
        let once = passes::cpu(&fit, pictures::disc(90, radius, [0.8, 0.3, 0.05])).unwrap();
        let twice = passes::cpu(&fit, once.clone()).unwrap();
        for (once, twice) in once.pixels.iter().zip(&twice.pixels) {
            prop_assert!((0..4).all(|c| (once[c] - twice[c]).abs() <= 1.0 / 255.0), "{:?} became {:?}", once, twice);
        }
    }
}

#[test]
fn textures_keep_alpha_and_change_nothing_without_strength() {
    let textures = |strength| {
        [
            Effect::Foil(Foil {
                strength,
                ..Foil::default()
            }),
            Effect::Paper(Paper {
                strength,
                ..Paper::default()
            }),
            Effect::Halftone(Halftone {
                strength,
                ..Halftone::default()
            }),
        ]
    };
    for (name, before) in pictures::all() {
        for effect in textures(1.0) {
            let after = passes::cpu(&effect, before.clone()).unwrap();
            let mut alphas = before.pixels.iter().zip(&after.pixels);
            assert!(
                alphas.all(|(before, after)| before[3] == after[3]),
                "{}: {name}",
                effect.kind()
            );
        }
        for effect in textures(0.0) {
            assert_eq!(
                passes::cpu(&effect, before.clone()).unwrap(),
                before,
                "{}: {name}",
                effect.kind()
            );
        }
    }
}

/// Where the former canvas lies in the grown one.
fn origin(effect: &Effect, grown: &Linear, before: &Linear) -> (u32, u32) {
    let kernels = match effect {
        Effect::Shadow(shadow) if shadow.opacity > 0.0 => {
            [(shadow.blur, shadow.offset_x), (shadow.blur, shadow.offset_y)]
        }
        Effect::Glow(glow) if glow.strength > 0.0 => [(glow.radius, 0.0); 2],
        _ => return (0, 0),
    };
    let [across, down] = kernels.map(|(sigma, shift)| passes::blur::Kernel::gaussian(sigma, shift));
    let growth = passes::blur::growth(&across, &down);
    assert_eq!(grown.width, before.width + growth.left + growth.right);
    (growth.left, growth.top)
}

#[cfg(feature = "gpu")]
mod on_gpu {
    use super::*;
    use crate::tests::twin;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_gpu_gives_what_the_twin_gives(effect in effect(), picture in picture()) {
            twin::assert_same(&effect, "a random picture", &picture);
        }
    }
}
