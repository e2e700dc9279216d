//! Pictures that passes are tested on.

use crate::Linear;

/// A picture of which each pixel is a function of its place.
pub(crate) fn drawn(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [f32; 4]) -> Linear {
    let pixels = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| pixel(x, y))
        .collect();
    Linear { width, height, pixels }
}

/// Independent random pixels (SplitMix64, Steele et al. 2014); a third transparent, a third opaque.
pub(crate) fn noise(width: u32, height: u32, seed: u64) -> Linear {
    let mut state = seed;
    let mut random = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1 << 24) as f32
    };
    let mut picture = Linear::empty(width, height);
    for pixel in &mut picture.pixels {
        let alpha = (random() * 3.0 - 1.0).clamp(0.0, 1.0);
        *pixel = [random() * alpha, random() * alpha, random() * alpha, alpha];
    }
    picture
}

/// A disc with an antialiased edge, in the middle of a square.
pub(crate) fn disc(side: u32, radius: f32, [r, g, b]: [f32; 3]) -> Linear {
    let middle = side as f32 / 2.0;
    drawn(side, side, |x, y| {
        let distance = (x as f32 + 0.5 - middle).hypot(y as f32 + 0.5 - middle);
        let alpha = (radius + 0.5 - distance).clamp(0.0, 1.0);
        [r * alpha, g * alpha, b * alpha, alpha]
    })
}

/// Each with its name: random ones and those at the limits.
pub(crate) fn all() -> Vec<(&'static str, Linear)> {
    let dot = drawn(33, 17, |x, y| {
        if (x, y) == (20, 3) {
            [0.2, 0.4, 0.6, 1.0]
        } else {
            [0.0; 4]
        }
    });
    let checks = drawn(
        64,
        48,
        |x, y| if (x / 8 + y / 8) % 2 == 0 { [1.0; 4] } else { [0.0; 4] },
    );
    let faint = drawn(40, 40, |x, y| {
        [0.0, 0.0, 1.0 / 255.0, 1.0 / 255.0].map(|part| part * ((x + y) % 3) as f32)
    });
    let ramp = drawn(80, 30, |x, y| {
        let alpha = x as f32 / 79.0;
        [alpha * y as f32 / 29.0, alpha * 0.5, 0.0, alpha]
    });
    vec![
        ("empty", Linear::empty(32, 24)),
        ("full", drawn(32, 24, |_, _| [0.8, 0.1, 0.3, 1.0])),
        ("one pixel", drawn(1, 1, |_, _| [0.25, 0.25, 0.0, 0.5])),
        ("one opaque pixel among transparent ones", dot),
        ("one row", noise(97, 1, 1)),
        ("one column", noise(1, 61, 2)),
        ("checks", checks),
        ("faint", faint),
        ("ramp", ramp),
        ("disc", disc(90, 30.0, [0.7, 0.05, 0.05])),
        ("noise", noise(70, 51, 3)),
        ("more noise", noise(129, 65, 4)),
    ]
}
