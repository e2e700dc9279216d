//! What effects make of a small drawing, against pictures in `golden/`. To write those anew, run the test with the environment
//! variable `EFFECTS_GOLDEN=write` and look at them.

use std::path::Path;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbaImage};

use super::pictures;
use crate::{
    CleanMatte, Color, Corners, Decontaminate, Effect, Fit, Foil, Gloss, Glow, Halftone, Linear, Outline, Paper, Scale,
    Shadow, passes,
};

/// Of a golden file, bytes.
const MOST_BYTES: usize = 4096;

/// A face with an antialiased rim, a half-transparent cheek and a speck outside.
fn drawing() -> Linear {
    pictures::drawn(32, 32, |x, y| {
        let disc = |cx: f32, cy: f32, radius: f32| {
            (radius + 0.5 - (x as f32 + 0.5 - cx).hypot(y as f32 + 0.5 - cy)).clamp(0.0, 1.0)
        };
        let mut pixel = [0.0; 4];
        let mut paint = |[r, g, b]: [f32; 3], cover: f32| {
            pixel = std::array::from_fn(|c| [r, g, b, 1.0][c] * cover + pixel[c] * (1.0 - cover));
        };
        let shade = y as f32 / 31.0;
        paint([1.0, 0.75 - 0.35 * shade, 0.05], disc(16.0, 16.0, 12.0));
        paint([0.02, 0.01, 0.03], disc(12.0, 13.0, 1.8).max(disc(20.0, 13.0, 1.8)));
        paint([0.8, 0.02, 0.05], disc(16.0, 21.0, 4.0) * f32::from(y > 20));
        paint([1.0, 0.2, 0.3], 0.4 * disc(28.0, 17.0, 3.0));
        paint([0.1, 0.3, 0.9], disc(2.0, 29.0, 1.0));
        pixel
    })
}

/// Effects that leave alpha as it is.
fn surfaces() -> Vec<(&'static str, Effect)> {
    vec![
        (
            "foil",
            Effect::Foil(Foil {
                strength: 0.8,
                scale: 12.0,
                phase: 0.25,
                seed: 3,
            }),
        ),
        (
            "gloss",
            Effect::Gloss(Gloss {
                strength: 0.8,
                ..Gloss::default()
            }),
        ),
        (
            "halftone",
            Effect::Halftone(Halftone {
                cell: 5.0,
                strength: 1.0,
                color: Color([20, 20, 90]),
                ..Halftone::default()
            }),
        ),
        (
            "paper",
            Effect::Paper(Paper {
                strength: 1.0,
                scale: 3.0,
                seed: 5,
            }),
        ),
    ]
}

/// Effects that change alpha, size or edges.
fn shapes() -> Vec<(&'static str, Effect)> {
    vec![
        (
            "clean-matte",
            Effect::CleanMatte(CleanMatte {
                despeckle: 9.0,
                contrast: 0.8,
                ..CleanMatte::default()
            }),
        ),
        ("decontaminate", Effect::Decontaminate(Decontaminate::default())),
        (
            "fit",
            Effect::Fit(Fit {
                width: 40.0,
                height: 24.0,
                margin: 2.0,
            }),
        ),
        (
            "glow",
            Effect::Glow(Glow {
                radius: 2.0,
                ..Glow::default()
            }),
        ),
        (
            "outline-mitre",
            Effect::Outline(Outline {
                width: 3.0,
                bridge: 0.0,
                corners: Corners::Mitre,
                ..Outline::default()
            }),
        ),
        (
            "outline-round",
            Effect::Outline(Outline {
                width: 3.0,
                bridge: 8.0,
                ..Outline::default()
            }),
        ),
        ("scale", Effect::Scale(Scale { side: 64.0 })),
        (
            "shadow",
            Effect::Shadow(Shadow {
                blur: 1.5,
                offset_y: 3.0,
                ..Shadow::default()
            }),
        ),
    ]
}

fn encoded(picture: &RgbaImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive)
        .write_image(picture, picture.width(), picture.height(), ExtendedColorType::Rgba8)
        .unwrap();
    bytes
}

#[test]
fn effects_look_as_they_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let write = std::env::var_os("EFFECTS_GOLDEN").is_some_and(|wish| wish == "write");
    for (name, effect) in surfaces().into_iter().chain(shapes()) {
        let picture = passes::cpu(&effect, drawing()).unwrap().to_srgb();
        let path = folder.join(format!("{name}.png"));
        if write {
            std::fs::write(&path, encoded(&picture)).unwrap();
        }
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(bytes.len() <= MOST_BYTES, "{name} has {} bytes", bytes.len());
        let golden = image::load_from_memory(&bytes).unwrap().to_rgba8();
        assert_eq!(golden.dimensions(), picture.dimensions(), "{name}");
        for ((x, y, is), was) in picture.enumerate_pixels().zip(golden.pixels()) {
            let alpha = f32::from(is.0[3].max(was.0[3])) / 255.0;
            let color = (0..3).all(|c| f32::from(is.0[c].abs_diff(was.0[c])) * alpha <= 2.0);
            assert!(
                color && is.0[3].abs_diff(was.0[3]) <= 2,
                "{name}: ({x}, {y}) was {was:?} and is {is:?}"
            );
        }
    }
}
