use proptest::prelude::*;

use super::*;

fn effect(despeckle: f32, fill_holes: f32, contrast: f32) -> CleanMatte {
    CleanMatte {
        despeckle,
        fill_holes,
        contrast,
    }
}

/// A picture of one colour with these alphas.
fn alphas(width: u32, height: u32, alpha: impl Fn(u32, u32) -> f32) -> Linear {
    let pixel = |at: u32| {
        let alpha = alpha(at % width, at / width);
        [alpha * 0.5, alpha * 0.25, 0.0, alpha]
    };
    Linear {
        width,
        height,
        pixels: (0..width * height).map(pixel).collect(),
    }
}

fn mask(png: &[u8]) -> Linear {
    let mask = image::load_from_memory(png).unwrap().into_luma8();
    alphas(mask.width(), mask.height(), |x, y| {
        f32::from(mask.get_pixel(x, y).0[0] / 255)
    })
}

#[test]
fn islands_and_holes_are_those_of_scipy() {
    let before = mask(include_bytes!("../../../fixtures/components-mask.png"));
    let expected = mask(include_bytes!("../../../fixtures/components-clean.png"));
    let after = cpu(&effect(20.0, 20.0, 0.0), before);
    for (at, (is, expected)) in after.pixels.iter().zip(&expected.pixels).enumerate() {
        assert!((is[3] - expected[3]).abs() < 1e-6, "pixel {at}");
    }
}

#[test]
fn an_island_goes_with_its_soft_edge_and_counts_by_its_alpha() {
    // Alpha sums to 9 + 16 * 0.5 = 17.
    let island = alphas(40, 20, |x, y| match x.abs_diff(10).max(y.abs_diff(10)) {
        0 | 1 => 1.0,
        2 => 0.5,
        _ => f32::from(x >= 20),
    });
    assert_eq!(cpu(&effect(16.0, 0.0, 0.0), island.clone()), island);
    let clean = cpu(&effect(18.0, 0.0, 0.0), island.clone());
    assert_eq!(clean.at(10, 10), [0.0; 4]);
    assert_eq!(clean.at(8, 8), [0.0; 4]);
    assert_eq!(clean.at(30, 10), island.at(30, 10));
}

#[test]
fn a_hole_fills_with_its_soft_edge_in_the_colour_around_it() {
    let hole = alphas(30, 30, |x, y| match x.abs_diff(15).max(y.abs_diff(15)) {
        0 | 1 => 0.0,
        2 => 0.5,
        _ => 1.0,
    });
    assert_eq!(cpu(&effect(0.0, 16.0, 0.0), hole.clone()), hole);
    for pixel in cpu(&effect(0.0, 18.0, 0.0), hole).pixels {
        assert!(
            pixel
                .iter()
                .zip([0.5, 0.25, 0.0, 1.0])
                .all(|(is, wanted)| (is - wanted).abs() < 1e-6),
            "{pixel:?}"
        );
    }
}

#[test]
fn a_bay_is_no_hole() {
    let bay = alphas(20, 20, |x, y| if x < 4 && y.abs_diff(10) < 2 { 0.0 } else { 1.0 });
    assert_eq!(cpu(&effect(64.0, 4096.0, 0.0), bay.clone()), bay);
}

#[test]
fn contrast_keeps_the_middle_and_the_colour() {
    let ramp = alphas(256, 1, |x, _| x as f32 / 255.0);
    let clean = cpu(&effect(0.0, 0.0, 0.5), ramp.clone());
    for (was, is) in ramp.pixels.iter().zip(&clean.pixels) {
        let expected = ((was[3] - 0.5) * 2.0 + 0.5).clamp(0.0, 1.0);
        assert!((is[3] - expected).abs() < 1e-6, "{} became {}", was[3], is[3]);
        assert!((is[0] - is[3] * 0.5).abs() < 1e-6, "the colour changed: {is:?}");
    }
    let hard = cpu(&effect(0.0, 0.0, 1.0), ramp);
    assert!(
        hard.pixels
            .iter()
            .enumerate()
            .all(|(x, pixel)| x == 127 || x == 128 || pixel[3] == f32::from(u8::from(x > 127)))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn done_twice_is_done_once(
        bytes in proptest::collection::vec(prop_oneof![Just(0_u8), Just(255), any::<u8>()], 400), despeckle in 0_u32..80, fill in 0_u32..80,
    ) {
        let before = alphas(20, 20, |x, y| f32::from(bytes[(y * 20 + x) as usize]) / 255.0);
        let effect = effect(despeckle as f32, fill as f32, 0.0);
        let once = cpu(&effect, before);
        prop_assert_eq!(cpu(&effect, once.clone()), once);
    }

    #[test]
    fn nothing_stays_nothing(width in 1_u32..20, height in 1_u32..20, contrast in 0.0_f32..=1.0) {
        let empty = Linear::empty(width, height);
        prop_assert_eq!(cpu(&effect(64.0, 4096.0, contrast), empty.clone()), empty);
    }
}

#[cfg(feature = "gpu")]
#[test]
fn the_gpu_cleans_the_same() {
    for (despeckle, fill, contrast) in [(4.0, 4.0, 0.0), (300.0, 0.0, 0.4), (0.0, 900.0, 0.9), (30.0, 30.0, 1.0)] {
        crate::tests::twin::assert_same_on_all(&crate::Effect::CleanMatte(effect(despeckle, fill, contrast)));
    }
    let winding = alphas(61, 61, |x, y| {
        f32::from(u8::from(x % 2 == 0 || (y == 0) == (x % 4 == 1) && (y == 0 || y == 60)))
    });
    crate::tests::twin::assert_same(
        &crate::Effect::CleanMatte(effect(64.0, 4096.0, 0.0)),
        "winding",
        &winding,
    );
    let mask = mask(include_bytes!("../../../fixtures/components-mask.png"));
    crate::tests::twin::assert_same(&crate::Effect::CleanMatte(effect(20.0, 20.0, 0.0)), "mask", &mask);
}
