use image::{Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;
use crate::Color;

/// White where this says so.
fn picture(width: u32, height: u32, inside: impl Fn(f32, f32) -> bool) -> Linear {
    Linear::from_srgb(&RgbaImage::from_fn(width, height, |x, y| {
        Rgba(if inside(x as f32, y as f32) { [255; 4] } else { [0; 4] })
    }))
}

fn outline(width: f32, bridge: f32, corners: Corners) -> Outline {
    Outline {
        width,
        bridge,
        corners,
        color: Color([200, 30, 90]),
    }
}

/// The number of separate parts, those that touch at a corner being one.
fn parts(picture: &Linear) -> usize {
    let (width, height) = (picture.width as i32, picture.height as i32);
    let mut left: Vec<bool> = picture.pixels.iter().map(|pixel| pixel[3] >= 0.5).collect();
    let mut count = 0;
    while let Some(start) = left.iter().position(|there| *there) {
        count += 1;
        let mut open = vec![start as i32];
        left[start] = false;
        while let Some(at) = open.pop() {
            for (dx, dy) in [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)] {
                let (x, y) = (at % width + dx, at / width + dy);
                let next = y * width + x;
                if x >= 0 && y >= 0 && x < width && y < height && std::mem::take(&mut left[next as usize]) {
                    open.push(next);
                }
            }
        }
    }
    count
}

/// The pixels of a picture around which another one of this growth was made.
fn growth(before: &Linear, after: &Linear) -> i32 {
    (after.width - before.width) as i32 / 2
}

/// For each pixel of the grown canvas, the distance to the nearest pixel of the shape.
fn distances(before: &Linear, after: &Linear) -> Vec<f32> {
    let growth = growth(before, after);
    let shape: Vec<_> = (0..before.pixels.len() as i32)
        .filter(|at| before.pixels[*at as usize][3] >= 0.5)
        .map(|at| (at % before.width as i32 + growth, at / before.width as i32 + growth))
        .collect();
    (0..after.pixels.len() as i32)
        .map(|at| {
            let (x, y) = (at % after.width as i32, at / after.width as i32);
            let squared = shape.iter().map(|(sx, sy)| (x - sx).pow(2) + (y - sy).pow(2)).min();
            squared.map_or(f32::INFINITY, |squared| (squared as f32).sqrt())
        })
        .collect()
}

/// Blots: soft and hard discs, some overlapping.
fn blots() -> impl Strategy<Value = Linear> {
    let blot = (2.0_f32..26.0, 2.0_f32..26.0, 0.6_f32..7.0, 0.1_f32..3.0);
    (1_u32..30, 1_u32..30, proptest::collection::vec(blot, 0..5)).prop_map(|(width, height, blots)| {
        let alpha = |x: u32, y: u32| {
            let depth = |(bx, by, radius, soft): &(f32, f32, f32, f32)| {
                (0.5 + (radius - (x as f32 - bx).hypot(y as f32 - by)) / soft).clamp(0.0, 1.0)
            };
            (blots.iter().map(depth).fold(0.0, f32::max) * 255.0) as u8
        };
        Linear::from_srgb(&RgbaImage::from_fn(width, height, |x, y| {
            Rgba([10, 200, 60, alpha(x, y)])
        }))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_outline_grows_the_shape_by_its_width_to_half_a_pixel(before in blots(), width in 1_u32..20) {
        let width = width as f32 / 2.0;
        let after = cpu(&outline(width, 0.0, Corners::Round), before.clone()).unwrap();
        // The border of a shape lies about half a pixel outside of the middle of its last pixel.
        for (distance, pixel) in distances(&before, &after).into_iter().zip(&after.pixels) {
            if distance <= width {
                prop_assert!(pixel[3] >= 0.5, "a pixel {distance} away is missing from an outline of {width}");
            }
            if distance > width + 1.0 {
                prop_assert!(pixel[3] < 0.5, "a pixel {distance} away belongs to an outline of {width}");
            }
        }
    }

    #[test]
    fn an_outline_never_takes_anything_away(
        before in blots(), width in 0_u32..12, bridge in 0_u32..40, corners in prop_oneof![Just(Corners::Round), Just(Corners::Mitre)],
    ) {
        let after = cpu(&outline(width as f32, bridge as f32, corners), before.clone()).unwrap();
        let growth = growth(&before, &after) as u32;
        for y in 0..before.height {
            for x in 0..before.width {
                let (was, is) = (before.at(x, y), after.at(x + growth, y + growth));
                prop_assert!(is[3] >= was[3]);
                if was[3] >= 0.5 {
                    prop_assert!(width == 0 || is[3] > 0.999, "the shape has a hole: {}", is[3]);
                }
                if was[3] == 1.0 {
                    prop_assert_eq!(was, is);
                }
            }
        }
    }

    #[test]
    fn closing_gaps_only_adds(before in blots(), width in 1_u32..8, bridge in 1_u32..40) {
        let outlined = |bridge| cpu(&outline(width as f32, bridge, Corners::Round), before.clone()).unwrap();
        for (without, with) in outlined(0.0).pixels.iter().zip(outlined(bridge as f32).pixels) {
            prop_assert!(with[3] >= without[3] - 0.1, "{} became {}", without[3], with[3]);
        }
    }

    #[test]
    fn dots_are_joined_when_near_enough(dots in proptest::collection::vec((0_i32..60, 0_i32..60), 2..7), bridge in 4_i32..40) {
        let before = picture(60, 60, |x, y| dots.contains(&(x as i32, y as i32)));
        let after = cpu(&outline(1.5, bridge as f32, Corners::Round), before).unwrap();
        let groups = |reach: f32| {
            let mut group: Vec<usize> = (0..dots.len()).collect();
            for (a, (ax, ay)) in dots.iter().enumerate() {
                for (b, (bx, by)) in dots.iter().enumerate() {
                    if ((ax - bx) as f32).hypot((ay - by) as f32) <= reach {
                        let (from, to) = (group[a], group[b]);
                        group.iter_mut().filter(|member| **member == from).for_each(|member| *member = to);
                    }
                }
            }
            group.sort_unstable();
            group.dedup();
            group.len()
        };
        let bridge = bridge as f32;
        prop_assert!(parts(&after) <= groups(bridge), "{} parts, dots {dots:?}", parts(&after));
        // A gap may be closed that is less than a pixel and a half wider; and a dot may lie beside the middle of a line.
        let furthest = (bridge / 2.0 + 0.5).hypot(bridge + 2.0);
        prop_assert!(parts(&after) >= groups(furthest), "{} parts, dots {dots:?}", parts(&after));
    }
}

#[test]
fn nothing_has_no_outline() {
    for (width, height) in [(0, 0), (1, 1), (1, 40), (17, 9)] {
        for corners in [Corners::Round, Corners::Mitre] {
            let after = cpu(&outline(4.0, 20.0, corners), Linear::empty(width, height)).unwrap();
            assert!(
                after.pixels.iter().all(|pixel| *pixel == [0.0; 4]),
                "{width} x {height}"
            );
        }
    }
}

#[test]
fn one_pixel_becomes_a_disc() {
    let after = cpu(&outline(10.0, 0.0, Corners::Round), picture(1, 1, |_, _| true)).unwrap();
    let area: f32 = after.pixels.iter().map(|pixel| pixel[3]).sum();
    assert!((area - std::f32::consts::PI * 10.4 * 10.4).abs() < 15.0, "{area}");
}

#[test]
fn the_colour_is_the_outlines() {
    let after = cpu(&outline(6.0, 0.0, Corners::Round), picture(20, 20, |_, _| true))
        .unwrap()
        .to_srgb();
    assert_eq!(after.get_pixel(3, 17).0, [200, 30, 90, 255]);
    assert_eq!(after.get_pixel(17, 17).0, [255; 4]);
}

#[test]
fn a_square_stays_a_square_when_mitred_and_loses_its_corners_when_round() {
    for (corners, bridge, corner) in [
        (Corners::Mitre, 0.0, 1.0),
        (Corners::Mitre, 60.0, 1.0),
        (Corners::Round, 0.0, 0.0),
    ] {
        let square = picture(40, 40, |x, y| (10.0..30.0).contains(&x) && (10.0..30.0).contains(&y));
        let after = cpu(&outline(8.0, bridge, corners), square.clone()).unwrap();
        let first = growth(&square, &after) as u32 + 10 - 8;
        // A pixel inside of the corner, and the middle of a side with its neighbour outside.
        assert!((after.at(first + 1, first + 1)[3] - corner).abs() < 0.1, "{corners:?}");
        assert!(
            after.at(first + 18, first)[3] > 0.9 && after.at(first + 18, first - 1)[3] < 0.1,
            "{corners:?}"
        );
        assert!(after.at(first - 1, first - 1)[3] < 0.1, "{corners:?}");
    }
}

#[test]
fn a_points_mitre_is_cut_off_at_twice_the_width() {
    let spike = picture(60, 60, |x, y| (x - 30.0).abs() * 8.0 <= y - 5.0 && y < 58.0);
    let after = cpu(&outline(5.0, 0.0, Corners::Mitre), spike.clone()).unwrap();
    let growth = growth(&spike, &after);
    let top = (0..after.height)
        .find(|y| (0..after.width).any(|x| after.at(x, *y)[3] >= 0.5))
        .unwrap() as i32;
    let above = 5 + growth - top;
    assert!((9..=11).contains(&above), "{above} pixels above the point");
}

#[test]
fn a_wide_outlines_mitre_reaches_twice_the_width_too_and_does_not_jump_between_widths() {
    let spike = picture(40, 60, |x, y| (x - 20.0).abs() * 8.0 <= y - 5.0 && y < 58.0);
    let reached = |width: f32| {
        let after = cpu(&outline(width, 0.0, Corners::Mitre), spike.clone()).unwrap();
        let top = (0..after.height).find(|y| (0..after.width).any(|x| after.at(x, *y)[3] >= 0.5));
        (5 + growth(&spike, &after) - top.unwrap() as i32) as f32
    };
    for width in [6.0, 13.0, 20.0, 29.0, 29.5, 61.0] {
        assert!(
            (reached(width) - 2.0 * width).abs() <= 1.5,
            "{} at {width}",
            reached(width)
        );
    }
}

#[test]
fn a_tie_of_alpha_that_arithmetic_misses_by_its_last_bit_is_a_tie() {
    for byte in 0..255 {
        let tie = (byte as f32 + 0.5) / 255.0;
        let matte = |alpha: f32| {
            let pixel = Linear {
                width: 1,
                height: 1,
                pixels: vec![[0.0, 0.0, 0.0, alpha]],
            };
            let extent = Extent::new(&outline(2.0, 0.0, Corners::Round), 1, 1).unwrap();
            matte(&pixel, &extent).cells
        };
        assert_eq!(matte(tie.next_down().next_down()), matte(tie.next_up()), "{byte}");
    }
}

#[cfg(feature = "gpu")]
#[test]
fn the_gpu_rounds_the_ties_that_contrast_makes_as_the_twin_does() {
    use crate::tests::{pictures, twin};
    use crate::{CleanMatte, Effect};

    // Doubling the distance of a byte from a half makes ties of bytes.
    let bytes = pictures::drawn(256, 8, |x, _| [0.0, 0.0, 0.0, x as f32 / 255.0]);
    let contrast = Effect::CleanMatte(CleanMatte {
        despeckle: 0.0,
        fill_holes: 0.0,
        contrast: 0.5,
    });
    let steep = twin::on_gpu(&contrast, &bytes);
    twin::assert_same(&Effect::Outline(outline(3.0, 0.0, Corners::Round)), "ties", &steep);
}

#[test]
fn narrow_holes_and_slits_close_and_wide_ones_stay() {
    let ring = |hole: f32| picture(100, 100, move |x, y| (hole..45.0).contains(&(x - 50.0).hypot(y - 50.0)));
    let centre = |picture: Linear| {
        let after = cpu(&outline(4.0, 24.0, Corners::Round), picture).unwrap();
        after.at(after.width / 2, after.height / 2)[3]
    };
    assert_eq!((centre(ring(11.0)), centre(ring(14.5))), (1.0, 0.0));
    let slit = |width: f32| picture(100, 100, move |x, _| (x - 50.0).abs() >= width / 2.0);
    assert_eq!((centre(slit(22.0)), centre(slit(28.0))), (1.0, 0.0));
}

#[test]
fn an_outline_that_needs_too_large_a_canvas_is_refused() {
    let error = cpu(&outline(90.0, 0.0, Corners::Round), Linear::empty(4000, 8)).unwrap_err();
    assert_eq!(
        error,
        Error::TooLarge {
            width: 4182,
            height: 190
        }
    );
}

#[cfg(feature = "gpu")]
#[test]
fn the_gpu_draws_the_same_outlines() {
    for (width, bridge, corners) in [
        (3.0, 0.0, Corners::Round),
        (2.5, 31.0, Corners::Round),
        (6.0, 0.0, Corners::Mitre),
        (4.0, 40.0, Corners::Mitre),
        (20.0, 0.0, Corners::Mitre),
        (29.5, 0.0, Corners::Mitre),
    ] {
        crate::tests::twin::assert_same_on_all(&crate::Effect::Outline(outline(width, bridge, corners)));
    }
}
