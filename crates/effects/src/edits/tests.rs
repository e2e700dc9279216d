use image::Rgba;
use proptest::prelude::*;

use super::*;
use crate::{Point, Reach, Stroke, Wand};

fn full(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_pixel(width, height, Rgba([200, 40, 40, 255]))
}

fn stroke(points: &[(f32, f32)], radius: f32, softness: f32) -> Stroke {
    Stroke {
        points: points.iter().map(|&(x, y)| Point { x, y }).collect(),
        radius,
        softness,
    }
}

fn alpha_sum(picture: &RgbaImage) -> f64 {
    picture.pixels().map(|pixel| f64::from(pixel.0[3]) / 255.0).sum()
}

#[test]
fn a_dab_takes_the_area_of_its_disc() {
    let picture = full(64, 64);
    let erased = apply(&picture, &[Edit::Erase(stroke(&[(32.0, 32.0)], 20.0, 0.0))]);
    let area = alpha_sum(&picture) - alpha_sum(&erased);
    assert!((area / (std::f64::consts::PI * 400.0) - 1.0).abs() < 0.005, "{area}");
}

#[test]
fn a_line_takes_the_area_of_its_capsule_in_every_direction() {
    let picture = full(200, 200);
    for turn in 0..16 {
        let angle = f64::from(turn) * std::f64::consts::TAU / 16.0;
        let to = (100.0 + 60.0 * angle.cos() as f32, 100.0 + 60.0 * angle.sin() as f32);
        let erased = apply(&picture, &[Edit::Erase(stroke(&[(100.0, 100.0), to], 12.0, 0.0))]);
        let area = alpha_sum(&picture) - alpha_sum(&erased);
        let expected = std::f64::consts::PI * 144.0 + 60.0 * 24.0;
        assert!(
            (area / expected - 1.0).abs() < 0.005,
            "{area} instead of {expected} at {angle}"
        );
    }
}

#[test]
fn points_along_a_line_change_nothing_and_a_stroke_does_not_fade_over_itself() {
    let picture = full(80, 40);
    let line = apply(
        &picture,
        &[Edit::Erase(stroke(&[(10.0, 20.0), (70.0, 20.0)], 8.0, 0.7))],
    );
    let there_and_back: Vec<(f32, f32)> = (0..=30)
        .chain((0..30).rev())
        .map(|step| (10.0 + step as f32 * 2.0, 20.0))
        .collect();
    let dense = apply(&picture, &[Edit::Erase(stroke(&there_and_back, 8.0, 0.7))]);
    let worst = line
        .pixels()
        .zip(dense.pixels())
        .map(|(a, b)| a.0[3].abs_diff(b.0[3]))
        .max();
    assert!(worst <= Some(1), "{worst:?}");
}

#[test]
fn a_soft_brush_fades_from_its_middle_to_its_rim() {
    let erased = apply(&full(65, 1), &[Edit::Erase(stroke(&[(0.0, 0.5)], 60.0, 1.0))]);
    let alphas: Vec<u8> = erased.pixels().map(|pixel| pixel.0[3]).collect();
    assert!(alphas.windows(2).all(|pair| pair[0] <= pair[1]), "{alphas:?}");
    assert!(
        alphas[0] < 2 && alphas[30].abs_diff(128) < 8 && alphas[64] == 255,
        "{alphas:?}"
    );
}

#[test]
fn restoring_brings_back_what_was_there_but_no_more() {
    let mut picture = full(32, 32);
    picture.put_pixel(16, 16, Rgba([1, 2, 3, 77]));
    picture.put_pixel(17, 16, Rgba([0, 0, 0, 0]));
    let all = stroke(&[(16.0, 16.0)], 100.0, 0.0);
    let back = apply(&picture, &[Edit::Erase(all.clone()), Edit::Restore(all)]);
    assert_eq!(back, picture);
}

#[test]
fn a_connected_wand_stops_at_other_colours_and_at_what_was_erased() {
    let mut picture = RgbaImage::from_pixel(9, 3, Rgba([250, 250, 250, 255]));
    for y in 0..3 {
        picture.put_pixel(3, y, Rgba([10, 10, 200, 255]));
    }
    let cut = Edit::Crop(Crop {
        x: 0,
        y: 0,
        width: 9,
        height: 3,
    });
    let wand = |reach| {
        Edit::Wand(Wand {
            at: Point { x: 0.5, y: 0.5 },
            tolerance: 0.1,
            reach,
        })
    };
    let visible = |edits: &[Edit]| -> Vec<bool> {
        (0..9)
            .map(|x| apply(&picture, edits).get_pixel(x, 1).0[3] > 0)
            .collect()
    };
    let (t, f) = (true, false);
    assert_eq!(visible(&[wand(Reach::Connected), cut]), [f, f, f, t, t, t, t, t, t]);
    assert_eq!(visible(&[wand(Reach::Everywhere)]), [f, f, f, t, f, f, f, f, f]);
    let gap = Edit::Erase(stroke(&[(1.5, -5.0), (1.5, 9.0)], 0.5, 0.0));
    let erased_first = visible(&[gap, wand(Reach::Connected)]);
    assert_eq!(erased_first, [f, f, t, t, t, t, t, t, t]);
}

#[test]
fn the_wand_takes_antialiased_edges_in_part() {
    let mut picture = RgbaImage::from_pixel(3, 1, Rgba([255, 255, 255, 255]));
    picture.put_pixel(1, 0, Rgba([150, 150, 150, 255]));
    picture.put_pixel(2, 0, Rgba([0, 0, 0, 255]));
    let wand = Wand {
        at: Point { x: 0.0, y: 0.0 },
        tolerance: 0.25,
        reach: Reach::Connected,
    };
    let alphas: Vec<u8> = apply(&picture, &[Edit::Wand(wand)])
        .pixels()
        .map(|pixel| pixel.0[3])
        .collect();
    assert!(
        alphas[0] == 0 && (1..255).contains(&alphas[1]) && alphas[2] == 255,
        "{alphas:?}"
    );
}

#[test]
fn the_last_crop_counts_and_is_made_at_the_end() {
    let picture = RgbaImage::from_fn(10, 10, |x, y| Rgba([x as u8, y as u8, 0, 255]));
    let crop = |x, y, width, height| Edit::Crop(Crop { x, y, width, height });
    let edits = [
        crop(5, 5, 2, 2),
        crop(2, 3, 4, 5),
        Edit::Erase(stroke(&[(2.5, 3.5)], 0.5, 0.0)),
    ];
    let cut = apply(&picture, &edits);
    assert_eq!((cut.width(), cut.height()), (4, 5));
    assert!(cut.get_pixel(0, 0).0[3] < 128);
    assert_eq!(cut.get_pixel(3, 4).0, [5, 7, 0, 255]);
    assert_eq!(apply(&picture, &[crop(8, 9, 100, 100)]).dimensions(), (2, 1));
    assert_eq!(
        apply(&picture, &[crop(u32::MAX, u32::MAX, u32::MAX, 1)]).dimensions(),
        (1, 1)
    );
}

#[test]
fn no_edit_is_no_change_also_without_pixels() {
    let picture = full(3, 2);
    assert_eq!(apply(&picture, &[]), picture);
    let wand = Wand {
        at: Point { x: 0.0, y: 0.0 },
        tolerance: 0.5,
        reach: Reach::Everywhere,
    };
    assert_eq!(apply(&RgbaImage::new(0, 0), &[Edit::Wand(wand)]).dimensions(), (0, 0));
}

#[test]
fn two_thousand_strokes_take_less_than_seconds() {
    let picture = full(512, 512);
    let edits: Vec<Edit> = (0..2000)
        .map(|at| {
            let points: Vec<(f32, f32)> = (0..100)
                .map(|step| ((at * 7 % 512 + step * 3) as f32, (at * 13 % 512 + step) as f32))
                .collect();
            Edit::Erase(stroke(&points, 12.0, 0.5))
        })
        .collect();
    let begin = std::time::Instant::now();
    apply(&picture, &edits);
    assert!(begin.elapsed().as_secs_f32() < 20.0, "{:?}", begin.elapsed());
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let coordinate = prop_oneof![-40.0_f32..60.0, Just(1e9), Just(-1e9), Just(f32::MAX)];
    let point = (coordinate.clone(), coordinate).prop_map(|(x, y)| Point { x, y });
    let stroke = (prop::collection::vec(point.clone(), 1..6), 0.5_f32..40.0, 0.0_f32..=1.0).prop_map(
        |(points, radius, softness)| Stroke {
            points,
            radius,
            softness,
        },
    );
    prop_oneof![
        stroke.clone().prop_map(Edit::Erase),
        stroke.prop_map(Edit::Restore),
        (
            point,
            0.0_f32..=1.0,
            prop_oneof![Just(Reach::Connected), Just(Reach::Everywhere)]
        )
            .prop_map(|(at, tolerance, reach)| Edit::Wand(Wand { at, tolerance, reach })),
    ]
}

fn any_picture() -> impl Strategy<Value = RgbaImage> {
    (1_u32..24, 1_u32..24).prop_flat_map(|(width, height)| {
        prop::collection::vec(any::<u8>(), (width * height * 4) as usize)
            .prop_map(move |bytes| RgbaImage::from_raw(width, height, bytes).unwrap())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn edits_never_add_alpha_nor_change_colours(picture in any_picture(), edits in prop::collection::vec(any_edit(), 0..5)) {
        let edited = apply(&picture, &edits);
        for (was, is) in picture.pixels().zip(edited.pixels()) {
            prop_assert!(is.0[3] <= was.0[3]);
            prop_assert_eq!(&is.0[..3], &was.0[..3]);
        }
    }

    #[test]
    fn a_crop_of_what_was_cropped_to_its_own_size_changes_nothing(picture in any_picture(), x in 0_u32..30, y in 0_u32..30, width in 1_u32..30, height in 1_u32..30) {
        let once = apply(&picture, &[Edit::Crop(Crop { x, y, width, height })]);
        let again = apply(&once, &[Edit::Crop(Crop { x: 0, y: 0, width, height })]);
        prop_assert_eq!(once, again);
    }

    #[test]
    fn cover_is_that_of_the_nearest_place_of_the_way(points in prop::collection::vec((-10.0_f32..40.0, -10.0_f32..40.0), 1..5), radius in 0.5_f32..15.0, softness in 0.0_f32..=1.0) {
        let edited = apply(&full(30, 30), &[Edit::Erase(stroke(&points, radius, softness))]);
        for (x, y, pixel) in edited.enumerate_pixels() {
            let nearest = nearest_distance(&points, f64::from(x) + 0.5, f64::from(y) + 0.5);
            let (inner, outer) = (f64::from((radius * (1.0 - softness) - 0.5).max(0.0)), f64::from(radius) + 0.5);
            let fade = ((outer - nearest) / (outer - inner)).clamp(0.0, 1.0);
            let expected = 1.0 - fade * fade * (3.0 - 2.0 * fade);
            prop_assert!((f64::from(pixel.0[3]) / 255.0 - expected).abs() < 0.006, "{} {} {}", x, y, expected);
        }
    }
}

/// By trying many places of each line.
fn nearest_distance(points: &[(f32, f32)], x: f64, y: f64) -> f64 {
    let places = (0..points.len()).flat_map(|at| {
        let (from, to) = (points[at], points[(at + 1).min(points.len() - 1)]);
        (0..=4000).map(move |step| {
            let part = f64::from(step) / 4000.0;
            let along = |from: f32, to: f32| f64::from(from) + (f64::from(to) - f64::from(from)) * part;
            (along(from.0, to.0), along(from.1, to.1))
        })
    });
    places
        .map(|(px, py)| (px - x).hypot(py - y))
        .fold(f64::INFINITY, f64::min)
}
