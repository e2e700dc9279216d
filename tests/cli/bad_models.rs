//! Model folders that cannot be used: exit code 3, a sentence of their own, the path last, and nothing is written.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::model::{ModelCopy, UNET_CONFIG, UNET_WEIGHTS};
use crate::support::{Ended, Sandbox, TINY};

/// A tensor that every Stable Diffusion U-Net has.
const CONV_IN: &str = "conv_in.weight";

/// Runs the tiny model after `break_it` and checks that nothing was written. The file at fault is given back with the end.
#[track_caller]
fn refused(sentence: &str, break_it: impl FnOnce(&ModelCopy)) -> (Ended, ModelCopy, Sandbox) {
    let models = Sandbox::new();
    let model = ModelCopy::of(TINY, models.path("model"));
    break_it(&model);
    let sandbox = Sandbox::new();
    let ended = sandbox.generate([
        Path::new("cat"),
        Path::new("--out"),
        Path::new("out"),
        Path::new("--model"),
        &model.path,
    ]);
    ended.failed(3, sentence);
    assert!(sandbox.names().is_empty(), "{:?}", sandbox.names());
    (ended, model, models)
}

#[test]
fn no_such_folder() {
    let sandbox = Sandbox::new();
    let missing = sandbox.path("no/model");
    sandbox
        .generate([Path::new("cat"), Path::new("--model"), &missing])
        .failed(3, "model")
        .naming(&missing);
    assert!(sandbox.names().is_empty());
}

#[test]
fn a_folder_without_a_model() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("empty")).unwrap();
    sandbox
        .generate(["cat", "--model", "empty"])
        .failed(3, "model_index.json");
    assert_eq!(sandbox.names(), ["empty"]);
}

#[test]
fn no_built_in_model() {
    let sandbox = Sandbox::new();
    let empty = sandbox.path("empty");
    fs::create_dir(&empty).unwrap();
    let mut command = sandbox.command(["generate", "cat", "--device", "cpu"]);
    Ended::of(command.env("STICKER_MODEL_DIR", &empty).output().unwrap())
        .failed(3, "STICKER_MODEL_DIR")
        .naming(&empty);
    assert_eq!(sandbox.names(), ["empty"]);
}

#[test]
fn an_unknown_class_is_refused_by_name() {
    refused("UNet3DConditionModel", |model| {
        model.set(UNET_CONFIG, "_class_name", json!("UNet3DConditionModel"));
    });
    refused("VQModel", |model| {
        model.set("vae/config.json", "_class_name", json!("VQModel"));
    });
    refused("StableDiffusionXLPipeline", |model| {
        model.set("model_index.json", "_class_name", json!("StableDiffusionXLPipeline"));
    });
    refused("HeunDiscreteScheduler", |model| {
        // diffusers makes the class that model_index.json names, whatever the scheduler's own file says.
        model.set(
            "model_index.json",
            "scheduler",
            json!(["diffusers", "HeunDiscreteScheduler"]),
        );
    });
}

#[test]
fn an_option_that_changes_the_computation_is_refused_by_name() {
    let (ended, model, _models) = refused("class_embed_type", |model| {
        model.set(UNET_CONFIG, "class_embed_type", json!("timestep"));
    });
    ended.naming(&model.file(UNET_CONFIG));
    refused("AttnDownBlock2D", |model| {
        model.set(
            UNET_CONFIG,
            "down_block_types",
            json!(["CrossAttnDownBlock2D", "AttnDownBlock2D"]),
        );
    });
    refused("time_embedding_type", |model| {
        model.set(UNET_CONFIG, "time_embedding_type", json!("fourier"));
    });
}

#[test]
fn an_inert_option_is_ignored() {
    let models = Sandbox::new();
    let model = ModelCopy::of(TINY, models.path("model"));
    model.set(UNET_CONFIG, "a_key_of_tomorrow", json!(null));
    model.set(UNET_CONFIG, "_name_or_path", json!("somewhere"));
    let sandbox = Sandbox::new();
    sandbox
        .generate([
            Path::new("cat"),
            Path::new("--seed"),
            Path::new("1"),
            Path::new("--model"),
            &model.path,
        ])
        .lines();
    assert_eq!(sandbox.names(), ["cat-1.png"]);
}

#[test]
fn a_config_that_is_no_json() {
    let (ended, model, _models) = refused("JSON", |model| fs::write(model.file(UNET_CONFIG), "{").unwrap());
    ended.naming(&model.file(UNET_CONFIG));
}

#[test]
fn missing_weights() {
    refused("diffusion_pytorch_model.safetensors", |model| {
        fs::remove_file(model.file(UNET_WEIGHTS)).unwrap();
    });
}

#[test]
fn truncated_weights() {
    for keep in [4, 100, 60_000] {
        let (ended, model, _models) = refused("damaged", |model| {
            let bytes = fs::read(model.file(UNET_WEIGHTS)).unwrap();
            fs::write(model.file(UNET_WEIGHTS), &bytes[..keep]).unwrap();
        });
        ended.naming(&model.file(UNET_WEIGHTS));
    }
}

#[test]
fn weights_of_the_wrong_shape() {
    let (ended, model, _models) = refused(CONV_IN, |model| {
        model.edit_weights(UNET_WEIGHTS, |weights| {
            let mut shape = weights.shape(CONV_IN);
            shape.swap(0, 1);
            weights.set_shape(CONV_IN, &shape);
        });
    });
    ended
        .failed(3, "do not fit the configuration")
        .naming(&model.file(UNET_WEIGHTS));
}

#[test]
fn a_missing_tensor_is_listed() {
    let (ended, model, _models) = refused(CONV_IN, |model| {
        model.edit_weights(UNET_WEIGHTS, |weights| {
            let tensor = weights.header.remove(CONV_IN).unwrap();
            weights.header.insert("another.weight".to_owned(), tensor);
        });
    });
    ended
        .failed(3, "do not fit the configuration")
        .naming(&model.file(UNET_WEIGHTS));
}

#[test]
fn a_configuration_that_disagrees_with_the_weights() {
    let disagree = |file: &str, key: &str, value: Value| {
        refused("do not fit the configuration", |model| model.set(file, key, value));
    };
    disagree(UNET_CONFIG, "block_out_channels", json!([8, 32]));
    disagree(UNET_CONFIG, "layers_per_block", json!(2));
    disagree("text_encoder/config.json", "num_hidden_layers", json!(3));
    disagree("vae/config.json", "block_out_channels", json!([8, 12]));
}

#[test]
fn parts_that_do_not_belong_together() {
    let (ended, model, _models) = refused("text encoder", |model| {
        model.set(UNET_CONFIG, "cross_attention_dim", json!(24));
    });
    ended.naming(&model.path);
    refused("latent", |model| {
        model.set("vae/config.json", "latent_channels", json!(8));
    });
}

#[test]
fn weights_that_are_not_numbers() {
    let (ended, model, _models) = refused("not finite", |model| {
        // f16, as all of this U-Net's weights.
        model.edit_weights(UNET_WEIGHTS, |weights| {
            weights.tensor_mut(CONV_IN)[2..4].copy_from_slice(&[0x00, 0x7e]);
        });
    });
    ended.failed(3, CONV_IN).naming(&model.file(UNET_WEIGHTS));
}

#[test]
fn a_tokenizer_that_cannot_be_read() {
    refused("tokenizer", |model| {
        fs::write(model.file("tokenizer/vocab.json"), "[]").unwrap();
    });
    refused("tokenizer", |model| {
        fs::remove_file(model.file("tokenizer/merges.txt")).unwrap();
    });
}
