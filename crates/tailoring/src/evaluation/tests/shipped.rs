//! The pair of encoders that is shipped.

use diffusion::pipeline::Pipeline;

use super::*;
use crate::encoders::PictureEncoder;
use crate::training::validation;

const NAMES: [&str; 8] = [
    "pizza",
    "red heart",
    "cat face",
    "rocket",
    "cactus",
    "guitar",
    "frog",
    "sun",
];

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn the_shipped_encoders_know_what_a_sticker_shows() {
    let device = Device::flex();
    let model = ModelFolder::open(&assets()).unwrap();
    let folder = assets().with_file_name("image_encoder");
    let encoder = BuiltInEncoder::open(&folder, &model, &device).unwrap();

    let mut pipeline = Pipeline::load(&model, &device, &OPTIONS, &mut |_| ()).unwrap();
    let pictures = NAMES.map(|name| {
        let picture = validation::draw(&mut pipeline, &model, &format!("noto sticker: {name}"), 7).unwrap();
        RgbaImage::from_raw(picture.width, picture.height, picture.rgba).unwrap()
    });
    let (images, texts) = (
        encoder.encode(&pictures).unwrap(),
        encoder.encode_texts(&NAMES).unwrap(),
    );
    let found = images.iter().enumerate().filter(|(place, image)| {
        let own = cosine(image, &texts[*place]);
        texts.iter().all(|text| cosine(image, text) <= own)
    });
    // By chance one of eight.
    let found = found.count();
    assert!(
        found >= 6,
        "{found} of {} pictures are nearest to their own name",
        NAMES.len()
    );
}
