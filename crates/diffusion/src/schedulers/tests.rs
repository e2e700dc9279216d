use burn::tensor::{Device, TensorData};

use super::*;

const BETAS: &str = r#""beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012"#;

fn config(class: &str, options: &str) -> SchedulerConfig {
    SchedulerConfig::from_json(&format!(r#"{{"_class_name": "{class}", {BETAS}{options}}}"#)).unwrap()
}

fn scheduler(config: &SchedulerConfig, sampler: Option<SamplerName>, steps: usize) -> Scheduler {
    let mut scheduler = Scheduler::from_config(config, sampler).unwrap();
    scheduler.set_timesteps(steps).unwrap();
    scheduler
}

fn tensor(values: [f32; 4]) -> Tensor<4> {
    Tensor::from_data(TensorData::new(values.to_vec(), [1, 1, 2, 2]), &Device::flex())
}

fn values(tensor: Tensor<4>) -> Vec<f32> {
    tensor.try_into_data().unwrap().try_to_vec().unwrap()
}

/// A model of a data set with one picture: it knows the noise in any sample exactly.
fn exact_noise(scheduler: &Scheduler, sample: Tensor<4>, picture: Tensor<4>, step: usize) -> Tensor<4> {
    let (with_picture, noise_only) = (
        scheduler
            .add_noise(picture.clone(), picture.zeros_like(), step)
            .unwrap(),
        scheduler
            .add_noise(picture.zeros_like(), picture.ones_like(), step)
            .unwrap(),
    );
    (sample - with_picture) / noise_only
}

#[test]
fn every_sampler_ends_on_the_only_picture_there_is() {
    let picture = tensor([0.5, -0.25, 1.0, 0.0]);
    for sampler in SamplerName::OFFERED.into_iter().chain([SamplerName::Pndm]) {
        let config = config("DDIMScheduler", r#", "clip_sample": false, "set_alpha_to_one": true"#);
        let mut scheduler = scheduler(&config, Some(sampler), 8);
        let noise = tensor([0.3, -1.2, 0.8, -0.1]);
        let mut sample = noise.clone().mul_scalar(scheduler.init_noise_sigma());
        for step in 0..scheduler.timesteps().len() {
            let model_output = exact_noise(&scheduler, sample.clone(), picture.clone(), step);
            let fresh = scheduler.needs_noise(step).then(|| noise.clone());
            let output = scheduler.step(model_output, step, sample, fresh).unwrap();
            sample = output.prev_sample;
        }
        let error = values(sample - picture.clone())
            .into_iter()
            .fold(0.0, |most: f32, error| most.max(error.abs()));
        assert!(error < 2e-2, "{sampler} ends {error} away");
    }
}

#[test]
fn timesteps_are_those_of_diffusers() {
    let spaced = |class, spacing, offset| {
        let options = format!(r#", "timestep_spacing": "{spacing}", "steps_offset": {offset}, "skip_prk_steps": true"#);
        scheduler(&config(class, &options), None, 4).timesteps().to_vec()
    };
    assert_eq!(spaced("DDIMScheduler", "leading", 1), [751.0, 501.0, 251.0, 1.0]);
    assert_eq!(spaced("DDIMScheduler", "trailing", 1), [999.0, 749.0, 499.0, 249.0]);
    assert_eq!(
        spaced("EulerDiscreteScheduler", "linspace", 0),
        [999.0, 666.0, 333.0, 0.0]
    );
    assert_eq!(
        spaced("DPMSolverMultistepScheduler", "linspace", 0),
        [999.0, 749.0, 500.0, 250.0]
    );
    assert_eq!(
        spaced("UniPCMultistepScheduler", "leading", 1),
        [801.0, 601.0, 401.0, 201.0]
    );
    assert_eq!(spaced("PNDMScheduler", "leading", 1), [751.0, 501.0, 501.0, 251.0, 1.0]);
    assert_eq!(spaced("LCMScheduler", "leading", 0), [999.0, 759.0, 499.0, 259.0]);
}

#[test]
fn another_sampler_takes_its_own_defaults_for_what_the_folder_does_not_say() {
    let bare = config("DDIMScheduler", "");
    assert_eq!(scheduler(&bare, None, 2).timesteps(), [500.0, 0.0]);
    assert_eq!(scheduler(&bare, Some(SamplerName::Euler), 2).timesteps(), [999.0, 0.0]);
    let said = config("DDIMScheduler", r#", "timestep_spacing": "leading", "steps_offset": 1"#);
    assert_eq!(scheduler(&said, Some(SamplerName::Euler), 2).timesteps(), [501.0, 1.0]);
}

#[test]
fn karras_sigmas_follow_the_samplers_name() {
    let karras = config("DPMSolverMultistepScheduler", r#", "use_karras_sigmas": true"#);
    let timesteps = |sampler| scheduler(&karras, sampler, 5).timesteps().to_vec();
    assert_eq!(timesteps(None), timesteps(Some(SamplerName::DpmppTwoMKarras)));
    assert_ne!(timesteps(None), timesteps(Some(SamplerName::DpmppTwoM)));
}

#[test]
fn zero_terminal_snr_starts_from_noise_alone() {
    let options =
        r#", "rescale_betas_zero_snr": true, "timestep_spacing": "trailing", "prediction_type": "v_prediction""#;
    let config = config("DDIMScheduler", options);
    let ddim = scheduler(&config, None, 5);
    let (picture, noise) = (tensor([1.0; 4]), tensor([0.1, 0.2, 0.3, 0.4]));
    assert_eq!(
        values(ddim.add_noise(picture, noise.clone(), 0).unwrap()),
        values(noise)
    );
    assert_eq!(ddim.log_snr().last(), Some(&f32::NEG_INFINITY));
    let euler = scheduler(&config, Some(SamplerName::Euler), 5);
    assert!((euler.init_noise_sigma() - 4096.0).abs() < 1.0);
}

#[test]
fn options_that_are_not_computed_are_refused_by_name() {
    for (class, option, value) in [
        ("DDIMScheduler", "thresholding", "true"),
        ("EulerDiscreteScheduler", "use_beta_sigmas", "true"),
        ("EulerDiscreteScheduler", "use_exponential_sigmas", "true"),
        ("EulerDiscreteScheduler", "interpolation_type", r#""log_linear""#),
        ("EulerAncestralDiscreteScheduler", "prediction_type", r#""sample""#),
        ("DPMSolverMultistepScheduler", "algorithm_type", r#""sde-dpmsolver++""#),
        ("DPMSolverMultistepScheduler", "solver_type", r#""heun""#),
        ("DPMSolverMultistepScheduler", "solver_order", "3"),
        ("DPMSolverMultistepScheduler", "use_lu_lambdas", "true"),
        ("DPMSolverMultistepScheduler", "use_flow_sigmas", "true"),
        ("DPMSolverMultistepScheduler", "variance_type", r#""learned""#),
        ("UniPCMultistepScheduler", "solver_type", r#""bh1""#),
        ("UniPCMultistepScheduler", "predict_x0", "false"),
        ("UniPCMultistepScheduler", "lower_order_final", "false"),
        ("LCMScheduler", "thresholding", "true"),
        ("PNDMScheduler", "skip_prk_steps", "false"),
    ] {
        let error = Scheduler::from_config(&config(class, &format!(r#", "{option}": {value}"#)), None).unwrap_err();
        let expected = format!("{class} with `{option}` = {value} is not supported; choose another sampler");
        assert_eq!(error.to_string(), expected);
    }
    let error = Scheduler::from_config(&config("HeunDiscreteScheduler", ""), None).unwrap_err();
    assert_eq!(error, SchedulerError::UnknownClass("HeunDiscreteScheduler".to_owned()));
    assert!(Scheduler::from_config(&config("HeunDiscreteScheduler", ""), Some(SamplerName::Ddim)).is_ok());
    let error = Scheduler::from_config(&config("DDIMScheduler", r#", "prediction_type": "flow""#), None).unwrap_err();
    assert!(matches!(error, SchedulerError::InvalidConfig(_)));
}

#[test]
fn options_of_other_classes_and_inert_ones_are_ignored() {
    let options =
        r#", "thresholding": true, "dynamic_thresholding_ratio": 0.9, "solver_type": "heun", "unheard_of": [1]"#;
    assert!(Scheduler::from_config(&config("EulerDiscreteScheduler", options), None).is_ok());
}

#[test]
fn impossible_numbers_of_steps_are_refused() {
    for sampler in SamplerName::OFFERED {
        let mut scheduler = Scheduler::from_config(&config("DDIMScheduler", ""), Some(sampler)).unwrap();
        for steps in [0, 1001] {
            assert!(
                matches!(scheduler.set_timesteps(steps), Err(SchedulerError::StepCount { .. })),
                "{sampler} {steps}"
            );
        }
        scheduler.set_timesteps(1).unwrap();
        assert_eq!(scheduler.timesteps().len(), 1);
    }
    let mut lcm = Scheduler::from_config(&config("LCMScheduler", ""), None).unwrap();
    let message = lcm.set_timesteps(51).unwrap_err().to_string();
    assert_eq!(
        message,
        "51 steps are not possible with LCMScheduler; choose between 1 and 50"
    );
}

#[test]
fn steps_must_come_in_order_and_with_their_noise() {
    let mut euler_a = scheduler(&config("DDIMScheduler", ""), Some(SamplerName::EulerA), 3);
    let sample = || tensor([0.1; 4]);
    let wrong = euler_a.step(sample(), 1, sample(), Some(sample())).unwrap_err();
    assert_eq!(wrong, SchedulerError::OutOfOrder { expected: 0, found: 1 });
    let without = euler_a.step(sample(), 0, sample(), None).unwrap_err();
    assert!(matches!(without, SchedulerError::MissingNoise { step_index: 0, .. }));
    assert!(euler_a.step(sample(), 3, sample(), None).is_err());
    euler_a.begin_at(2).unwrap();
    assert!(!euler_a.needs_noise(2));
    assert!(euler_a.step(sample(), 2, sample(), None).is_ok());
    let unset = Scheduler::from_config(&config("DDIMScheduler", ""), None).unwrap();
    assert_eq!(
        unset.scale_model_input(sample(), 0).unwrap_err(),
        SchedulerError::NoSuchStep {
            step_index: 0,
            steps: 0
        }
    );
}

#[test]
fn clip_sample_limits_the_predicted_picture() {
    let step = |options: &str| {
        let mut ddim = scheduler(&config("DDIMScheduler", options), None, 2);
        values(
            ddim.step(tensor([0.0; 4]), 0, tensor([9.0; 4]), None)
                .unwrap()
                .pred_original_sample,
        )
    };
    assert_eq!(step(""), [1.0; 4]);
    assert_eq!(step(r#", "clip_sample_range": 2.5"#), [2.5; 4]);
    assert!(step(r#", "clip_sample": false"#)[0] > 9.0);
}

#[test]
fn rescaled_guidance_has_the_deviation_of_the_text_prediction() {
    let (guided, text) = (tensor([4.0, -4.0, 8.0, -8.0]), tensor([1.0, -1.0, 2.0, -2.0]));
    assert_eq!(
        values(rescale_noise_cfg(guided.clone(), text.clone(), 1.0)),
        [1.0, -1.0, 2.0, -2.0]
    );
    assert_eq!(values(rescale_noise_cfg(guided, text, 0.0)), [4.0, -4.0, 8.0, -8.0]);
}
