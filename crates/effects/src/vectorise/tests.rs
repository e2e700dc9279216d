use std::collections::BTreeSet;

use image::Rgba;
use resvg::{tiny_skia, usvg};

use super::*;

/// Flat art with curves, corners, thin lines and a hole.
const ART: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256">
<path d="M128 20 A108 108 0 1 1 127 20 Z M128 100 A28 28 0 1 0 129 100 Z" fill="#e63946" stroke="#1d3557" stroke-width="6"/>
<rect x="40" y="170" width="176" height="34" rx="8" fill="#f1faee"/>
<path d="M60 90 L90 60 L100 100 Z" fill="#ffb703"/>
<path d="M150 60 Q190 70 200 110" fill="none" stroke="#1d3557" stroke-width="5" stroke-linecap="round"/>
</svg>"##;

fn render(svg: &str, scale: f32) -> Linear {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default()).unwrap();
    let size = tree.size().to_int_size().scale_by(scale).unwrap();
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height()).unwrap();
    resvg::render(
        &tree,
        tiny_skia::Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    let bytes = pixels.pixels().iter().flat_map(|pixel| {
        let color = pixel.demultiply();
        [color.red(), color.green(), color.blue(), color.alpha()]
    });
    Linear::from_srgb(&RgbaImage::from_raw(size.width(), size.height(), bytes.collect()).unwrap())
}

/// Decibels, over premultiplied components and alpha.
fn psnr(one: &Linear, other: &Linear) -> f64 {
    let squares = one
        .pixels
        .iter()
        .flatten()
        .zip(other.pixels.iter().flatten())
        .map(|(a, b)| f64::from(a - b).powi(2));
    -10.0 * (squares.sum::<f64>() / (one.pixels.len() * 4) as f64).log10()
}

fn fills(svg: &str) -> BTreeSet<&str> {
    svg.split("fill=\"").skip(1).map(|rest| &rest[..7]).collect()
}

#[test]
fn flat_art_comes_back_in_its_own_colours_and_shape_at_any_size() {
    let picture = render(ART, 1.0).to_srgb();
    let svg = vectorise(&picture, 4).unwrap();
    let close = psnr(&render(&svg, 1.0), &render(ART, 1.0));
    let large = psnr(&render(&svg, 4.0), &render(ART, 4.0));
    assert!(
        close > 27.0 && large > 25.0,
        "{close} dB, four times as large {large} dB"
    );
    for expected in ["#E63946", "#1D3557", "#F1FAEE", "#FFB703"] {
        let parts = |hex: &str| [1, 3, 5].map(|at| i32::from_str_radix(&hex[at..at + 2], 16).unwrap());
        let near = |fill: &&str| {
            parts(fill)
                .iter()
                .zip(parts(expected))
                .all(|(one, other)| (one - other).abs() <= 4)
        };
        assert!(fills(&svg).iter().any(near), "{expected} is not in {:?}", fills(&svg));
    }
}

#[test]
fn there_are_never_more_colours_than_asked_for() {
    let picture = RgbaImage::from_fn(96, 96, |x, y| Rgba([(x * 2) as u8, (y * 2) as u8, 128, 255]));
    for colors in [2, 3, 8, 17, 64] {
        let svg = vectorise(&picture, colors).unwrap();
        assert!(
            fills(&svg).len() <= usize::from(colors),
            "{} of {colors}",
            fills(&svg).len()
        );
        assert!(
            fills(&svg).len() * 2 >= usize::from(colors),
            "{} of {colors}",
            fills(&svg).len()
        );
    }
}

#[test]
fn transparent_stays_transparent_and_opaque_stays_opaque() {
    let picture = render(ART, 1.0);
    let traced = render(&vectorise(&picture.to_srgb(), 8).unwrap(), 1.0);
    let around = |x: u32, y: u32| {
        (x.saturating_sub(2)..(x + 3).min(256))
            .flat_map(move |x| (y.saturating_sub(2)..(y + 3).min(256)).map(move |y| (x, y)))
    };
    for (y, x) in (0..256).flat_map(|y| (0..256).map(move |x| (y, x))) {
        let alpha = traced.at(x, y)[3];
        if around(x, y).all(|(x, y)| picture.at(x, y)[3] == 0.0) {
            assert!(alpha == 0.0, "({x}, {y}) has {alpha}");
        }
        if around(x, y).all(|(x, y)| picture.at(x, y)[3] == 1.0) {
            assert!(alpha > 0.99, "({x}, {y}) has {alpha}");
        }
    }
}

#[test]
fn the_same_picture_gives_the_same_text() {
    let picture = render(ART, 0.5).to_srgb();
    assert_eq!(vectorise(&picture, 12), vectorise(&picture, 12));
}

#[test]
fn nothing_visible_gives_no_paths_and_one_pixel_does_no_harm() {
    let empty = vectorise(&RgbaImage::new(20, 10), 8).unwrap();
    assert!(
        !empty.contains("<path") && empty.contains("width=\"20\" height=\"10\""),
        "{empty}"
    );
    for (width, height) in [(1, 1), (1, 40), (40, 1)] {
        let svg = vectorise(&RgbaImage::from_pixel(width, height, Rgba([9, 9, 9, 255])), 2).unwrap();
        assert!(usvg::Tree::from_str(&svg, &usvg::Options::default()).is_ok(), "{svg}");
    }
}

#[test]
fn impossible_wishes_are_refused() {
    let picture = RgbaImage::new(4, 4);
    assert!(vectorise(&picture, 1).is_err() && vectorise(&picture, 65).is_err());
    assert!(vectorise(&RgbaImage::new(0, 4), 4).is_err());
}
