use image::Rgba;

use super::*;
use crate::{Platform, WASTICKERS};

/// A picture that compresses badly: noise in colour and alpha, from a fixed generator (xorshift, Marsaglia 2003).
fn noise(width: u32, height: u32) -> RgbaImage {
    let mut state = 0x2545_F491_u32;
    RgbaImage::from_fn(width, height, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        Rgba(state.to_le_bytes())
    })
}

/// A picture like a sticker: a shaded disc with a soft edge, some grain, transparent ground.
fn ball(side: u32) -> RgbaImage {
    let half = side as f32 / 2.0;
    let grain = noise(side, side);
    RgbaImage::from_fn(side, side, |x, y| {
        let (u, v) = ((x as f32 - half) / half, (y as f32 - half) / half);
        let alpha = ((0.9 - u.hypot(v)) * half).clamp(0.0, 1.0) * 255.0;
        let shade = (u * 9.0).sin() * 60.0 + f32::from(grain.get_pixel(x, y).0[2] % 32);
        if alpha < 0.5 {
            return Rgba([0; 4]);
        }
        Rgba([
            (140.0 + shade) as u8,
            (110.0 + v * 80.0) as u8,
            (90.0 - u * 70.0) as u8,
            alpha as u8,
        ])
    })
}

/// Files of one format, of a picture as it is.
fn under(formats: &'static [Format], budget: u32) -> StillRule {
    StillRule {
        canvas: Canvas::Free,
        formats,
        budget: Some(budget),
        margin: 0,
        least_side: None,
    }
}

fn read(encoded: &Encoded) -> RgbaImage {
    image::load_from_memory(&encoded.bytes).unwrap().to_rgba8()
}

/// The visible pixels of both are equal.
fn assert_same(first: &RgbaImage, second: &RgbaImage) {
    assert_eq!(first.dimensions(), second.dimensions());
    for (a, b) in first.pixels().zip(second.pixels()) {
        assert!(a == b || (a.0[3] == 0 && b.0[3] == 0), "{a:?} {b:?}");
    }
}

#[test]
fn what_fits_is_written_without_loss() {
    let picture = ball(320);
    let encoded = encode(&picture, &Platform::Discord.limits().still).unwrap();
    assert_eq!(
        (encoded.format, encoded.ssim, encoded.how.as_str()),
        (Format::Png, 1.0, "lossless")
    );
    assert_same(&read(&encoded), &picture);
}

#[test]
fn a_folder_keeps_even_the_colour_under_transparent_pixels() {
    let mut picture = ball(50);
    picture.put_pixel(0, 0, Rgba([1, 2, 3, 0]));
    let encoded = encode(&picture, &Platform::Folder.limits().still).unwrap();
    assert_eq!(read(&encoded), picture);
}

#[test]
fn the_worst_picture_meets_every_platforms_size_and_budget() {
    let rules = Platform::ALL.map(|platform| platform.limits().still);
    for rule in rules
        .into_iter()
        .chain([WASTICKERS])
        .filter(|rule| rule.budget.is_some())
    {
        let (width, height) = rule.canvas.bounds().unwrap();
        let encoded = encode(&noise(width, height), &rule).unwrap();
        let read = read(&encoded);
        assert!(
            rule.budget.is_none_or(|budget| encoded.bytes.len() <= budget as usize),
            "{rule:?}"
        );
        assert_eq!(read.dimensions(), (encoded.width, encoded.height));
        assert!(rule.canvas.takes(encoded.width, encoded.height), "{rule:?} {encoded:?}");
        assert_eq!(encoded.how == "lossless", encoded.ssim == 1.0, "{}", encoded.how);
    }
}

#[test]
fn webp_is_lossy_only_where_the_budget_needs_it_and_uses_the_budget() {
    let rule = |budget| under(&[Format::Webp], budget);
    let picture = ball(200);
    let whole = encode(&picture, &rule(1_000_000)).unwrap();
    assert_eq!(whole.how, "lossless");
    assert_same(&read(&whole), &picture);
    let less = encode(&picture, &rule(whole.bytes.len() as u32 - 1)).unwrap();
    assert!(
        less.how.starts_with("nearly lossless") && (0.99..1.0).contains(&less.ssim),
        "{} {}",
        less.how,
        less.ssim
    );
    let tight = encode(&picture, &rule(4_000)).unwrap();
    assert!(tight.how.starts_with("quality"), "{}", tight.how);
    assert!(
        (3_000..=4_000).contains(&tight.bytes.len()),
        "{} bytes",
        tight.bytes.len()
    );
    assert!(
        tight.ssim > 0.8 && tight.ssim < less.ssim,
        "{} {}",
        tight.ssim,
        less.ssim
    );
}

#[test]
fn png_has_fewer_shades_before_it_has_a_palette() {
    let picture = ball(200);
    let whole = encode(&picture, &under(&[Format::Png], u32::MAX)).unwrap();
    let fewer = encode(&picture, &under(&[Format::Png], whole.bytes.len() as u32 * 3 / 4)).unwrap();
    assert!(
        fewer.how.ends_with("shades a channel") && fewer.ssim > 0.95,
        "{} {}",
        fewer.how,
        fewer.ssim
    );
    let alpha = |picture: &RgbaImage| picture.pixels().map(|pixel| pixel.0[3]).collect::<Vec<_>>();
    assert_eq!(alpha(&read(&fewer)), alpha(&picture));
}

#[test]
fn a_palette_keeps_the_ground_clear_and_the_inside_without_holes() {
    let picture = ball(200);
    let rule = under(&[Format::Png], 6_000);
    let encoded = encode(&picture, &rule).unwrap();
    assert!(
        encoded.how.ends_with("colours") && encoded.ssim > 0.5,
        "{} {}",
        encoded.how,
        encoded.ssim
    );
    for (before, after) in picture.pixels().zip(read(&encoded).pixels()) {
        match before.0[3] {
            0 => assert_eq!(after.0, [0; 4]),
            255 => assert!(after.0[3] >= 240, "a hole: {after:?}"),
            _ => {}
        }
    }
}

#[test]
fn telegram_gets_png_when_it_fits_and_webp_else() {
    let still = Platform::Telegram.limits().still;
    assert_eq!(encode(&ball(512), &still).unwrap().format, Format::Png);
    let encoded = encode(&noise(512, 512), &still).unwrap();
    assert_eq!(encoded.format, Format::Webp);
    assert!(encoded.bytes.starts_with(b"RIFF"));
}

#[test]
fn a_picture_is_made_smaller_where_the_platform_lets_it() {
    let rule = StillRule {
        budget: Some(6_000),
        ..Platform::Misskey.limits().still
    };
    let encoded = encode(&noise(128, 128), &rule).unwrap();
    assert!(encoded.how.starts_with("scaled to "), "{}", encoded.how);
    assert!((32..128).contains(&encoded.width) && encoded.bytes.len() <= 6_000);
    let line = StillRule {
        budget: Some(50_000),
        ..Platform::Line.limits().still
    };
    let encoded = encode(&noise(370, 320), &line).unwrap();
    assert!(
        line.canvas.takes(encoded.width, encoded.height) && encoded.width < 370,
        "{encoded:?}"
    );
}

#[test]
fn a_budget_that_nothing_meets_is_an_error_that_names_it() {
    let rule = StillRule {
        budget: Some(60),
        ..Platform::Misskey.limits().still
    };
    let error = encode(&noise(128, 128), &rule).unwrap_err();
    assert!(
        matches!(&error, Error::Picture(message) if message.contains("60 bytes")),
        "{error}"
    );
}

#[test]
fn the_same_picture_gives_the_same_bytes() {
    let (png, webp): (&[Format], &[Format]) = (&[Format::Png], &[Format::Webp]);
    for (formats, budget) in [(png, 6_000), (png, 30_000), (webp, 4_000), (webp, 40_000)] {
        let rule = under(formats, budget);
        assert_eq!(encode(&ball(200), &rule), encode(&ball(200), &rule));
    }
}
