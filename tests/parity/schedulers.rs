//! Every scheduler, driven by the fake model of `writers/schedulers.py`, against diffusers.

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::schedulers::{Scheduler, SchedulerConfig, SchedulerError, rescale_noise_cfg};
use serde_json::Value;

use crate::fixture::{Fixture, largest_difference, values};

/// Of values above 1, relative to their size: with a zero terminal SNR, Euler's samples start at 4096.
const TOLERANCE: f32 = 1e-5;

/// The scheduler of a case: made from its own options, or from a folder's configuration and a sampler's name.
fn scheduler(case: &Value, folders: &Value) -> Result<Scheduler, SchedulerError> {
    let read = |config: &Value| SchedulerConfig::from_json(&config.to_string()).unwrap();
    match (case["folder"].as_str(), case["sampler"].as_str()) {
        (Some(folder), Some(sampler)) => Scheduler::from_config(&read(&folders[folder]), Some(sampler.parse()?)),
        _ => Scheduler::from_config(
            &read(&case["config"]).with_class_name(case["scheduler"].as_str().unwrap()),
            None,
        ),
    }
}

/// `0.3 cos(i) x + 0.1 sin(i + k)` at element k of step i.
fn fake_model(sample: Tensor<4>, step: usize) -> Tensor<4> {
    let shape = sample.dims();
    let wave = (0..shape.iter().product())
        .map(|element: usize| 0.1 * ((element + step) as f32).sin())
        .collect::<Vec<_>>();
    let wave = Tensor::from_data(TensorData::new(wave, shape), &sample.device());
    sample.mul_scalar((0.3 * (step as f64).cos()) as f32) + wave
}

/// What one run gave, step after step.
#[derive(Default)]
struct Run {
    start: Vec<f32>,
    scaled_input: Vec<f32>,
    prev_sample: Vec<f32>,
    pred_original_sample: Vec<f32>,
}

fn run(fixture: &Fixture, case: &Value, scheduler: &mut Scheduler) -> Run {
    let (device, name) = (Device::flex(), case["name"].as_str().unwrap());
    let steps = case["steps"].as_u64().unwrap() as usize;
    let begin = case["strength"]
        .as_f64()
        .map_or(0, |strength| steps - ((steps as f64 * strength) as usize).min(steps));
    scheduler.set_timesteps(steps).unwrap();
    scheduler.begin_at(begin).unwrap();
    let noise = fixture.tensor::<4>("input.sample", &device);
    let mut sample = if case["strength"].is_null() {
        noise.mul_scalar(scheduler.init_noise_sigma())
    } else {
        let original = fixture.tensor("input.original", &device);
        scheduler.add_noise(original, noise, begin).unwrap()
    };
    let mut run = Run {
        start: values(sample.clone()),
        ..Run::default()
    };
    let fresh = fixture
        .has(&format!("{name}.noise"))
        .then(|| fixture.tensor::<4>(&format!("{name}.noise"), &device));
    for (taken, step) in (begin..scheduler.timesteps().len()).enumerate() {
        let input = scheduler.scale_model_input(sample.clone(), step).unwrap();
        run.scaled_input.extend(values(input.clone()));
        let fresh = fresh.clone().map(|fresh| fresh.narrow(0, taken, 1));
        let output = scheduler.step(fake_model(input, taken), step, sample, fresh).unwrap();
        run.prev_sample.extend(values(output.prev_sample.clone()));
        run.pred_original_sample.extend(values(output.pred_original_sample));
        sample = output.prev_sample;
    }
    run
}

/// Runs every case of a file.
fn check(file: &str) {
    let fixture = Fixture::open(&format!("schedulers/{file}.safetensors"));
    let config = fixture.config();
    let cases = config["cases"].as_array().unwrap();
    assert!(cases.len() > 8);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let mut scheduler = scheduler(case, &config["configs"]).unwrap();
        let run = run(&fixture, case, &mut scheduler);
        let compare = |what: &str, found: &[f32]| {
            let expected = format!("{name}.{what}");
            if fixture.has(&expected) {
                let difference = largest_difference(found, &fixture.values(&expected));
                assert!(difference <= TOLERANCE, "{file}: {expected}: {difference:e}");
            }
        };
        let begin = scheduler.timesteps().len() - fixture.values(&format!("{name}.timesteps")).len();
        compare("timesteps", &scheduler.timesteps()[begin..]);
        compare("init_noise_sigma", &[scheduler.init_noise_sigma()]);
        compare("start", &run.start);
        compare("scaled_input", &run.scaled_input);
        compare("pred_original_sample", &run.pred_original_sample);
        compare("prev_sample", &run.prev_sample);
    }
    for case in config["skipped"].as_array().unwrap() {
        // What diffusers has not implemented is refused here, too.
        assert!(
            scheduler(case, &config["configs"]).is_err() || case["reason"] == "not finite",
            "{case}"
        );
    }
}

#[test]
fn ddim() {
    check("ddim");
}

#[test]
fn euler() {
    check("euler");
}

#[test]
fn euler_ancestral() {
    check("euler_a");
}

#[test]
fn dpm_solver_multistep() {
    check("dpmpp_2m");
}

#[test]
fn dpm_solver_multistep_with_karras_sigmas() {
    check("dpmpp_2m_karras");
}

#[test]
fn unipc() {
    check("unipc");
}

#[test]
fn lcm() {
    check("lcm");
}

/// Each published folder's configuration made into each sampler.
#[test]
fn from_config() {
    check("from_config");
}

#[test]
fn noise_schedules() {
    let fixture = Fixture::open("schedulers/betas.safetensors");
    let (config, device) = (fixture.config(), Device::flex());
    let numbers = |value: &Value| {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_u64().unwrap() as usize)
            .collect::<Vec<_>>()
    };
    let (indices, timesteps) = (numbers(&config["indices"]), numbers(&config["add_noise_timesteps"]));
    for case in config["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let config = SchedulerConfig::from_json(&case["config"].to_string())
            .unwrap()
            .with_class_name("DDIMScheduler");
        let mut scheduler = Scheduler::from_config(&config, None).unwrap();
        let found: Vec<f32> = indices.iter().map(|index| scheduler.alphas_cumprod()[*index]).collect();
        let difference = largest_difference(&found, &fixture.values(&format!("{name}.alphas_cumprod")));
        assert!(difference <= 1e-7, "{name}: {difference:e}");
        // With one step for each training timestep, step i is at timestep 999 - i.
        scheduler.set_timesteps(1000).unwrap();
        let found = timesteps.iter().flat_map(|timestep| {
            let (original, noise) = (
                fixture.tensor("input.original", &device),
                fixture.tensor("input.noise", &device),
            );
            values(scheduler.add_noise(original, noise, 999 - timestep).unwrap())
        });
        let difference = largest_difference(
            &found.collect::<Vec<_>>(),
            &fixture.values(&format!("{name}.add_noise")),
        );
        assert!(difference <= 1e-6, "{name}: {difference:e}");
    }
}

#[test]
fn trained_betas() {
    let fixture = Fixture::open("schedulers/betas.safetensors");
    let expected = fixture.values("trained_betas.alphas_cumprod");
    // numpy.linspace(1e-4, 0.02, 10) in f32.
    let betas: Vec<f32> = (0..10)
        .map(|index| (1e-4 + f64::from(index) * (0.02 - 1e-4) / 9.0) as f32)
        .collect();
    let config = serde_json::json!({ "trained_betas": betas, "num_train_timesteps": 10 });
    let config = SchedulerConfig::from_json(&config.to_string())
        .unwrap()
        .with_class_name("DDIMScheduler");
    let scheduler = Scheduler::from_config(&config, None).unwrap();
    assert!(largest_difference(scheduler.alphas_cumprod(), &expected) <= 1e-7);
}

#[test]
fn guidance_rescale() {
    let fixture = Fixture::open("schedulers/rescale_noise_cfg.safetensors");
    let device = Device::flex();
    for rescale in fixture.config()["guidance_rescale"].as_array().unwrap() {
        let guided = fixture.tensor("input.noise_cfg", &device);
        let text = fixture.tensor("input.noise_pred_text", &device);
        let found = values(rescale_noise_cfg(guided, text, rescale.as_f64().unwrap() as f32));
        let difference = largest_difference(&found, &fixture.values(&format!("output.{rescale}")));
        assert!(difference <= 1e-6, "{rescale}: {difference:e}");
    }
}
