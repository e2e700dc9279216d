//! The custom kernels are the default path: they are what a whole forward pass of the built-in model runs.

use std::path::Path;
use std::sync::PoisonError;

use burn::tensor::{Device, Tensor};
use diffusion::kernels::counters::{Kernel, runs};
use diffusion::pipeline::{LoadOptions, MemoryPlan, ModelFolder, Pipeline};
use diffusion::unet::UNetInputs;
use diffusion::weights::Precision;

use crate::comparison::ALONE;

/// Runs of a kernel during `work`.
fn during(kernels: &[Kernel], work: impl FnOnce()) -> Vec<u64> {
    let before: Vec<_> = kernels.iter().map(|kernel| runs(*kernel)).collect();
    work();
    let after = kernels.iter().map(|kernel| runs(*kernel));
    after.zip(before).map(|(after, before)| after - before).collect()
}

#[test]
fn the_built_in_model_runs_on_the_custom_kernels() {
    let _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/model");
    let options = LoadOptions {
        precision: Precision::F32,
        memory: MemoryPlan::CPU,
    };
    let device = Device::flex();
    let folder = ModelFolder::open(&folder).unwrap();
    let pipeline = Pipeline::load(&folder, &device, &options, &mut |_| {}).unwrap();
    let inputs = UNetInputs {
        timesteps: vec![500.0],
        encoder_hidden_states: Tensor::ones([1, 24, 192], &device),
        timestep_cond: None,
        added_cond: None,
    };
    let kernels = [
        Kernel::GroupNormCpu,
        Kernel::LayerNormCpu,
        Kernel::GegluCpu,
        Kernel::AttentionCpu,
        Kernel::Conv2dCpu,
        Kernel::LinearCpu,
    ];
    // Three levels of one layer (two on the way up), two of them with transformers, and the middle.
    let (resnets, transformers) = (3 + 2 + 6, 2 + 1 + 4);
    let norms = 2 * resnets + transformers + 1;
    // Where the channels change there is a shortcut: two on the way down, all on the way up. Two levels are resampled.
    let convolutions = 2 * resnets + (2 + 6) + 2 * 2 + 2 * transformers + 2;
    let linears = 2 + resnets + 10 * transformers;
    let counts = during(&kernels, || {
        let latents = Tensor::ones([1, 8, 16, 16], &device);
        pipeline.unet().forward(latents, &inputs);
    });
    let attentions = 2 * transformers;
    assert_eq!(
        counts,
        [norms, 3 * transformers, transformers, attentions, convolutions, linears]
    );
    let counts = during(&kernels, || {
        pipeline.decode(Tensor::ones([1, 8, 16, 16], &device));
    });
    assert!(
        counts[0] > 0 && counts[4] > 0,
        "the decoder normalises and convolves with the kernels: {counts:?}"
    );
}
