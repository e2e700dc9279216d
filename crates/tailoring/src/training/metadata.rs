//! What an adapter's file says of itself: kohya's `ss_*` and modelspec's keys.

use std::collections::BTreeMap;

use diffusion::lora::LoraTarget;
use diffusion::pipeline::ModelFolder;
use diffusion::schedulers::{PredictionType, TrainingSchedule};
use serde_json::json;

use super::run::RunFacts;
use super::{LoraTargets, LrSchedule};

/// The texts of the header, for a base that `model` describes.
pub(super) fn of_adapter(
    facts: &RunFacts,
    model: &ModelFolder,
    targets: &BTreeMap<String, LoraTarget>,
) -> BTreeMap<String, String> {
    let config = &facts.config;
    let size = model.defaults().size;
    let convolutions = config.targets.contains(&LoraTargets::Convolution);
    let arguments = json!({
        "objective": config.objective,
        "cut": config.cut,
        "mix": config.mix,
        "targets": config.targets,
        "conv_dim": convolutions.then_some(config.rank),
    });
    let schedule = match config.lr_schedule {
        LrSchedule::Constant => "constant_with_warmup",
        LrSchedule::Cosine => "cosine",
    };
    let mut texts: BTreeMap<String, String> = [
        ("ss_v2", "False".to_owned()),
        ("ss_base_model_version", base_version(model).to_owned()),
        ("ss_network_module", "networks.lora".to_owned()),
        ("ss_network_dim", config.rank.to_string()),
        ("ss_network_alpha", config.alpha.to_string()),
        ("ss_network_args", arguments.to_string()),
        ("ss_learning_rate", config.learning_rate.to_string()),
        ("ss_unet_lr", config.learning_rate.to_string()),
        ("ss_text_encoder_lr", "None".to_owned()),
        ("ss_lr_scheduler", schedule.to_owned()),
        ("ss_lr_warmup_steps", config.warmup_steps.to_string()),
        ("ss_optimizer", "AdamW".to_owned()),
        ("ss_max_grad_norm", config.max_grad_norm.to_string()),
        ("ss_steps", config.steps.to_string()),
        ("ss_max_train_steps", config.steps.to_string()),
        ("ss_batch_size_per_device", config.batch_size.to_string()),
        ("ss_gradient_accumulation_steps", config.accumulation.to_string()),
        ("ss_caption_dropout_rate", config.caption_dropout.to_string()),
        ("ss_noise_offset", config.noise_offset.to_string()),
        (
            "ss_min_snr_gamma",
            config
                .min_snr_gamma
                .map_or("None".to_owned(), |gamma| gamma.to_string()),
        ),
        ("ss_num_train_images", facts.counts.iter().sum::<usize>().to_string()),
        ("ss_resolution", format!("({size}, {size})")),
        ("ss_seed", config.seed.to_string()),
        ("ss_sd_model_name", facts.model.clone()),
        ("ss_sd_model_hash", facts.model_sha256.chars().take(10).collect()),
        ("ss_new_sd_model_hash", facts.model_sha256.clone()),
        ("ss_training_started_at", facts.started_at.to_string()),
        ("modelspec.sai_model_spec", "1.0.1".to_owned()),
        ("modelspec.architecture", architecture(model).to_owned()),
        ("modelspec.implementation", "diffusers".to_owned()),
        (
            "modelspec.title",
            format!("{} on {}", config.objective.name(), facts.model),
        ),
        ("modelspec.resolution", format!("{size}x{size}")),
        ("sticker_studio.model_sha256", facts.model_sha256.clone()),
        ("sticker_studio.data_sha256", facts.data_sha256.clone()),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect();
    if let Some(prediction) = prediction_type(model) {
        texts.insert("modelspec.prediction_type".to_owned(), prediction.to_owned());
    }
    texts.insert("sticker_studio.modules".to_owned(), targets.len().to_string());
    texts
}

/// kohya's word for the base, told from the width of its prompt embedding.
fn base_version(model: &ModelFolder) -> &'static str {
    match model.unet().cross_attention_dim {
        768 => "sd_v1",
        1024 => "sd_v2",
        _ => "sticker_studio",
    }
}

fn architecture(model: &ModelFolder) -> &'static str {
    match (model.unet().cross_attention_dim, prediction_type(model)) {
        (768, _) => "stable-diffusion-v1/lora",
        (1024, Some("v")) => "stable-diffusion-v2-768-v/lora",
        (1024, _) => "stable-diffusion-v2-512/lora",
        _ => "sticker-studio/lora",
    }
}

fn prediction_type(model: &ModelFolder) -> Option<&'static str> {
    match TrainingSchedule::from_config(model.scheduler()).ok()?.prediction_type() {
        PredictionType::Epsilon => Some("epsilon"),
        PredictionType::VPrediction => Some("v"),
        PredictionType::Sample => None,
    }
}
