//! Folders that are not what they should be.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::{ClipModel, Dinov2, ImageEncoder, ImageProcessor, Lpips};
use super::{Device, fixture};

/// A copy of the fixture folder.
fn copy(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(fixture(name)).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

fn change(folder: &Path, file: &str, pointer: &str, value: Value) {
    let path = folder.join(file);
    let mut json: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    *json.pointer_mut(pointer).unwrap() = value;
    fs::write(path, json.to_string()).unwrap();
}

fn refusal<T>(result: super::super::Result<T>) -> String {
    result.err().expect("refused").to_string()
}

#[test]
fn a_configuration_that_cannot_be_computed_is_refused_by_name() {
    let cases = [
        ("/vision_config/hidden_act", json!("relu6"), "`hidden_act` = `relu6`"),
        ("/vision_config/num_attention_heads", json!(0), "`num_attention_heads`"),
        ("/vision_config/num_attention_heads", json!(3), "`num_attention_heads`"),
        (
            "/vision_config/num_hidden_layers",
            json!(100_000),
            "`num_hidden_layers`",
        ),
        ("/vision_config/patch_size", json!(0), "out of range"),
        ("/vision_config/patch_size", json!(64), "`patch_size`"),
        ("/vision_config/hidden_size", json!(1u64 << 60), "out of range"),
        ("/vision_config/image_size", json!("big"), "invalid type"),
        ("/vision_config/num_channels", json!(4), "`num_channels`"),
        ("/vision_config", json!(7), "no `vision_config`"),
        ("/model_type", json!("siglip"), "`siglip`"),
        (
            "/projection_dim",
            json!(25),
            "`visual_projection.weight` is [24, 16] in the file, [25, 16]",
        ),
    ];
    for (pointer, value, sentence) in cases {
        let folder = copy("clip");
        change(folder.path(), "config.json", pointer, value);
        let refusal = refusal(ImageEncoder::open(folder.path(), &Device::flex()));
        assert!(refusal.contains(sentence), "{pointer}: {refusal}");
    }
}

#[test]
fn null_means_the_default_and_an_older_name_is_preferred() {
    let folder = copy("clip");
    let path = folder.path().join("config.json");
    let mut config: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let vision = config["vision_config"].take();
    config["vision_config_dict"] = vision;
    config["vision_config_dict"]["num_channels"] = Value::Null;
    config["text_config_dict"] = Value::Null;
    fs::write(&path, config.to_string()).unwrap();
    ClipModel::open(folder.path(), &Device::flex()).unwrap();
}

#[test]
fn missing_files_are_named() {
    for (file, sentence) in [
        ("model.safetensors", "model.safetensors is missing"),
        ("vocab.json", "vocab.json"),
        ("config.json", "config.json"),
    ] {
        let folder = copy("clip");
        fs::remove_file(folder.path().join(file)).unwrap();
        let refusal = refusal(ClipModel::open(folder.path(), &Device::flex()));
        assert!(refusal.contains(sentence), "{file}: {refusal}");
    }
    let folder = copy("dinov2");
    fs::rename(
        folder.path().join("model.safetensors"),
        folder.path().join("pytorch_model.bin"),
    )
    .unwrap();
    let refusal = refusal(Dinov2::open(folder.path(), &Device::flex()));
    assert!(refusal.contains("only pytorch_model.bin"), "{refusal}");
}

#[test]
fn the_giant_dinov2_is_refused_with_what_to_take_instead() {
    let folder = copy("dinov2");
    change(folder.path(), "config.json", "/use_swiglu_ffn", json!(true));
    let refusal = refusal(Dinov2::open(folder.path(), &Device::flex()));
    assert!(refusal.contains("take the small, base or large model"), "{refusal}");
}

#[test]
fn weights_cut_short_are_refused() {
    let folder = copy("dinov2");
    let path = folder.path().join("model.safetensors");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 100]).unwrap();
    let refusal = refusal(Dinov2::open(folder.path(), &Device::flex()));
    assert!(refusal.contains("damaged"), "{refusal}");
}

#[test]
fn processors_that_cannot_be_computed_are_refused() {
    let cases = [
        ("/resample", json!(2)),
        ("/do_normalize", json!(false)),
        ("/rescale_factor", json!(1.0)),
        ("/image_std", json!([0.2, 0.0, 0.2])),
        ("/image_mean", json!([0.5])),
        ("/size", json!({"shortest_edge": 0})),
        ("/size", json!({"shortest_edge": 3_000_000})),
        ("/size", json!({"longest_edge": 32})),
        ("/crop_size", json!(33)),
    ];
    for (pointer, value) in cases {
        let folder = copy("clip");
        change(folder.path(), "preprocessor_config.json", pointer, value);
        let path = folder.path().join("preprocessor_config.json");
        let refusal = refusal(ImageProcessor::open(&path));
        assert!(refusal.ends_with("preprocessor_config.json"), "{pointer}: {refusal}");
    }
}

#[test]
fn another_file_than_lpips_is_refused() {
    let path = fixture("clip/model.safetensors");
    let refusal = refusal(Lpips::open(&path, &Device::flex()));
    assert!(refusal.contains("neither `alex` nor `vgg`"), "{refusal}");
}
