//! Trainings of a few steps on the built-in model.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::pipeline::ModelFolder;
use diffusion::weights::Precision;
use image::{Rgba, RgbaImage};

mod parity;

use super::cache::values;
use super::*;
use crate::data::{DataSet, Example, PictureSource};
use crate::objective::{Mix, Objective};

fn built_in() -> ModelFolder {
    ModelFolder::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/model")).unwrap()
}

/// Round stickers of different colours, one for each caption.
fn set(captions: &[&str], hue: u8) -> DataSet {
    let examples = captions.iter().enumerate().map(|(place, caption)| {
        let radius = 20.0 + 4.0 * place as f32;
        let picture = RgbaImage::from_fn(96, 96, |x, y| {
            let distance = (x as f32 - 48.0).hypot(y as f32 - 48.0);
            let colour = [hue, 255 - hue, (40 * place) as u8];
            Rgba([colour[0], colour[1], colour[2], if distance < radius { 255 } else { 0 }])
        });
        let mut png = Vec::new();
        picture
            .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
            .unwrap();
        Example {
            name: format!("{place}.png"),
            picture: PictureSource::Bytes(Arc::from(png)),
            caption: (*caption).to_owned(),
            bucket: None,
        }
    });
    DataSet {
        examples: examples.collect(),
    }
}

fn sets() -> TrainingSets {
    TrainingSets {
        content: set(&["cat", "dog", "red heart", "pizza", "ghost"], 30),
        style: set(&["frog", "cake", "tree", "star"], 220),
    }
}

fn quick() -> TrainingConfig {
    TrainingConfig {
        steps: 6,
        batch_size: 2,
        rank: 4,
        warmup_steps: 2,
        targets: vec![LoraTargets::Attention],
        ..TrainingConfig::default()
    }
}

fn run(folder: &Path, config: TrainingConfig) -> Run {
    Run {
        folder: folder.join("run"),
        cache: folder.join("cache"),
        model: built_in(),
        model_sha256: "built-in".to_owned(),
        config,
        sets: sets(),
        validation: Validation::default(),
        checkpoint_every: 2,
        started_at: 1_700_000_000,
    }
}

fn train(run: &Run, stop_at: Option<u64>) -> Result<Ended, TrainingError> {
    run.train(&Device::flex(), Precision::F32, &mut |progress| match progress {
        Progress::Steps { .. } if stop_at.is_some() => {
            if std::fs::read_to_string(run.folder.join("log.jsonl"))
                .unwrap_or_default()
                .is_empty()
            {
                Control::Continue
            } else {
                Control::Pause
            }
        }
        _ => Control::Continue,
    })
}

fn adapter(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("run/adapter.safetensors")).unwrap()
}

#[test]
fn a_training_that_is_paused_and_killed_ends_with_the_same_bits() {
    let config = TrainingConfig {
        ema_decay: 0.9,
        rank_dropout: 0.25,
        noise_offset: 0.05,
        alpha_weight: 0.5,
        min_snr_gamma: Some(5.0),
        accumulation: 2,
        mix: Mix::UniformT,
        cut: 0.5,
        ..quick()
    };
    let whole = tempfile::tempdir().unwrap();
    assert!(matches!(
        train(&run(whole.path(), config.clone()), None).unwrap(),
        Ended::Done(_)
    ));

    let parts = tempfile::tempdir().unwrap();
    let paused = train(&run(parts.path(), config.clone()), Some(1)).unwrap();
    assert_eq!(paused, Ended::Paused { step: 1 });
    // A kill after step 3 leaves the checkpoint of step 2, and a log that knows more.
    let killed = run(parts.path(), config.clone());
    let checkpoint = std::cell::RefCell::new(Vec::new());
    killed
        .train(&Device::flex(), Precision::F32, &mut |progress| {
            if let Progress::Steps { .. } = progress
                && checkpoint.borrow().is_empty()
                && let Ok(bytes) = std::fs::read(killed.checkpoint_file())
            {
                *checkpoint.borrow_mut() = bytes;
            }
            Control::Continue
        })
        .unwrap();
    std::fs::remove_file(parts.path().join("run/adapter.safetensors")).unwrap();
    std::fs::write(killed.checkpoint_file(), checkpoint.borrow().as_slice()).unwrap();
    assert!(matches!(train(&killed, None).unwrap(), Ended::Done(_)));
    assert!(adapter(whole.path()) == adapter(parts.path()), "the adapters differ");
    let steps: Vec<u64> = crate::log::read(&killed.folder)
        .unwrap()
        .iter()
        .map(|entry| entry.step)
        .collect();
    assert_eq!(steps, [1, 2, 3, 4, 5, 6]);
    assert!(!killed.checkpoint_file().exists());
}

#[test]
fn a_checkpoint_of_another_training_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    train(&run(folder.path(), quick()), Some(1)).unwrap();
    let other = run(
        folder.path(),
        TrainingConfig {
            learning_rate: 2e-3,
            ..quick()
        },
    );
    let before = std::fs::read(other.checkpoint_file()).unwrap();
    assert!(matches!(train(&other, None), Err(TrainingError::OtherRun { .. })));
    assert_eq!(std::fs::read(other.checkpoint_file()).unwrap(), before);
    std::fs::write(other.checkpoint_file(), &before[..before.len() / 2]).unwrap();
    assert!(matches!(train(&other, None), Err(TrainingError::Checkpoint { .. })));
}

#[test]
fn an_untrained_adapter_changes_nothing() {
    let model = built_in();
    let device = Device::flex();
    let trainer = Trainer::new(&model, &TrainingConfig::default(), &device, Precision::F32).unwrap();
    let base = model.load_unet(&device, Precision::F32).unwrap().module;
    let inputs = diffusion::unet::UNetInputs {
        timesteps: vec![500.0],
        encoder_hidden_states: Tensor::zeros([1, 24, 192], &device),
        timestep_cond: None,
        added_cond: None,
    };
    let sample = Tensor::ones([1, 8, 16, 16], &device);
    let outputs = [base, trainer.unet()].map(|unet| values(unet.forward(sample.clone(), &inputs)).unwrap());
    let most = outputs[0].iter().map(|value| value.abs()).fold(0.0, f32::max);
    for (base, adapted) in outputs[0].iter().zip(&outputs[1]) {
        assert!((base - adapted).abs() <= 1e-5 * most, "{base} {adapted}");
    }
}

#[test]
fn the_layout_names_the_trained_values_in_order() {
    let trainer = Trainer::new(&built_in(), &TrainingConfig::default(), &Device::flex(), Precision::F32).unwrap();
    let shapes: Vec<_> = trainer
        .parameters()
        .entries()
        .iter()
        .map(|entry| entry.shape.clone())
        .collect();
    let modules = &trainer.layout().unwrap().modules;
    let expected: Vec<_> = modules
        .iter()
        .flat_map(|module| [module.down.clone(), module.up.clone()])
        .collect();
    assert_eq!(shapes, expected);
    for (entries, module) in trainer.parameters().entries().chunks(2).zip(modules) {
        let name = diffusion::unet::diffusers_name(&entries[0].path);
        assert_eq!(format!("unet.{name}"), format!("{}.lora.0.down", module.path));
    }
}

#[test]
fn one_picture_is_learnt_by_heart() {
    let folder = tempfile::tempdir().unwrap();
    let config = TrainingConfig {
        objective: Objective::StyleOnly,
        steps: 40,
        batch_size: 8,
        rank: 16,
        learning_rate: 3e-3,
        caption_dropout: 0.0,
        flip: false,
        ..TrainingConfig::default()
    };
    let model = built_in();
    let device = Device::flex();
    let cache = cache::Cache::new(&folder.path().join("cache"), "built-in");
    let one = TrainingSets {
        style: set(&["xqz"], 220),
        ..TrainingSets::default()
    };
    let (data, _) = one
        .prepare(&config, &cache, (&model, &device), &mut |_, _| Control::Continue)
        .unwrap()
        .unwrap();
    let mut trainer = Trainer::new(&model, &config, &device, Precision::F32).unwrap();
    let mut losses = Vec::new();
    while !trainer.is_done() {
        losses.extend(values(trainer.step(&data).losses).unwrap());
    }
    let mean = |losses: &[f32]| losses.iter().sum::<f32>() / losses.len() as f32;
    let (first, last) = (mean(&losses[..80]), mean(&losses[240..]));
    assert!(last < 0.4 * first, "the loss went from {first} to {last}");
    let networks = diffusion::pipeline::Networks {
        text_encoder: model.load_text_encoder(&device).unwrap().module,
        autoencoder: model.load_autoencoder(&device, Precision::F32).unwrap().module,
        unet: trainer.unet(),
    };
    let plan = diffusion::pipeline::MemoryPlan::CPU;
    let mut pipeline = diffusion::pipeline::Pipeline::of_networks(&model, networks, &device, plan);
    let drawn = validation::draw(&mut pipeline, &model, "xqz", 1).unwrap();
    let Some(learnt) = one.style.examples.first() else {
        panic!("a picture")
    };
    let wanted = fit(&learnt.picture.decode().unwrap(), 128);
    let mut difference = 0.0;
    for (drawn, wanted) in drawn.rgba.chunks_exact(4).zip(wanted.pixels()) {
        let over_white = |pixel: &[u8], channel: usize| {
            let alpha = f32::from(pixel[3]) / 255.0;
            f32::from(pixel[channel]) * alpha + 255.0 * (1.0 - alpha)
        };
        difference += (0..3)
            .map(|c| (over_white(drawn, c) - over_white(&wanted.0, c)).abs())
            .sum::<f32>()
            / 3.0;
    }
    let difference = difference / (128.0 * 128.0);
    assert!(difference < 16.0, "the picture is {difference} of 255 away");
}

#[test]
fn gradients_are_the_differences_of_the_loss() {
    let folder = tempfile::tempdir().unwrap();
    let config = TrainingConfig {
        min_snr_gamma: Some(5.0),
        alpha_weight: 0.5,
        alpha: 32.0,
        targets: vec![
            LoraTargets::Attention,
            LoraTargets::FeedForward,
            LoraTargets::Convolution,
        ],
        ..quick()
    };
    let model = built_in();
    let device = Device::flex();
    let cache = cache::Cache::new(&folder.path().join("cache"), "built-in");
    let (data, _) = sets()
        .prepare(&config, &cache, (&model, &device), &mut |_, _| Control::Continue)
        .unwrap()
        .unwrap();
    let mut trainer = Trainer::new(&model, &config, &device, Precision::F32).unwrap();
    let phase = crate::objective::Phase::of(config.objective, config.mix, config.cut, 6, 1000).remove(0);
    let mut draws = trainer.state().draws.clone();
    let batch = data.batch(&config, &phase, (&mut draws, 0), &device);
    // Away from zero, where `down` has no gradient.
    let count = trainer.parameters().len();
    let mut random = crate::random::Random::of(&[9]);
    let start: Vec<f32> = random
        .generator()
        .randn(count)
        .into_iter()
        .map(|value| 0.03 * value)
        .collect();
    let loss_at = |values_at: &[f32], trainer: &mut Trainer| {
        let mut state = trainer.state().clone();
        state.values = Tensor::from_data(TensorData::new(values_at.to_vec(), [count]), &device);
        trainer.set_state(state);
        trainer.gradient(&batch, 0)
    };
    let gradient = values(loss_at(&start, &mut trainer).1).unwrap();
    let schedule = diffusion::schedulers::TrainingSchedule::from_config(model.scheduler()).unwrap();
    let weighted = |losses: Vec<f32>| {
        let weights = batch
            .draws
            .iter()
            .map(|draw| loss::snr_weight(&schedule, draw.timestep, Some(5.0)));
        losses
            .iter()
            .zip(weights)
            .map(|(loss, weight)| f64::from(loss * weight))
            .sum::<f64>()
            / 2.0
    };
    // Along the gradient and along random directions; single values move the loss less than f32 can tell.
    for direction in 0..3u64 {
        let along: Vec<f32> = if direction == 0 {
            gradient.clone()
        } else {
            crate::random::Random::of(&[10, direction]).generator().randn(count)
        };
        let length = along.iter().map(|value| value * value).sum::<f32>().sqrt();
        let step = 0.005;
        let ends = [step, -step].map(|step| {
            let moved: Vec<f32> = start
                .iter()
                .zip(&along)
                .map(|(at, by)| at + step * by / length)
                .collect();
            weighted(values(loss_at(&moved, &mut trainer).0).unwrap())
        });
        let difference = (ends[0] - ends[1]) / (2.0 * f64::from(step));
        let slope = gradient
            .iter()
            .zip(&along)
            .map(|(g, by)| f64::from(g * by / length))
            .sum::<f64>();
        let scale = gradient.iter().map(|g| f64::from(g * g)).sum::<f64>().sqrt();
        assert!(
            (difference - slope).abs() < 0.02 * scale,
            "{direction}: {difference} {slope} {scale}"
        );
    }
}

#[test]
fn loss_and_gradients_are_pytorchs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/training");
    let facts: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("training.json")).unwrap()).unwrap();
    let file = diffusion::weights::SafetensorsFile::open(&folder.join("training.safetensors")).unwrap();
    for case in facts["cases"].as_array().unwrap() {
        parity::compare(&built_in(), case, &file);
    }
}

#[test]
fn bad_settings_are_refused_with_a_sentence() {
    let cases = [
        (TrainingConfig { steps: 0, ..quick() }, "steps is 0"),
        (TrainingConfig { cut: 1.0, ..quick() }, "T'"),
        (TrainingConfig { rank: 400, ..quick() }, "rank 400 is above the width"),
        (
            TrainingConfig {
                learning_rate: f64::NAN,
                ..quick()
            },
            "learning rate",
        ),
        (
            TrainingConfig {
                targets: Vec::new(),
                ..quick()
            },
            "no layers",
        ),
        (
            TrainingConfig {
                alpha_weight: 2.0,
                ..quick()
            },
            "alpha weight",
        ),
    ];
    for (config, words) in cases {
        let folder = tempfile::tempdir().unwrap();
        let error = train(&run(folder.path(), config), None).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(!folder.path().join("run").exists());
    }
}

#[test]
fn a_set_of_three_pictures_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut few = run(folder.path(), quick());
    few.sets.style.examples.truncate(3);
    let error = train(&few, None).unwrap_err().to_string();
    assert_eq!(error, "the style set has 3 pictures; style_tailoring needs at least 4");
}

#[test]
fn a_loss_that_is_no_number_ends_the_run_with_the_last_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let config = TrainingConfig {
        learning_rate: 1e30,
        steps: 40,
        warmup_steps: 0,
        ..quick()
    };
    let error = train(&run(folder.path(), config), None).unwrap_err();
    assert!(matches!(error, TrainingError::Diverged { .. }), "{error}");
}

#[test]
fn a_whole_model_is_trained_and_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let config = TrainingConfig {
        objective: Objective::DomainAlign,
        steps: 2,
        learning_rate: 1e-5,
        ..quick()
    };
    let Ended::Done(path) = train(&run(folder.path(), config), None).unwrap() else {
        panic!("it ends")
    };
    let trained = ModelFolder::open(&path).unwrap();
    assert!(
        trained
            .load_unet(&Device::flex(), Precision::F32)
            .unwrap()
            .unused
            .is_empty()
    );
    assert_ne!(trained.sha256().unwrap(), built_in().sha256().unwrap());
}

#[test]
fn an_adapter_loads_again_with_what_it_was_made_from() {
    let folder = tempfile::tempdir().unwrap();
    let Ended::Done(path) = train(&run(folder.path(), quick()), None).unwrap() else {
        panic!("it ends")
    };
    let facts = diffusion::lora::LoraFacts::open(&path).unwrap();
    assert_eq!(facts.ranks, [4].into());
    let metadata: BTreeMap<_, _> = facts.metadata;
    assert_eq!(metadata["ss_network_module"], "networks.lora");
    assert_eq!(metadata["modelspec.prediction_type"], "v");
    let options = diffusion::pipeline::LoadOptions {
        precision: Precision::F32,
        memory: diffusion::pipeline::MemoryPlan::CPU,
    };
    let mut pipeline =
        diffusion::pipeline::Pipeline::load(&built_in(), &Device::flex(), &options, &mut |_| {}).unwrap();
    let file = diffusion::lora::LoraFile::open(&path, &pipeline.module_paths()).unwrap();
    assert!(file.unknown.is_empty());
    assert_eq!(pipeline.set_loras(&[(file, 1.0)]).unwrap().layers, facts.modules);
}

#[test]
fn the_second_run_on_the_same_pictures_takes_them_from_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache::Cache::new(folder.path(), "built-in");
    let (model, device) = (built_in(), Device::flex());
    let prepare = || {
        sets()
            .prepare(&quick(), &cache, (&model, &device), &mut |_, _| Control::Continue)
            .unwrap()
            .unwrap()
    };
    let (first, hash) = prepare();
    let files = || walk(folder.path());
    let before = files();
    let (second, again) = prepare();
    assert_eq!(hash, again);
    assert_eq!(first.no_caption, second.no_caption);
    assert_eq!(first.sets[0][2].picture, second.sets[0][2].picture);
    assert_eq!(before, files());
    // A damaged file is made anew.
    std::fs::write(&before[0], b"no tensors").unwrap();
    assert_eq!(prepare().0.sets[0][2].picture, first.sets[0][2].picture);
    assert!(std::fs::read(&before[0]).unwrap().len() > 100);
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
