use super::*;

/// The mask and the squared distances to it that scipy computed: fixtures/make_distance.py.
fn fixture() -> (Grid<bool>, Grid<f32>) {
    let mask = image::load_from_memory(include_bytes!("../../../fixtures/distance-mask.png"))
        .unwrap()
        .into_luma8();
    let squared = image::load_from_memory(include_bytes!("../../../fixtures/distance-squared.png"))
        .unwrap()
        .into_luma16();
    let (width, height) = mask.dimensions();
    (
        Grid::from_fn(width, height, |x, y| mask.get_pixel(x as u32, y as u32).0[0] > 0),
        Grid::from_fn(width, height, |x, y| {
            f32::from(squared.get_pixel(x as u32, y as u32).0[0])
        }),
    )
}

fn centres(mask: &Grid<bool>) -> Grid<Seed> {
    Grid::from_fn(mask.width, mask.height, |x, y| {
        if mask.at(x, y) { [x as f32, y as f32] } else { NOWHERE }
    })
}

#[test]
fn distances_are_those_of_scipy() {
    let (mask, expected) = fixture();
    let nearest = flood(centres(&mask), 96.0);
    for y in 0..96 {
        for x in 0..96 {
            assert_eq!(
                squared_distance(x, y, nearest.at(x, y)),
                expected.at(x, y),
                "at {x}, {y}"
            );
        }
    }
}

#[test]
fn a_short_reach_is_right_within_it() {
    let (mask, expected) = fixture();
    let nearest = flood(centres(&mask), 9.0);
    for y in 0..96 {
        for x in 0..96 {
            if expected.at(x, y) <= 81.0 {
                assert_eq!(
                    squared_distance(x, y, nearest.at(x, y)),
                    expected.at(x, y),
                    "at {x}, {y}"
                );
            }
        }
    }
}

#[test]
fn strides_halve_and_reach_far_enough() {
    assert_eq!(strides(16.0), [1, 16, 8, 4, 2, 1]);
    for reach in 1..300 {
        assert!(strides(reach as f32).iter().sum::<i32>() > reach);
    }
}

/// Bytes of alpha of a disc as an antialiasing renderer draws it, in the form that [`contour`] takes.
fn disc(side: u32, centre: [f32; 2], radius: f32) -> Grid<f32> {
    Grid::from_fn(side, side, |x, y| {
        let inside = (0..256).filter(|at| {
            let (dx, dy) = (
                (at % 16) as f32 / 16.0 - 15.0 / 32.0,
                (at / 16) as f32 / 16.0 - 15.0 / 32.0,
            );
            (x as f32 + dx - centre[0]).hypot(y as f32 + dy - centre[1]) <= radius
        });
        127.5 - (inside.count() as f32 / 256.0 * 255.0).round()
    })
}

#[test]
fn the_border_lies_between_pixels_where_alpha_puts_it() {
    for radius in [3.2, 7.0, 19.6] {
        let field = disc(64, [31.3, 30.8], radius);
        let nearest = flood(contour(&field, EXACT), 64.0);
        let distance = signed_distance(&field, &nearest, 0.0);
        for y in 0..64 {
            for x in 0..64 {
                let expected = (x as f32 - 31.3).hypot(y as f32 - 30.8) - radius;
                if expected > -1.0 {
                    let error = (distance.at(x, y) - expected).abs();
                    assert!(error < 0.2, "{error} at {x}, {y} of radius {radius}");
                }
            }
        }
    }
}

#[test]
fn a_disc_that_grows_and_shrinks_is_the_same_disc() {
    let disc = disc(64, [31.3, 30.8], 9.0);
    let again = offset(&offset(&disc, 12.0), -12.0);
    for (cell, (was, is)) in disc.cells.iter().zip(&again.cells).enumerate() {
        if was.abs() == 127.5 {
            assert_eq!(*was < 0.0, *is < 0.0, "cell {cell}");
        }
    }
}

#[test]
fn without_seeds_there_is_no_nearest_one() {
    let nearest = flood(contour(&Grid::from_fn(5, 3, |_, _| 127.5), EXACT), 8.0);
    assert!(nearest.cells.iter().all(|seed| !is_seed(*seed)));
}
