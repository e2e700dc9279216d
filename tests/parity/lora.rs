//! LoRA runs of a tiny Stable Diffusion 1 against diffusers' (and, for mixed alphas, the formula merged into the weights).

use std::collections::HashMap;
use std::path::Path;

use diffusion::lora::LoraFile;
use diffusion::pipeline::{LoraReport, Pipeline};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde_json::Value;

use crate::agreement::fixtures;
use crate::cases::{Made, load, make};
use crate::pipelines::{Group, assert_agrees, cases, folder, job_of};

/// Every layer that the fixture's kohya files change: linear ones, 1x1 and 3x3 convolutions, of U-Net and text encoder.
const KOHYA_LAYERS: usize = 19;

fn attach(pipeline: &mut Pipeline, files: &[(&Path, f32)]) -> LoraReport {
    let modules = pipeline.module_paths();
    let open = |(path, weight): &(&Path, f32)| (LoraFile::open(path, &modules).unwrap(), *weight);
    let loras: Vec<_> = files.iter().map(open).collect();
    pipeline.set_loras(&loras).unwrap()
}

fn file(name: &str) -> std::path::PathBuf {
    fixtures().join("loras").join(format!("{name}.safetensors"))
}

/// The adapters of a case with their weights.
fn adapters(case: &Value) -> Vec<(std::path::PathBuf, f32)> {
    let listed = case["loras"].as_array().unwrap().iter();
    listed
        .map(|entry| (file(entry[0].as_str().unwrap()), entry[1].as_f64().unwrap() as f32))
        .collect()
}

#[test]
fn every_format_alone_and_together() {
    let cases = cases(Group::Lora);
    assert_eq!(cases.len(), 7);
    let mut pipeline = load(&folder(&cases[0]));
    for case in cases {
        let adapters = adapters(&case);
        let adapters: Vec<_> = adapters
            .iter()
            .map(|(path, weight)| (path.as_path(), *weight))
            .collect();
        let report = attach(&mut pipeline, &adapters);
        assert_eq!(report.unknown, Vec::<String>::new(), "{}", case["name"]);
        let made = make(&mut pipeline, &job_of(&case));
        assert_agrees(&case, &pipeline, &made);
    }
}

#[test]
fn a_weight_of_zero_leaves_no_trace() {
    let case = &cases(Group::Lora)[0];
    let (mut pipeline, job) = (load(&folder(case)), job_of(case));
    let without = make(&mut pipeline, &job);
    let run = |pipeline: &mut Pipeline, files: &[(&Path, f32)]| -> Made {
        attach(pipeline, files);
        make(pipeline, &job)
    };
    assert_ne!(run(&mut pipeline, &[(&file("kohya"), 1.0)]), without);
    assert_eq!(
        run(&mut pipeline, &[(&file("kohya"), 0.0), (&file("peft"), 0.0)]),
        without
    );
    assert_ne!(run(&mut pipeline, &[(&file("peft"), -0.5)]), without);
    assert_eq!(run(&mut pipeline, &[]), without, "taken away again");
}

#[test]
fn the_layers_that_change_are_counted() {
    let case = &cases(Group::Lora)[0];
    let mut pipeline = load(&folder(case));
    for name in ["kohya", "kohya_mixed_alpha"] {
        assert_eq!(
            attach(&mut pipeline, &[(&file(name), 1.0)]).layers,
            KOHYA_LAYERS,
            "{name}"
        );
    }
    for name in ["peft", "peft_without_metadata", "old_diffusers"] {
        assert_eq!(attach(&mut pipeline, &[(&file(name), 1.0)]).layers, 9, "{name}");
    }
}

/// A layer that this model does not have is told by its key; the others count.
#[test]
fn unknown_keys_are_reported_by_name() {
    let case = &cases(Group::Lora)[0];
    let mut pipeline = load(&folder(case));
    let stray = "lora_unet_down_blocks_7_attentions_0_proj_in.lora_down.weight";
    let bytes = std::fs::read(file("kohya")).unwrap();
    let stored = SafeTensors::deserialize(&bytes).unwrap();
    let zeros = [0; 8];
    let mut tensors: HashMap<&str, TensorView<'_>> = stored.iter().collect();
    tensors.insert(stray, TensorView::new(Dtype::F16, vec![4, 1], &zeros).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stray.safetensors");
    safetensors::serialize_to_file(tensors, None, &path).unwrap();
    let report = attach(&mut pipeline, &[(&path, 1.0)]);
    assert_eq!(report.unknown, [stray]);
    assert_eq!(report.layers, KOHYA_LAYERS);
}

/// The matrices of one model's adapter do not fit another's layers of the same names.
#[test]
fn an_adapter_of_another_model_is_refused_and_leaves_none() {
    let case = &cases(Group::Lora)[0];
    let mut other = load(&fixtures().join("folders/tiny-lcm"));
    let modules = other.module_paths();
    let adapter = LoraFile::open(&file("kohya"), &modules).unwrap();
    let job = job_of(case);
    let before = make(&mut other, &job);
    let error = other.set_loras(&[(adapter, 1.0)]).unwrap_err().to_string();
    assert!(error.contains("another model"), "{error}");
    assert_eq!(make(&mut other, &job), before);
}
