//! The built-in model against diffusers.

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::Picture;
use diffusion::noise::TorchGenerator;
use diffusion::pipeline::{Sampling, Transparency};
use diffusion::unet::UNetInputs;
use engine::{Engine, EngineOptions, Event, GenerateRequest, SamplerName};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::agreement::{BLOCK, assert_agrees, assert_values_agree, built_in_model, bytes};
use crate::cases::{job, load, make, make_one_by_one};
use crate::fixture::{Fixture, values};

const FILE: &str = "builtin.safetensors";
const SIDE: u32 = 128;

/// `torch.randn(shape, generator=Generator("cpu").manual_seed(seed))`
fn randn<const D: usize>(shape: [usize; D], seed: u64) -> Tensor<D> {
    let values = TorchGenerator::manual_seed(seed).randn(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

/// The picture of `writers/builtin.py`.
fn init_picture() -> Picture {
    let pixel = |x: i32, y: i32| {
        let alpha = (3600 - (x - 64).pow(2) - (y - 64).pow(2)).div_euclid(4).clamp(0, 255);
        [2 * x, 2 * y, (x + y) % 256 / 16 * 16, alpha].map(|value| value as u8)
    };
    let side = SIDE.cast_signed();
    Picture {
        width: SIDE,
        height: SIDE,
        rgba: (0..side)
            .flat_map(|y| (0..side).flat_map(move |x| pixel(x, y)))
            .collect(),
    }
}

/// The SHA-256 as a number in hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    let halves = Sha256::digest(bytes)
        .into_iter()
        .flat_map(|byte| [byte >> 4, byte & 15]);
    halves
        .map(|half| char::from_digit(u32::from(half), 16).unwrap())
        .collect()
}

/// Other weights give other pictures: then `make_fixtures.py` has to run again.
#[test]
fn the_fixture_was_made_with_these_weights() {
    let config = Fixture::open(FILE).config();
    for (name, hash) in config["model_sha256"].as_object().unwrap() {
        let weights = std::fs::read(built_in_model().join(name)).unwrap();
        assert_eq!(
            &sha256(&weights),
            hash.as_str().unwrap(),
            "{name} is not the one of the fixtures"
        );
    }
    assert_eq!(
        sha256(&init_picture().rgba),
        config["init_picture_sha256"].as_str().unwrap()
    );
}

#[test]
fn prompt_embeddings() {
    let (fixture, mut pipeline) = (Fixture::open(FILE), load(&built_in_model()));
    let config = fixture.config();
    let prompt = config["text_prompt"].as_str().unwrap();
    let embedded = pipeline.encode_prompts(&[prompt, ""]).unwrap();
    assert_eq!(embedded.truncated, [None, None]);
    let rows = config["text_rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.as_u64().unwrap() as usize);
    let rows: Vec<_> = rows.collect();
    for (index, name) in ["text.prompt_rows", "text.negative_rows"].into_iter().enumerate() {
        let states = embedded.hidden_states.clone().narrow(0, index, 1).squeeze_dim::<2>(0);
        let found = rows
            .iter()
            .map(|row| states.clone().narrow(0, *row, 1))
            .collect::<Vec<_>>();
        assert_agrees(&fixture, name, Tensor::cat(found, 0), BLOCK);
    }
}

#[test]
fn denoiser() {
    let (fixture, mut pipeline) = (Fixture::open(FILE), load(&built_in_model()));
    let config = fixture.config();
    let prompts = ["", config["text_prompt"].as_str().unwrap()];
    let inputs = UNetInputs {
        timesteps: vec![500.0; 2],
        encoder_hidden_states: pipeline.encode_prompts(&prompts).unwrap().hidden_states,
        timestep_cond: None,
        added_cond: None,
    };
    let found = pipeline.unet().forward(randn([2, 8, 16, 16], 1), &inputs);
    assert_agrees(&fixture, "unet.output", found, BLOCK);
}

#[test]
fn decoder() {
    let (fixture, pipeline) = (Fixture::open(FILE), load(&built_in_model()));
    let decoded = values(pipeline.decode(randn([1, 8, 16, 16], 2)));
    let rows = decoded.chunks_exact(SIDE as usize).step_by(4);
    let found: Vec<f32> = rows.flat_map(|row| row.iter().step_by(4).copied()).collect();
    assert_values_agree("decode", &found, &fixture.values("decode.rgba_stride_4"), BLOCK);
}

#[test]
fn encoder() {
    let (fixture, pipeline) = (Fixture::open(FILE), load(&built_in_model()));
    let picture = init_picture();
    let planes = (0..4).flat_map(|channel| picture.rgba.iter().skip(channel).step_by(4));
    let planes: Vec<f32> = planes.map(|value| 2.0 * f32::from(*value) / 255.0 - 1.0).collect();
    let side = SIDE as usize;
    let pictures = Tensor::from_data(TensorData::new(planes, [1, 4, side, side]), &Device::flex());
    let distribution = pipeline.autoencoder().encode(pictures);
    assert_agrees(&fixture, "encode.mean", distribution.mean, BLOCK);
    let std = distribution.logvar.mul_scalar(0.5).exp();
    assert_agrees(&fixture, "encode.std", std, BLOCK);
}

fn cases() -> Vec<Value> {
    Fixture::open(FILE).config()["cases"].as_array().unwrap().clone()
}

fn job_of(case: &Value) -> Sampling {
    job(case, (SIDE, SIDE), &init_picture(), Transparency::Auto)
}

/// Every sampler, seed beyond 32 bits, batch, negative prompt, guidance rescale and image-to-image case.
#[test]
fn pictures() {
    let (fixture, mut pipeline) = (Fixture::open(FILE), load(&built_in_model()));
    for case in cases() {
        let name = case["name"].as_str().unwrap();
        let made = make(&mut pipeline, &job_of(&case));
        let stride = case["stride"].as_u64().unwrap() as usize;
        let expected = bytes(FILE, &format!("{name}.picture"));
        let latents = fixture.values(&format!("{name}.latents"));
        made.assert_agrees(name, &made.bytes(4, stride), &expected, &latents);
    }
}

#[test]
fn a_repeated_run_is_identical() {
    let case = cases().into_iter().find(|case| case["name"] == "two_steps").unwrap();
    let (mut pipeline, job) = (load(&built_in_model()), job_of(&case));
    let first = make(&mut pipeline, &job);
    assert_eq!(make(&mut pipeline, &job), first);
    assert_eq!(make(&mut load(&built_in_model()), &job), first);
    let three = Sampling {
        seeds: vec![6, 7, 8],
        ..job
    };
    let among = make_one_by_one(&mut pipeline, &three);
    assert_eq!(among.pictures[1], first.pictures[0]);
}

/// Through the engine, as a person asks for it: it decides how many pictures are made together.
#[test]
fn a_picture_is_identical_alone_and_among_eight() {
    let cache = tempfile::tempdir().unwrap();
    let engine = Engine::start(EngineOptions {
        cache_folder: Some(cache.path().to_owned()),
        ..EngineOptions::default()
    })
    .unwrap();
    let pictures = |seed, count| {
        let request = GenerateRequest {
            seed: Some(seed),
            count,
            num_inference_steps: Some(2),
            sampler: Some(SamplerName::EulerA),
            model: Some(built_in_model()),
            device: engine::DeviceChoice::Cpu,
            ..GenerateRequest::new("3d sticker: cat face")
        };
        let job = engine.submit(&request).unwrap();
        let mut pictures = Vec::new();
        for event in engine.events() {
            match event {
                Event::Sticker { picture, .. } => pictures.push(picture),
                Event::Done { job: done } if done == job => break,
                Event::Failed { error, .. } => panic!("{error}"),
                _ => {}
            }
        }
        pictures
    };
    let eight = pictures(0, 8);
    assert_eq!(eight.len(), 8);
    for seed in [0, 3, 7] {
        assert!(pictures(seed, 1)[0] == eight[seed as usize], "seed {seed}");
    }
}
