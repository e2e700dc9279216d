//! Times a training step of the built-in U-Net on the CPU: mean squared error, forward, backward, every gradient read.
//!
//! `tests/bench/torch_lora_step.py` writes the case, runs this beside PyTorch and compares; its file holds the inputs
//! `sample`, `timesteps`, `context`, `target`, adapters as `LAYER.lora_A` and `LAYER.lora_B` (none: the weights are trained) and
//! PyTorch's `loss` and gradients as `grad:NAME`.
//!
//!     bench_lora_step CASE.safetensors STEPS

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use diffusion::nn::{Layer, LoraConv2d, LoraLinear, VisitLayers};
use diffusion::unet::{UNet2DConditionModel, UNetConfig, UNetInputs};
use diffusion::weights::{Precision, SafetensorsFile, TensorSource, build};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .ok_or("usage: bench_lora_step CASE.safetensors STEPS")?;
    let steps = arguments.next().map_or(Ok(5), |steps| steps.parse())?;
    let mut outcome = Err("the pool did not run the benchmark".into());
    // Inside the pool, as the studio's own work: a kernel called from outside of it waits for a thread to wake up.
    rayon::scope(|scope| scope.spawn(|_| outcome = bench(Path::new(&path), steps)));
    outcome
}

/// What a step is given.
struct Case {
    sample: Tensor<4>,
    target: Tensor<4>,
    inputs: UNetInputs,
}

fn bench(path: &Path, steps: usize) -> Outcome<()> {
    let device = Device::flex().autodiff();
    let file = SafetensorsFile::open(path)?;
    let mut unet = load(&device)?;
    let is_full = attach(&mut unet, &file, &device)? == 0;
    let case = Case {
        sample: tensor(&file, "sample", &device)?,
        target: tensor(&file, "target", &device)?,
        inputs: UNetInputs {
            timesteps: values(&file, "timesteps")?.0,
            encoder_hidden_states: tensor(&file, "context", &device)?,
            timestep_cond: None,
            added_cond: None,
        },
    };
    let mut times = Vec::new();
    let mut result = (0.0, BTreeMap::new());
    // The first step warms up.
    let mut busy = 0.0;
    for index in 0..=steps {
        if index == 1 {
            busy = processor_ms()?;
        }
        let start = Instant::now();
        let next = step(&mut unet, &case, is_full)?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
        if times.len() > 1 && result != next {
            return Err("a repeated step gave other bits".into());
        }
        result = next;
    }
    let busy = (processor_ms()? - busy) / f64::from(u32::try_from(steps)?);
    times.remove(0);
    times.sort_by(f64::total_cmp);
    let (loss, gradients) = result;
    let expected = values(&file, "loss")?.0[0];
    println!(
        "{{\"ms\": {:.2}, \"fastest_ms\": {:.2}, \"processor_ms\": {busy:.1}, \"peak_rss_mb\": {:.1}, \"loss_difference\": {:.2e}, \"gradients\": {}, \"gradient_difference\": {:.2e}}}",
        times[times.len() / 2],
        times[0],
        peak_rss_mb()?,
        (loss - expected).abs() / expected,
        gradients.len(),
        largest_difference(&file, &gradients)?,
    );
    Ok(())
}

fn load(device: &Device) -> Outcome<UNet2DConditionModel> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/model/unet");
    let config = UNetConfig::open(&folder.join("config.json"))?;
    let file = SafetensorsFile::open(&folder.join("diffusion_pytorch_model.safetensors"))?;
    let (unet, _) = build(&file, "", device, Precision::F32, |weights| {
        UNet2DConditionModel::new(&config, weights)
    })?;
    Ok(unet)
}

/// Adds the file's adapters and freezes the rest; their number.
fn attach(unet: &mut UNet2DConditionModel, file: &SafetensorsFile, device: &Device) -> Outcome<usize> {
    if !file.names().iter().any(|name| name.ends_with(".lora_A")) {
        return Ok(0);
    }
    *unet = unet.clone().no_grad();
    let (mut attached, mut failure) = (0, None);
    unet.visit_layers("", &mut |path, layer| {
        let [a, b] = ["lora_A", "lora_B"].map(|name| format!("{path}.{name}"));
        if !file.names().contains(&a) {
            return;
        }
        attached += 1;
        match adapter(layer, file, [&a, &b], device) {
            Ok(()) => {}
            Err(error) => failure = Some(error),
        }
    });
    failure.map_or(Ok(attached), Err)
}

fn adapter(layer: Layer<'_>, file: &SafetensorsFile, [a, b]: [&str; 2], device: &Device) -> Outcome<()> {
    match layer {
        Layer::Linear(linear) => linear.lora.push(LoraLinear {
            down: Param::from_tensor(tensor(file, a, device)?),
            up: Param::from_tensor(tensor(file, b, device)?),
            scale: 1.0,
        }),
        Layer::Conv2d(conv) => conv.lora.push(LoraConv2d {
            down: Param::from_tensor(tensor(file, a, device)?),
            up: Param::from_tensor(tensor(file, b, device)?),
            scale: 1.0,
        }),
    }
    Ok(())
}

type Gradients = BTreeMap<String, Vec<f32>>;

/// The loss and the gradients by name.
fn step(unet: &mut UNet2DConditionModel, case: &Case, is_full: bool) -> Outcome<(f32, Gradients)> {
    let prediction = unet.forward(case.sample.clone(), &case.inputs);
    let loss = (prediction - case.target.clone()).powi_scalar(2).mean();
    let gradients = loss.backward();
    let mut read = BTreeMap::new();
    let mut add = |name: String, data: Option<TensorData>| {
        read.insert(name, data.and_then(|data| data.try_to_vec().ok()).unwrap_or_default());
    };
    unet.visit_layers("", &mut |path, layer| match layer {
        Layer::Linear(linear) => {
            if is_full {
                let gradient = linear.weight.val().grad(&gradients);
                add(
                    format!("{path}.weight"),
                    gradient.and_then(|it| it.try_into_data().ok()),
                );
            }
            for branch in &linear.lora {
                let [a, b] = [&branch.down, &branch.up].map(|it| it.val().grad(&gradients));
                add(format!("{path}.lora_A"), a.and_then(|it| it.try_into_data().ok()));
                add(format!("{path}.lora_B"), b.and_then(|it| it.try_into_data().ok()));
            }
        }
        Layer::Conv2d(conv) => {
            if is_full {
                let gradient = conv.weight.val().grad(&gradients);
                add(
                    format!("{path}.weight"),
                    gradient.and_then(|it| it.try_into_data().ok()),
                );
            }
            for branch in &conv.lora {
                let [a, b] = [&branch.down, &branch.up].map(|it| it.val().grad(&gradients));
                add(format!("{path}.lora_A"), a.and_then(|it| it.try_into_data().ok()));
                add(format!("{path}.lora_B"), b.and_then(|it| it.try_into_data().ok()));
            }
        }
    });
    Ok((loss.try_into_scalar::<f32>()?, read))
}

/// The largest difference of a gradient from PyTorch's, relative to the largest element of that gradient.
fn largest_difference(file: &SafetensorsFile, gradients: &Gradients) -> Outcome<f32> {
    let mut most: f32 = 0.0;
    for (name, found) in gradients {
        let (expected, _) = values(file, &format!("grad:{name}"))?;
        if expected.len() != found.len() {
            return Err(format!(
                "the gradient of {name} has {} elements, not {}",
                found.len(),
                expected.len()
            )
            .into());
        }
        let scale = expected
            .iter()
            .fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs()));
        let differences = expected
            .iter()
            .zip(found)
            .map(|(expected, found)| (expected - found).abs() / scale);
        let worst = differences.fold(0.0, |most: f32, it| if it <= most { most } else { it });
        if std::env::var_os("VERBOSE").is_some() {
            println!("{worst:.2e} {scale:.2e} {name}");
        }
        most = if worst <= most { most } else { worst };
    }
    Ok(most)
}

fn values(file: &SafetensorsFile, name: &str) -> Outcome<(Vec<f32>, Vec<usize>)> {
    let shape = file.shape(name, &[]).ok_or_else(|| format!("the case has no {name}"))?;
    Ok((file.read(name, &shape)?, shape))
}

fn tensor<const D: usize>(file: &SafetensorsFile, name: &str, device: &Device) -> Outcome<Tensor<D>> {
    let (values, shape) = values(file, name)?;
    Ok(Tensor::from_data(TensorData::new(values, shape), device))
}

/// Processor time of all threads of this process so far, from /proc/self/stat (in hundredths of a second).
fn processor_ms() -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(") ").ok_or("/proc/self/stat has no name")?;
    let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? * 10.0)
}

/// VmHWM: the most memory this process ever had in RAM.
fn peak_rss_mb() -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("no VmHWM")?;
    Ok(line.split_whitespace().next().ok_or("no VmHWM")?.parse::<f64>()? / 1024.0)
}
