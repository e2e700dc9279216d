//! Whole pipelines on tiny random models against diffusers' pipelines.

use std::fs;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::Picture;
use diffusion::pipeline::{Pipeline, Sampling, Transparency};
use serde_json::Value;
use tempfile::TempDir;

use crate::agreement::{assert_values_agree, bytes, fixtures};
use crate::cases::{Made, job, load, make, make_one_by_one};
use crate::fixture::{Fixture, values};

const FILE: &str = "pipelines.safetensors";

/// Which test runs a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Group {
    /// See `lora.rs`.
    Lora,
    OutdatedScheduler,
    ImageToImage,
    Batch,
    StableDiffusion1,
    StableDiffusion2,
    LatentConsistency,
}

fn group(case: &Value) -> Group {
    let folder = case["folder"].as_str().unwrap();
    let several = |key: &str, more_than| case[key].as_array().unwrap().len() > more_than;
    match folder {
        _ if several("loras", 0) => Group::Lora,
        _ if !case["scheduler_config"].is_null() => Group::OutdatedScheduler,
        _ if !case["strength"].is_null() => Group::ImageToImage,
        _ if several("seeds", 1) => Group::Batch,
        "tiny-sd1" => Group::StableDiffusion1,
        "tiny-sd2-v" => Group::StableDiffusion2,
        "tiny-lcm" => Group::LatentConsistency,
        _ => panic!("no test runs {case}"),
    }
}

/// The cases of a group; there is at least one.
pub fn cases(wanted: Group) -> Vec<Value> {
    let config = Fixture::open(FILE).config();
    let cases = config["cases"].as_array().unwrap().iter();
    let cases: Vec<_> = cases.filter(|case| group(case) == wanted).cloned().collect();
    assert!(!cases.is_empty(), "{wanted:?}");
    cases
}

/// The picture that all image-to-image cases start from.
fn init_picture() -> Picture {
    let rgb = bytes(FILE, "input.init_picture");
    Picture {
        width: 16,
        height: 16,
        rgba: rgb
            .chunks_exact(3)
            .flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255])
            .collect(),
    }
}

/// The job of a case. The pictures stay as the decoder paints them.
pub fn job_of(case: &Value) -> Sampling {
    let side = |key: &str| case[key].as_u64().unwrap() as u32;
    job(
        case,
        (side("width"), side("height")),
        &init_picture(),
        Transparency::Off,
    )
}

/// A tiny model folder.
pub fn folder(case: &Value) -> std::path::PathBuf {
    fixtures().join("folders").join(case["folder"].as_str().unwrap())
}

/// Fails unless the pictures are those of the fixture.
pub fn assert_agrees(case: &Value, pipeline: &Pipeline, made: &Made) {
    let name = case["name"].as_str().unwrap();
    let fixture = Fixture::open(FILE);
    let expected = bytes(FILE, &format!("{name}.picture"));
    let latents = format!("{name}.latents");
    made.assert_agrees(name, &made.bytes(3, 1), &expected, &fixture.values(&latents));
    let unrounded = format!("{name}.picture_f32");
    if fixture.has(&unrounded) {
        let data = TensorData::new(made.latents.clone(), fixture.shape(&latents));
        let decoded = pipeline.decode(Tensor::from_data(data, &Device::flex()));
        let pictures = decoded.mul_scalar(0.5).add_scalar(0.5).clamp(0.0, 1.0);
        let pictures = values(pictures.permute([0, 2, 3, 1]));
        assert_values_agree(&unrounded, &pictures, &fixture.values(&unrounded), 1e-3);
    }
}

fn check(wanted: Group) {
    for case in cases(wanted) {
        let mut pipeline = load(&folder(&case));
        let made = make(&mut pipeline, &job_of(&case));
        assert_agrees(&case, &pipeline, &made);
    }
}

#[test]
fn stable_diffusion_1() {
    check(Group::StableDiffusion1);
}

#[test]
fn stable_diffusion_2_with_v_prediction() {
    check(Group::StableDiffusion2);
}

#[test]
fn latent_consistency() {
    check(Group::LatentConsistency);
}

#[test]
fn image_to_image() {
    check(Group::ImageToImage);
}

/// Several pictures together, and the same one at a time.
#[test]
fn batches() {
    for case in cases(Group::Batch) {
        let (mut pipeline, job) = (load(&folder(&case)), job_of(&case));
        assert!(job.seeds.len() > 1);
        let together = make(&mut pipeline, &job);
        assert_agrees(&case, &pipeline, &together);
        let one_by_one = make_one_by_one(&mut pipeline, &job);
        assert_agrees(&case, &pipeline, &one_by_one);
        println!("{}: identical: {}", case["name"], one_by_one == together);
    }
}

/// diffusers corrects `steps_offset` and `clip_sample` of outdated scheduler files.
///
/// Where a sampler is named that is the folder's own, its `from_config` makes a scheduler without the corrections of keys that
/// the file does not have. Here naming it is naming none: a recipe always names a sampler, and must give the same picture.
#[test]
fn outdated_scheduler_files() {
    for case in cases(Group::OutdatedScheduler) {
        let folder = with_scheduler(&folder(&case), &case["scheduler_config"]);
        let mut pipeline = load(folder.path());
        let made = make(&mut pipeline, &job_of(&case));
        let own = case["scheduler"] == case["scheduler_config"]["_class_name"];
        if own && !case["sampler"].is_null() {
            let unnamed = Sampling {
                sampler: None,
                ..job_of(&case)
            };
            assert_eq!(make(&mut pipeline, &unnamed), made, "{}", case["name"]);
        } else {
            assert_agrees(&case, &pipeline, &made);
        }
    }
}

/// A copy of the folder with another scheduler file.
fn with_scheduler(folder: &Path, config: &Value) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let part = entry.unwrap().path();
        let target = copy.path().join(part.file_name().unwrap());
        if part.is_file() {
            fs::copy(&part, &target).unwrap();
            continue;
        }
        fs::create_dir(&target).unwrap();
        for file in fs::read_dir(&part).unwrap() {
            let file = file.unwrap().path();
            fs::copy(&file, target.join(file.file_name().unwrap())).unwrap();
        }
    }
    let file = copy.path().join("scheduler/scheduler_config.json");
    fs::write(file, config.to_string()).unwrap();
    let index = copy.path().join("model_index.json");
    let mut values: Value = serde_json::from_slice(&fs::read(&index).unwrap()).unwrap();
    values["scheduler"][1] = config["_class_name"].clone();
    fs::write(&index, values.to_string()).unwrap();
    copy
}

fn case_named(name: &str) -> Value {
    let config = Fixture::open(FILE).config();
    let mut cases = config["cases"].as_array().unwrap().iter();
    cases.find(|case| case["name"] == name).unwrap().clone()
}

/// The same seed gives the same bits: again, in a new process's stead a newly loaded model, and after other pictures.
#[test]
fn a_repeated_run_is_identical() {
    for name in ["tiny-sd1.euler_a", "tiny-lcm.default", "tiny-sd1.img2img.unipc"] {
        let case = case_named(name);
        let job = job_of(&case);
        let mut pipeline = load(&folder(&case));
        let first = make(&mut pipeline, &job);
        assert_eq!(make(&mut pipeline, &job), first, "{name} again");
        let other = Sampling {
            seeds: vec![1234],
            prompt: "something else".to_owned(),
            ..job.clone()
        };
        assert_ne!(make(&mut pipeline, &other), first);
        assert_eq!(make(&mut pipeline, &job), first, "{name} after another one");
        assert_eq!(
            make(&mut load(&folder(&case)), &job),
            first,
            "{name} with the model loaded anew"
        );
    }
}

/// One at a time, as the CPU makes them, a picture does not depend on the others of its job.
#[test]
fn a_picture_is_identical_alone_and_among_eight() {
    let case = case_named("tiny-sd1.euler_a");
    let mut pipeline = load(&folder(&case));
    let eight = Sampling {
        seeds: (0..8).collect(),
        ..job_of(&case)
    };
    let among = make_one_by_one(&mut pipeline, &eight);
    for (index, seed) in [(0, 0), (5, 5), (7, 7)] {
        let alone = Sampling {
            seeds: vec![seed],
            ..eight.clone()
        };
        let alone = make(&mut load(&folder(&case)), &alone);
        assert_eq!(alone.pictures[0], among.pictures[index], "seed {seed}");
    }
}
