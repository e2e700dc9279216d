use std::sync::Arc;

use image::Rgba;

use super::super::{Example, PictureSource};
use super::*;

macro_rules! emoji {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../fixtures/alike/", $name)))
    };
}

/// Eight Noto emoji that differ, and four copies of each of four: made by fixtures/make_fixtures.py.
const EMOJI: [(&str, &[u8]); 24] = [
    emoji!("red_heart.png"),
    emoji!("blue_heart.png"),
    emoji!("winking_face.png"),
    emoji!("cat_face.png"),
    emoji!("grinning_face.png"),
    emoji!("grinning_face-half.png"),
    emoji!("grinning_face-webp.webp"),
    emoji!("grinning_face-jpeg.jpg"),
    emoji!("grinning_face-mirrored.png"),
    emoji!("hot_beverage.png"),
    emoji!("hot_beverage-half.png"),
    emoji!("hot_beverage-webp.webp"),
    emoji!("hot_beverage-jpeg.jpg"),
    emoji!("hot_beverage-mirrored.png"),
    emoji!("rocket.png"),
    emoji!("rocket-half.png"),
    emoji!("rocket-webp.webp"),
    emoji!("rocket-jpeg.jpg"),
    emoji!("rocket-mirrored.png"),
    emoji!("thumbs_up.png"),
    emoji!("thumbs_up-half.png"),
    emoji!("thumbs_up-webp.webp"),
    emoji!("thumbs_up-jpeg.jpg"),
    emoji!("thumbs_up-mirrored.png"),
];

fn set(pictures: &[(&str, &[u8])]) -> DataSet {
    let examples = pictures.iter().map(|(name, bytes)| Example {
        name: (*name).to_owned(),
        picture: PictureSource::Bytes(Arc::from(*bytes)),
        caption: String::new(),
        bucket: None,
    });
    let examples = examples.collect();
    DataSet { examples }
}

#[test]
fn copies_are_found_and_different_emoji_are_not() {
    let groups = duplicates(&set(&EMOJI)).unwrap();
    let expected: Vec<Vec<usize>> = [4, 9, 14, 19].map(|first| (first..first + 5).collect()).into();
    assert_eq!(groups, expected);
}

#[test]
fn white_stickers_of_different_shapes_are_not_alike() {
    let shape = |inside: fn(i32, i32) -> bool| {
        let picture = RgbaImage::from_fn(96, 96, |x, y| {
            let alpha = if inside(x as i32 - 48, y as i32 - 48) { 255 } else { 0 };
            Rgba([255, 255, 255, alpha])
        });
        Fingerprint::of(&picture)
    };
    let round = shape(|x, y| x * x + y * y < 1600);
    let bar = shape(|x, y| x.abs() < 40 && y.abs() < 12);
    let ring = shape(|x, y| (900..1600).contains(&(x * x + y * y)));
    assert!(groups(&[round, bar, ring]).is_empty());
}

#[test]
fn the_colour_of_invisible_pixels_is_no_matter() {
    let picture = |hidden: u8| {
        let picture = RgbaImage::from_fn(64, 64, |x, y| {
            if x + y < 70 {
                Rgba([x as u8 * 3, 40, y as u8 * 3, 255])
            } else {
                Rgba([hidden, 255 - hidden, 7, 0])
            }
        });
        Fingerprint::of(&picture)
    };
    assert_eq!(groups(&[picture(0), picture(255)]), [[0, 1]]);
}

#[test]
fn blank_and_opaque_pictures_are_told_from_stickers() {
    let judged = |picture: RgbaImage| {
        let print = Fingerprint::of(&picture);
        (print.blank, print.opaque)
    };
    assert_eq!(judged(RgbaImage::new(32, 32)), (true, false));
    assert_eq!(
        judged(RgbaImage::from_pixel(32, 32, Rgba([200, 10, 10, 255]))),
        (true, true)
    );
    let noise = RgbaImage::from_fn(32, 32, |x, y| Rgba([x as u8 * 8, y as u8 * 8, 9, 255]));
    assert_eq!(judged(noise), (false, true));
    let one_colour = RgbaImage::from_fn(32, 32, |x, _| Rgba([255, 255, 255, if x < 16 { 255 } else { 0 }]));
    assert_eq!(judged(one_colour), (false, false));
}

#[test]
fn a_picture_of_one_pixel_has_a_fingerprint() {
    let dot = || Fingerprint::of(&RgbaImage::from_pixel(1, 1, Rgba([1, 2, 3, 255])));
    assert_eq!(groups(&[dot(), dot()]), [[0, 1]]);
}

/// Prints the figures that the thresholds come from.
#[test]
#[ignore = "needs ALIKE_LAB, a folder with what fixtures/make_copies.py writes"]
fn measured_on_emoji() {
    let lab = std::path::PathBuf::from(std::env::var_os("ALIKE_LAB").unwrap());
    let load = |name: &str| {
        const BYTES: usize = 128 * 128 * 4;
        let file = std::fs::read(lab.join(name).with_extension("npy")).unwrap();
        let begin = 10 + usize::from(u16::from_le_bytes([file[8], file[9]]));
        let pictures = file[begin..].par_chunks_exact(BYTES);
        let prints = pictures.map(|pixels| Fingerprint::of(&RgbaImage::from_raw(128, 128, pixels.to_vec()).unwrap()));
        prints.collect::<Vec<_>>()
    };
    let base = load("base");
    for name in [
        "mirror", "half", "third", "webp60", "jpeg80", "jpeg50", "shift3", "scale90",
    ] {
        let copies = load(name);
        let found = copies
            .iter()
            .zip(base.iter().step_by(5))
            .filter(|(copy, base)| base.alike(copy))
            .count();
        println!("{name}: {found} of {} found", copies.len());
    }
    let straight =
        |one: &Fingerprint, other: &Fingerprint| one.straight.alike(&other.straight, !one.opaque && !other.opaque);
    let pairs = (0..base.len())
        .into_par_iter()
        .flat_map_iter(|one| (one + 1..base.len()).map(move |other| (one, other)));
    let (alike, same): (usize, usize) = pairs
        .filter(|(one, other)| base[*one].alike(&base[*other]))
        .map(|(one, other)| (1, usize::from(straight(&base[one], &base[other]))))
        .reduce(|| (0, 0), |one, other| (one.0 + other.0, one.1 + other.1));
    println!(
        "different emoji: {alike} pairs alike, {} only when mirrored, of {}",
        alike - same,
        base.len() * (base.len() - 1) / 2
    );
}
