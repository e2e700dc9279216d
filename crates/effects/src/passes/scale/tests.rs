use image::imageops::{FilterType, resize};
use image::{ImageBuffer, Rgba};
use resvg::{tiny_skia, usvg};

use super::*;

/// Sticker drawings: fixtures/stickers.
const STICKERS: [(&str, &str); 6] = [
    ("badge", include_str!("../../../fixtures/stickers/badge.svg")),
    ("burger", include_str!("../../../fixtures/stickers/burger.svg")),
    ("cat", include_str!("../../../fixtures/stickers/cat.svg")),
    ("ghost", include_str!("../../../fixtures/stickers/ghost.svg")),
    ("rocket", include_str!("../../../fixtures/stickers/rocket.svg")),
    ("star", include_str!("../../../fixtures/stickers/star.svg")),
];

fn scale(side: f32) -> Scale {
    Scale { side }
}

/// Drawn by resvg, 512 pixels a side.
fn drawn(svg: &str) -> Linear {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default()).unwrap();
    let mut pixels = tiny_skia::Pixmap::new(512, 512).unwrap();
    let by = 512.0 / tree.size().width();
    resvg::render(&tree, tiny_skia::Transform::from_scale(by, by), &mut pixels.as_mut());
    let straight = pixels.pixels().iter().flat_map(|pixel| {
        let color = pixel.demultiply();
        [color.red(), color.green(), color.blue(), color.alpha()]
    });
    Linear::from_srgb(&image::RgbaImage::from_raw(512, 512, straight.collect()).unwrap())
}

/// As a file has it: bytes.
fn stored(picture: &Linear) -> Linear {
    Linear::from_srgb(&picture.to_srgb())
}

/// Premultiplied Lanczos with three lobes, by the crate `image`.
fn lanczos(picture: &Linear, side: u32) -> Linear {
    let values: Vec<f32> = picture.pixels.iter().flatten().copied().collect();
    let buffer: ImageBuffer<Rgba<f32>, _> = ImageBuffer::from_raw(picture.width, picture.height, values).unwrap();
    let larger = resize(&buffer, side, side, FilterType::Lanczos3);
    let in_range = |pixel: &Rgba<f32>| {
        let alpha = pixel.0[3].clamp(0.0, 1.0);
        pixel.0.map(|part| part.clamp(0.0, alpha))
    };
    Linear {
        width: side,
        height: side,
        pixels: larger.pixels().map(in_range).collect(),
    }
}

/// Decibels over the bytes of premultiplied sRGB and alpha.
fn psnr(a: &Linear, b: &Linear) -> f64 {
    let premultiplied = |picture: &Linear| -> Vec<f64> {
        let pixels = picture.to_srgb().into_vec();
        let pixel = |pixel: &[u8]| {
            let alpha = f64::from(pixel[3]) / 255.0;
            [
                f64::from(pixel[0]) * alpha,
                f64::from(pixel[1]) * alpha,
                f64::from(pixel[2]) * alpha,
                f64::from(pixel[3]),
            ]
        };
        pixels.chunks(4).flat_map(pixel).collect()
    };
    let (a, b) = (premultiplied(a), premultiplied(b));
    let error: f64 = a.iter().zip(&b).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / a.len() as f64;
    10.0 * (255.0_f64.powi(2) / error).log10()
}

#[test]
fn stickers_are_at_least_a_decibel_nearer_to_the_drawing_than_by_lanczos() {
    let mut sum = 0.0;
    for (name, svg) in STICKERS {
        let drawing = drawn(svg);
        let small = stored(&resample::area(&drawing, 128, 128));
        let [by_lanczos, by_us] =
            [lanczos(&small, 512), cpu(&scale(512.0), small)].map(|larger| psnr(&larger, &drawing));
        println!(
            "{name:8} Lanczos {by_lanczos:.2} dB, this {by_us:.2} dB, {:+.2} dB",
            by_us - by_lanczos
        );
        assert!(by_us >= by_lanczos + 1.0, "{name}: {by_us} dB, Lanczos {by_lanczos} dB");
        sum += by_us - by_lanczos;
    }
    println!("on average {:+.2} dB", sum / STICKERS.len() as f64);
}

#[test]
fn a_picture_made_larger_averages_to_the_small_one() {
    let small = stored(&resample::area(&drawn(STICKERS[2].1), 40, 40));
    for factor in 2..=4 {
        let back = resample::area(&variation::enlarge(&small, factor), 40, 40);
        for (was, is) in small.pixels.iter().zip(&back.pixels) {
            assert!(
                was.iter().zip(is).all(|(was, is)| (was - is).abs() < 0.03),
                "{was:?} became {is:?}"
            );
        }
    }
}

#[test]
fn the_longer_side_gets_the_size_and_the_other_one_follows() {
    for (from, side, to) in [
        ([128, 128], 512.0, [512, 512]),
        ([100, 60], 512.0, [512, 307]),
        ([60, 100], 90.0, [54, 90]),
        ([1, 40], 512.0, [13, 512]),
        ([300, 1], 64.0, [64, 1]),
        ([1, 1], 64.0, [64, 64]),
    ] {
        let scaled = cpu(&scale(side), Linear::empty(from[0], from[1]));
        assert_eq!([scaled.width, scaled.height], to, "{from:?}");
        assert!(
            scaled.pixels.iter().all(|pixel| *pixel == [0.0; 4]),
            "empty stays empty"
        );
    }
}

#[test]
fn one_colour_stays_and_the_same_size_changes_nothing() {
    let full = Linear {
        width: 9,
        height: 7,
        pixels: vec![[0.25, 0.125, 0.5, 0.5]; 63],
    };
    assert_eq!(cpu(&scale(9.0), full.clone()), full);
    for pixel in cpu(&scale(80.0), full).pixels {
        assert!(
            pixel
                .iter()
                .zip([0.25, 0.125, 0.5, 0.5])
                .all(|(is, was)| (is - was).abs() < 1e-5),
            "{pixel:?}"
        );
    }
}

#[test]
fn factors_come_near_to_the_size_and_stop_where_pictures_get_large() {
    let factors = |side, width, height| Plan::new(&scale(side), width, height).factors;
    assert_eq!(factors(512.0, 128, 128), [4]);
    assert_eq!(factors(512.0, 200, 100), [3]);
    assert_eq!(factors(2048.0, 64, 64), [4, 4]);
    assert_eq!(factors(512.0, 500, 500), [0_u32; 0]);
    assert_eq!(factors(512.0, 2000, 500), [0_u32; 0]);
}

#[cfg(feature = "gpu")]
#[test]
fn the_gpu_scales_the_same() {
    use crate::tests::{pictures, twin};
    for (side, width, height) in [
        (96.0, 24, 17),
        (64.0, 30, 9),
        (70.0, 60, 60),
        (64.0, 100, 3),
        (128.0, 5, 6),
    ] {
        let effect = crate::Effect::Scale(scale(side));
        twin::assert_same(&effect, "noise", &pictures::noise(width, height, 7));
        twin::assert_same(
            &effect,
            "full",
            &pictures::drawn(width, height, |_, _| [0.5, 0.2, 0.1, 0.9]),
        );
    }
}
