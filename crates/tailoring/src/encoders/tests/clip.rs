use burn::module::Module;
use diffusion::weights::{SafetensorsFile, TensorSource};

use super::super::{ClipModel, ImageEncoder, PictureEncoder};
use super::{Device, TOLERANCE, assert_agrees, expected, fixture, pictures};

const TEXTS: [&str; 3] = ["a happy cat", "a sad dog waving at the sky, flat colours", ""];

fn unit(row: &[f32]) -> Vec<f32> {
    let length = row.iter().map(|value| value * value).sum::<f32>().sqrt();
    row.iter().map(|value| value / length).collect()
}

#[test]
fn pictures_are_transformers_clip_models() {
    let model = ClipModel::open(&fixture("clip"), &Device::flex()).unwrap();
    let rows = model.encode(&pictures()).unwrap();
    assert_eq!((rows.len(), rows[0].len(), model.width()), (3, 24, 24));
    assert_agrees(
        "pictures",
        &rows.concat(),
        &expected("clip.safetensors", "images"),
        TOLERANCE,
    );
}

#[test]
fn texts_are_transformers_clip_models() {
    let model = ClipModel::open(&fixture("clip"), &Device::flex()).unwrap();
    let rows = model.encode_texts(&TEXTS).unwrap();
    assert_agrees(
        "texts",
        &rows.concat(),
        &expected("clip.safetensors", "texts"),
        TOLERANCE,
    );
}

#[test]
fn cosines_of_texts_and_pictures_are_transformers_clip_models() {
    let model = ClipModel::open(&fixture("clip"), &Device::flex()).unwrap();
    let (texts, pictures) = (model.encode_texts(&TEXTS).unwrap(), model.encode(&pictures()).unwrap());
    let cosine = |a: &[f32], b: &[f32]| unit(a).iter().zip(unit(b)).map(|(a, b)| a * b).sum::<f32>();
    let cosines = texts
        .iter()
        .flat_map(|text| pictures.iter().map(|picture| cosine(text, picture)));
    let cosines: Vec<_> = cosines.collect();
    assert_agrees("cosines", &cosines, &expected("clip.safetensors", "cosines"), TOLERANCE);
}

#[test]
fn a_folder_of_the_vision_half_with_gelu_is_read() {
    let encoder = ImageEncoder::open(&fixture("clip_vision"), &Device::flex()).unwrap();
    let rows = encoder.encode(&pictures()).unwrap();
    assert_agrees(
        "pictures",
        &rows.concat(),
        &expected("clip_vision.safetensors", "images"),
        TOLERANCE,
    );
}

#[test]
fn a_text_longer_than_the_model_is_cut() {
    let model = ClipModel::open(&fixture("clip"), &Device::flex()).unwrap();
    let long = "cat ".repeat(200);
    let cut = "cat ".repeat(75);
    let rows = model.encode_texts(&[long, cut]).unwrap();
    assert_eq!(rows[0], rows[1]);
}

#[test]
fn the_built_in_encoder_has_at_most_three_million_parameters() {
    let config = ImageEncoder::built_in_config(192);
    let encoder = ImageEncoder::random(&config, 1, &Device::flex()).unwrap();
    assert_eq!(encoder.model.num_params(), encoder.parameters());
    assert_eq!(encoder.parameters(), 2_866_944);
}

#[test]
fn a_saved_encoder_is_read_again_and_sees_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("encoder");
    let config = ImageEncoder::built_in_config(24);
    let encoder = ImageEncoder::random(&config, 3, &Device::flex().autodiff()).unwrap();
    encoder.save(&folder).unwrap();
    let again = ImageEncoder::open(&folder, &Device::flex()).unwrap();
    assert_eq!(again.model.config(), &config);
    assert_eq!(again.processor, encoder.processor);
    // The encoder of an autodiff device adds in another order.
    let (found, expected) = (again.encode(&pictures()).unwrap(), encoder.encode(&pictures()).unwrap());
    assert_agrees("features", &found.concat(), &expected.concat(), 1e-5);
}

/// Names and shapes are transformers': a folder it wrote, read and saved here, has the same tensors.
#[test]
fn a_saved_encoder_has_the_tensors_that_transformers_writes() {
    let folder = tempfile::tempdir().unwrap();
    let encoder = ImageEncoder::open(&fixture("clip_vision"), &Device::flex()).unwrap();
    encoder.save(folder.path()).unwrap();
    let theirs = SafetensorsFile::open(&fixture("clip_vision/model.safetensors")).unwrap();
    let ours = SafetensorsFile::open(&folder.path().join("model.safetensors")).unwrap();
    let sorted = |file: &SafetensorsFile| {
        let mut names = file.names();
        names.sort();
        names
    };
    assert_eq!(sorted(&ours), sorted(&theirs));
    for name in theirs.names() {
        assert_eq!(ours.shape(&name, &[]), theirs.shape(&name, &[]), "{name}");
        assert_eq!(
            ours.read(&name, &[]).unwrap(),
            theirs.read(&name, &[]).unwrap(),
            "{name}"
        );
    }
}
