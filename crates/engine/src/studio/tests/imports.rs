//! Pictures from outside.

use std::fs;

use image::{DynamicImage, ImageFormat, RgbaImage};
use library::Origin;

use super::*;
use crate::encode_png;
use crate::recipe::tests::recipe;

fn image(seed: u64) -> DynamicImage {
    let picture = fake::pattern("image", seed, 16);
    DynamicImage::ImageRgba8(RgbaImage::from_raw(16, 16, picture.rgba).unwrap())
}

/// A PNG file with a text of another program.
fn png_with_text(path: &Path, keyword: &str, text: &str) {
    let picture = fake::pattern(text, 5, 8);
    let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), 8, 8);
    encoder.set_color(png::ColorType::Rgba);
    encoder.add_itxt_chunk(keyword.to_owned(), text.to_owned()).unwrap();
    encoder.write_header().unwrap().write_image_data(&picture.rgba).unwrap();
}

#[test]
fn a_studio_png_brings_its_recipe() {
    let bench = Bench::start();
    let path = bench.path("cat.png");
    fs::write(&path, encode_png(&fake::pattern("a", 1, 8), Some(&recipe())).unwrap()).unwrap();
    let report = bench.studio().import(&[path]);
    assert_eq!(
        (report.imported.len(), report.duplicates, report.refused.len()),
        (1, 0, 0)
    );
    let detail = bench.studio().sticker(&report.imported[0].id).unwrap();
    assert_eq!(detail.sticker.origin, Origin::Imported);
    assert_eq!(
        (detail.sticker.prompt.as_str(), detail.sticker.seed),
        ("a red cat", Some(8))
    );
    let shown = detail.recipe.unwrap();
    assert_eq!((shown.steps, shown.guidance, shown.sampler.as_str()), (25, 4.0, "ddim"));
    assert_eq!(crate::Recipe::from_json(&shown.json), Ok(recipe()));
    assert_eq!(detail.parameters, None);
    let form = bench.studio().draft_of(&detail.sticker.id).unwrap();
    assert_eq!((form.seed, form.steps), (Some(8), Some(25)));
}

#[test]
fn the_text_of_another_program_is_kept() {
    let bench = Bench::start();
    let path = bench.path("from elsewhere.png");
    let text = "一只猫\nNegative prompt: text\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1";
    png_with_text(&path, "parameters", text);
    let report = bench.studio().import(&[path]);
    let detail = bench.studio().sticker(&report.imported[0].id).unwrap();
    assert_eq!((detail.recipe, detail.parameters.as_deref()), (None, Some(text)));
    assert_eq!(
        (detail.sticker.prompt.as_str(), detail.sticker.seed),
        ("一只猫", Some(1))
    );
    let form = bench.studio().draft_of(&detail.sticker.id).unwrap();
    assert_eq!(
        (form.prompt.as_str(), form.negative_prompt.as_str()),
        ("一只猫", "text")
    );
    assert_eq!((form.seed, form.steps, form.guidance), (Some(1), Some(20), Some(7.0)));
}

#[test]
fn jpeg_webp_and_svg_become_png() {
    let bench = Bench::start();
    let mut paths = Vec::new();
    for (name, format) in [
        ("a.jpg", ImageFormat::Jpeg),
        ("b.webp", ImageFormat::WebP),
        ("wrong ending.txt", ImageFormat::Png),
    ] {
        let path = bench.path(name);
        let image = if format == ImageFormat::Jpeg {
            image(1).into_rgb8().into()
        } else {
            image(name.len() as u64)
        };
        image.save_with_format(&path, format).unwrap();
        paths.push(path);
    }
    let svg = bench.path("d.svg");
    fs::write(
        &svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"><rect width="2" height="2" fill="red"/></svg>"#,
    )
    .unwrap();
    paths.push(svg);
    let report = bench.studio().import(&paths);
    assert_eq!(report.refused, []);
    let sizes: Vec<_> = report
        .imported
        .iter()
        .map(|sticker| (sticker.prompt.as_str(), sticker.width, sticker.height))
        .collect();
    assert_eq!(
        sizes,
        [("a", 16, 16), ("b", 16, 16), ("wrong ending", 16, 16), ("d", 512, 256)]
    );
    for sticker in &report.imported {
        let png = bench.studio().full_png(&sticker.id).unwrap();
        assert!(png.starts_with(b"\x89PNG") && bench.studio().picture(&sticker.id).is_ok());
        let thumbnail = crate::png_metadata::decode_png(&bench.studio().thumbnail(&sticker.id).unwrap())
            .unwrap()
            .0;
        assert!(thumbnail.width.max(thumbnail.height) <= 192);
    }
}

#[test]
fn the_same_pixels_come_in_once() {
    let bench = Bench::start();
    let made = bench.sticker("a cat");
    let (copy, other) = (bench.path("copy.png"), bench.path("copy.webp"));
    bench.studio().save_as(&made, &copy, RecipeInside::LeftOut).unwrap();
    image::open(&copy).unwrap().save(&other).unwrap();
    let report = bench.studio().import(&[copy.clone(), other, copy.clone()]);
    assert_eq!(
        (report.imported.len(), report.duplicates, report.refused.len()),
        (0, 3, 0)
    );
    bench.studio().trash(&[made]).unwrap();
    let again = bench.studio().import(&[copy]);
    assert_eq!(again.imported.len() as u32 + again.duplicates, 1, "{again:?}");
    assert!(again.refused.is_empty());
}

#[test]
fn a_listener_hears_of_files_from_the_desktop() {
    let bench = Bench::start();
    let path = bench.path("a.png");
    image(3).save(&path).unwrap();
    bench.studio().import_and_tell(&[path, bench.path("absent.png")]);
    let told = bench.told();
    let [StudioEvent::Imported { report }] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!((report.imported.len(), report.refused.len()), (1, 1));
    assert_eq!(report.refused[0].name, "absent.png");
}

#[test]
fn a_missing_thumbnail_is_made_again() {
    let bench = Bench::start();
    let id = bench.sticker("a cat");
    let before = bench.studio().thumbnail(&id).unwrap();
    let file = bench.studio().library.thumbnail(&id);
    fs::remove_file(&file).unwrap();
    assert_eq!(bench.studio().thumbnail(&id).unwrap(), before);
    assert_eq!(fs::read(&file).unwrap(), before, "and kept");
    let gone: StickerId = "0".repeat(26).parse().unwrap();
    for error in [
        bench.studio().thumbnail(&gone).unwrap_err(),
        bench.studio().full_png(&gone).unwrap_err(),
    ] {
        is_sentence(&error);
    }
}
