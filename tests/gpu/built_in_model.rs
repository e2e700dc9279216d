//! The built-in model's parts and a two-step picture, against the CPU and against python diffusers.

use std::ops::ControlFlow;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::kernels::counters::{Kernel, runs};
use diffusion::noise::TorchGenerator;
use diffusion::pipeline::{LoadOptions, MemoryPlan, ModelFolder, Outcome, Pipeline, Sampling, Transparency};
use diffusion::unet::UNetInputs;
use diffusion::weights::Precision;

use crate::adapter::with_gpu;
use crate::expected::{self, largest_difference};

/// Of the U-Net's and the decoder's output, whose values are about 1.
const TOLERANCE: f32 = 2e-3;

fn load(device: &Device) -> Pipeline {
    load_from(&expected::model(), device)
}

fn load_from(folder: &Path, device: &Device) -> Pipeline {
    let options = LoadOptions {
        precision: Precision::F32,
        memory: MemoryPlan::for_memory(4 << 30, 16, 8),
    };
    Pipeline::load(&ModelFolder::open(folder).unwrap(), device, &options, &mut |_| {}).unwrap()
}

fn randn(shape: [usize; 4], seed: u64, device: &Device) -> Tensor<4> {
    let values = TorchGenerator::manual_seed(seed).randn(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn values(tensor: Tensor<4>) -> Vec<f32> {
    tensor.try_into_data().unwrap().try_to_vec().unwrap()
}

fn denoise(device: &Device) -> Vec<f32> {
    let mut pipeline = load(device);
    let prompts = pipeline.encode_prompts(&["", "3d sticker: cat face"]).unwrap();
    let inputs = UNetInputs {
        timesteps: vec![500.0; 2],
        encoder_hidden_states: prompts.hidden_states,
        timestep_cond: None,
        added_cond: None,
    };
    values(pipeline.unet().forward(randn([2, 8, 16, 16], 1, device), &inputs))
}

#[test]
fn denoiser() {
    with_gpu(|gpu| {
        let before = runs(Kernel::GroupNormGpu);
        let found = denoise(gpu);
        assert!(runs(Kernel::GroupNormGpu) > before, "the kernel is the default path");
        let (from_cpu, from_python) = (denoise(&Device::flex()), expected::values("unet.output"));
        let (cpu, python) = (
            largest_difference(&found, &from_cpu),
            largest_difference(&found, &from_python),
        );
        println!("U-Net: {cpu:.1e} from the CPU, {python:.1e} from python");
        assert!(
            cpu <= TOLERANCE && python <= TOLERANCE,
            "{cpu:e} from the CPU, {python:e} from python"
        );
    });
}

#[test]
fn decoder() {
    with_gpu(|gpu| {
        let decode = |device: &Device| values(load(device).decode(randn([1, 8, 16, 16], 2, device)));
        let found = decode(gpu);
        let cpu = largest_difference(&found, &decode(&Device::flex()));
        let rows = found.chunks_exact(128).step_by(4);
        let sampled: Vec<f32> = rows.flat_map(|row| row.iter().step_by(4).copied()).collect();
        let python = largest_difference(&sampled, &expected::values("decode.rgba_stride_4"));
        println!("decoder: {cpu:.1e} from the CPU, {python:.1e} from python");
        assert!(
            cpu <= TOLERANCE && python <= TOLERANCE,
            "{cpu:e} from the CPU, {python:e} from python"
        );
    });
}

fn job(prompt: &str, seeds: impl IntoIterator<Item = u64>, side: u32) -> Sampling {
    Sampling {
        prompt: prompt.to_owned(),
        negative_prompt: String::new(),
        seeds: seeds.into_iter().collect(),
        num_inference_steps: 2,
        guidance_scale: 4.0,
        guidance_rescale: 0.0,
        sampler: None,
        width: side,
        height: side,
        init: None,
        transparent: Transparency::Auto,
    }
}

/// The bytes of all pictures, made together.
fn make(pipeline: &mut Pipeline, job: &Sampling) -> Vec<Vec<u8>> {
    match pipeline.generate(job, &mut |_| ControlFlow::Continue(())).unwrap() {
        Outcome::Done(stickers) => stickers.into_iter().map(|sticker| sticker.picture.rgba).collect(),
        Outcome::Cancelled => panic!("nobody cancelled it"),
    }
}

fn largest_byte_difference(found: &[u8], expected: &[u8]) -> u8 {
    assert_eq!(found.len(), expected.len());
    let differences = found
        .iter()
        .zip(expected)
        .map(|(found, expected)| found.abs_diff(*expected));
    differences.max().unwrap()
}

#[test]
fn picture_of_two_steps() {
    with_gpu(|gpu| {
        let (mut pipeline, job) = (load(gpu), job("3d sticker: cat face", [7], 128));
        let first = make(&mut pipeline, &job);
        // The fixture keeps every second row and column.
        let rows = first[0].chunks_exact(4 * 128).step_by(2);
        let found: Vec<u8> = rows
            .flat_map(|row| row.chunks_exact(4).step_by(2).flatten().copied())
            .collect();
        let difference = largest_byte_difference(&found, &expected::bytes("two_steps.picture"));
        println!("two steps: {difference} of 255");
        assert!(difference <= 2, "{difference}");
        assert!(
            make(&mut pipeline, &job) == first,
            "the same seed gives the same pixels again"
        );
    });
}

/// On a tiny model, because eight pictures of the built-in one take a software driver minutes.
#[test]
fn a_picture_alone_and_among_eight() {
    with_gpu(|gpu| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/fixtures/folders/tiny-sd2-v");
        let mut pipeline = load_from(&folder, gpu);
        let eight = Sampling {
            transparent: Transparency::Off,
            ..job("a cat", 0..8, 16)
        };
        let among = make(&mut pipeline, &eight);
        for seed in [0, 5] {
            let alone = Sampling {
                seeds: vec![seed],
                ..eight.clone()
            };
            let alone = make(&mut pipeline, &alone);
            let difference = largest_byte_difference(&alone[0], &among[seed as usize]);
            println!("seed {seed} alone and among eight: {difference} of 255");
            assert!(difference <= 1, "seed {seed}: {difference}");
        }
    });
}
