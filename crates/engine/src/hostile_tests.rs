//! Files with random damage: read or refused with a sentence, and never a panic.

use std::io::Cursor;

use image::{ImageFormat, Rgba, RgbaImage};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::recipe::tests::recipe;
use crate::{PictureFile, Recipe, encode_png};

/// A PNG with a recipe, a WebP, a JPEG and an SVG.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let image = RgbaImage::from_fn(16, 16, |x, y| Rgba([x as u8 * 16, y as u8 * 16, 90, 255 - x as u8]));
    let written = |format| {
        let mut bytes = Cursor::new(Vec::new());
        match format {
            ImageFormat::Jpeg => image::DynamicImage::from(image.clone())
                .into_rgb8()
                .write_to(&mut bytes, format),
            _ => image.write_to(&mut bytes, format),
        }
        .unwrap();
        bytes.into_inner()
    };
    let picture = crate::finisher::picture_of(image.clone());
    let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect width="9" height="9" fill="#f80"/><text y="9">a</text></svg>"##;
    vec![
        ("cat.png", encode_png(&picture, Some(&recipe())).unwrap()),
        ("cat.webp", written(ImageFormat::WebP)),
        ("cat.jpg", written(ImageFormat::Jpeg)),
        ("cat.svg", svg.as_bytes().to_vec()),
    ]
}

/// Some bytes are others, and the end may be missing.
fn damaged(mut bytes: Vec<u8>, changes: &[(Index, u8)], end: Index) -> Vec<u8> {
    for (place, byte) in changes {
        let place = place.index(bytes.len());
        bytes[place] = *byte;
    }
    bytes.truncate(end.index(bytes.len() * 2).min(bytes.len()));
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_pictures_are_read_or_refused(
        which in 0..4usize,
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..12),
        end in any::<Index>(),
    ) {
        let (name, bytes) = files().swap_remove(which);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, damaged(bytes, &changes, end)).unwrap();
        match PictureFile::read(&path) {
            Ok(found) => prop_assert_eq!(found.picture.rgba.len(), found.picture.pixels() * 4),
            Err(error) => prop_assert!(error.message.ends_with(&path.display().to_string()), "{}", error),
        }
    }

    #[test]
    fn damaged_recipes_are_read_or_refused(
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..6),
        end in any::<Index>(),
    ) {
        let json = Recipe { effects: effects::presets().swap_remove(0).1, ..recipe() }.to_json().unwrap();
        let text = String::from_utf8_lossy(&damaged(json.into_bytes(), &changes, end)).into_owned();
        if let Ok(read) = Recipe::from_json(&text) {
            prop_assert_eq!(Recipe::from_json(&read.to_json().unwrap()), Ok(read));
        }
    }
}
