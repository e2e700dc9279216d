use std::ops::ControlFlow;
use std::path::Path;

use image::{Rgba, RgbaImage};

use super::*;
use crate::{Error, Measured, Sticker, Unwatched};

/// A disc of a colour that the key says, and nothing for "empty".
fn picture(key: &str) -> Result<RgbaImage, Error> {
    let colour = match key {
        "red" => [220, 30, 30],
        "green" => [30, 160, 60],
        "empty" => return Ok(RgbaImage::new(64, 64)),
        _ => return Err(Error::Usage(format!("there is no {key}"))),
    };
    Ok(RgbaImage::from_fn(200, 200, |x, y| {
        let alpha = (80.5 - (f64::from(x) - 99.5).hypot(f64::from(y) - 99.5)).clamp(0.0, 1.0) * 255.0;
        Rgba([colour[0], colour[1], colour[2], alpha as u8])
    }))
}

fn stickers(keys: &[&str]) -> Vec<Sticker> {
    let sticker = |key: &&str| Sticker {
        key: (*key).to_owned(),
        name: format!("a <{key}> disc & more"),
        emoji: Vec::new(),
        text: String::new(),
        measured: Measured::of(&picture(key).unwrap()),
    };
    keys.iter().map(sticker).collect()
}

#[test]
fn empty_pictures_are_left_out_and_named_and_copies_go_on_to_the_next_page() {
    let (all, read) = (stickers(&["red", "empty", "green"]), &picture);
    let request = SheetRequest {
        copies: 7,
        ..SheetRequest::default()
    };
    let sheet = sheet(&all, read, &request).unwrap();
    assert_eq!(sheet.left_out(), ["a <empty> disc & more"]);
    assert_eq!(sheet.pages(), 2);
    assert_eq!(sheet.svg(0).unwrap().matches("<path").count(), 12);
    assert_eq!(sheet.svg(1).unwrap().matches("<path").count(), 2);
    assert!(sheet.svg(2).is_err() && sheet.png(2).is_err());
    let none = stickers(&["empty"]);
    assert!(super::sheet(&none, read, &request).is_err());
}

#[test]
fn the_page_has_its_size_and_the_sticker_where_the_svg_says() {
    let (all, read) = (stickers(&["red"]), &picture);
    let request = SheetRequest {
        cut: Cut::Die,
        sticker_mm: 40.0,
        ..SheetRequest::default()
    };
    let sheet = sheet(&all, read, &request).unwrap();
    let png = sheet.png(0).unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(&png)).read_info().unwrap();
    let dims = reader.info().pixel_dims.unwrap();
    assert_eq!((dims.xppu, dims.yppu, dims.unit), (11_811, 11_811, png::Unit::Meter));
    let page = image::load_from_memory(&png).unwrap().to_rgb8();
    assert_eq!(page.dimensions(), (2480, 3508));

    let svg = sheet.svg(0).unwrap();
    assert!(svg.contains("width=\"210mm\" height=\"297mm\" viewBox=\"0 0 210 297\""));
    assert!(svg.contains("<title>a &lt;red&gt; disc &amp; more</title>"), "{svg}");
    let data = svg.split("d=\"M").nth(1).unwrap().split('Z').next().unwrap();
    let points: Vec<[f64; 2]> = data
        .split('L')
        .map(|point| {
            let (x, y) = point.split_once(' ').unwrap();
            [x.parse().unwrap(), y.parse().unwrap()]
        })
        .collect();
    let (left, right) = points
        .iter()
        .fold((f64::MAX, f64::MIN), |span, [x, _]| (span.0.min(*x), span.1.max(*x)));
    assert!((right - left - 40.0).abs() < 0.1, "{left} to {right}");
    for [x, y] in points {
        let centre = f64::midpoint(left, right);
        let radius = (right - left) / 2.0;
        let first_y = points_top(data) + radius;
        // 1 mm inside and outside of the cut the colour is the disc's, 2.5 mm outside the paper's.
        for (away, red) in [(-1.0, true), (1.0, true), (2.5, false)] {
            let stretch = 1.0 + away / radius;
            let at = |from: f64, middle: f64| ((middle + (from - middle) * stretch) * 300.0 / 25.4) as u32;
            let pixel = page.get_pixel(at(x, centre), at(y, first_y)).0;
            assert_eq!(pixel == [220, 30, 30], red, "{pixel:?} {away} mm outside");
            assert!(red || pixel == [255; 3]);
        }
    }
    // Crop marks begin 2 mm outside of the margin of 10 mm.
    let black = |x_mm: f64, y_mm: f64| {
        page.get_pixel((x_mm * 300.0 / 25.4) as u32, (y_mm * 300.0 / 25.4) as u32)
            .0
            == [0; 3]
    };
    assert!(black(6.0, 10.0) && black(10.0, 6.0) && black(204.0, 287.0) && !black(9.0, 10.0) && !black(3.0, 10.0));
}

fn points_top(data: &str) -> f64 {
    let heights = data
        .split('L')
        .map(|point| point.split_once(' ').unwrap().1.parse::<f64>().unwrap());
    heights.fold(f64::MAX, f64::min)
}

#[test]
fn a_pdf_has_layers_a_spot_colour_and_every_picture_once() {
    let (all, read) = (stickers(&["red", "green"]), &picture);
    let text = |request: &SheetRequest| {
        let sheet = sheet(&all, read, request).unwrap();
        let bytes = sheet.pdf(&Unwatched).unwrap();
        assert_eq!(bytes, sheet.pdf(&Unwatched).unwrap());
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let kiss = text(&SheetRequest {
        copies: 10,
        ..SheetRequest::default()
    });
    assert_eq!(kiss.matches("/Subtype /Image").count(), 4);
    assert_eq!(kiss.matches(" Do\n").count() + kiss.matches(" Do\r").count(), 20);
    assert_eq!(
        kiss.matches("/Type /Page\n").count() + kiss.matches("/Type /Page\r").count(),
        2
    );
    assert!(kiss.contains("/CutContour") && kiss.contains("/OCProperties") && kiss.contains("/TrimBox"));
    assert!(kiss.contains("\nS\n") || kiss.contains("\ns\n"), "cut lines are drawn");
    let die = text(&SheetRequest {
        cut: Cut::Die,
        lines: Lines::Apart,
        marks: Marks::None,
        ..SheetRequest::default()
    });
    assert!(die.contains("/PerfCutContour"));
    assert!(!die.contains("\ns\n") && !die.contains(" re\n"));
}

#[test]
fn a_sheet_is_written_whole_and_stopping_leaves_nothing() {
    let (all, read) = (stickers(&["red", "green"]), &picture);
    let request = SheetRequest {
        sticker_mm: 150.0,
        ..SheetRequest::default()
    };
    let sheet = sheet(&all, read, &request).unwrap();
    assert_eq!(sheet.pages(), 2);
    let root = tempfile::tempdir().unwrap();
    let names = |folder: &Path| {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    for out in ["a.pdf", "b.SVG", "all"] {
        let stop_at_once = |_: u32, _: u32| ControlFlow::Break(());
        assert_eq!(sheet.write(&root.path().join(out), &stop_at_once), Err(Error::Stopped));
    }
    assert!(names(root.path()).is_empty());
    for out in ["a.pdf", "b.SVG", "all"] {
        let paths = sheet.write(&root.path().join(out), &Unwatched).unwrap();
        assert!(paths.iter().all(|path| path.exists()));
    }
    assert_eq!(names(root.path()), ["a.pdf", "all", "b-1.SVG", "b-2.SVG"]);
    let refused = sheet.write(&root.path().join("b.SVG"), &Unwatched).unwrap_err();
    assert!(refused.to_string().contains("b-1.SVG"), "{refused}");
    assert!(sheet.write(&root.path().join("a.pdf"), &Unwatched).is_ok());
    assert_eq!(
        names(&root.path().join("all")),
        ["cut-1.svg", "cut-2.svg", "page-1.png", "page-2.png", "sheet.pdf"]
    );
    assert!(matches!(
        sheet.write(&root.path().join("all"), &Unwatched),
        Err(Error::Usage(_))
    ));
}
