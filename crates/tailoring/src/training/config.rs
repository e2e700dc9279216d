//! Every setting of a training, as it is written beside its result.

use serde::{Deserialize, Serialize};

use crate::objective::{Mix, Objective};

/// The layers of the U-Net that an adapter changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoraTargets {
    /// `to_q`, `to_k`, `to_v` and `to_out.0` of every attention.
    Attention,
    /// The two linear layers of every feed-forward network.
    FeedForward,
    /// Every convolution but the first and the last.
    Convolution,
}

/// How the learning rate goes on after the warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LrSchedule {
    /// It stays.
    Constant,
    /// Half a cosine down to zero.
    Cosine,
}

/// A training's settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingConfig {
    /// What is learnt from which data.
    pub objective: Objective,
    /// How the sets of Style Tailoring share a batch.
    pub mix: Mix,
    /// T' as a fraction of the training timesteps: content where `t >= round(cut · timesteps)`, counted from 0.
    pub cut: f64,
    /// The inner dimension of the adapter.
    pub rank: usize,
    /// The adapter's addition is multiplied by alpha / rank.
    pub alpha: f32,
    /// The chance that one of a module's ranks is left out of a step (kohya's `rank_dropout`); the others make up for it.
    pub rank_dropout: f64,
    /// The layers that it changes.
    pub targets: Vec<LoraTargets>,
    /// Optimizer steps.
    pub steps: usize,
    /// Pictures in a batch.
    pub batch_size: usize,
    /// Batches whose gradients make one step.
    pub accumulation: usize,
    /// The highest learning rate.
    pub learning_rate: f64,
    /// Steps over which the learning rate rises from zero, at the beginning of each phase.
    pub warmup_steps: usize,
    /// How it goes on.
    pub lr_schedule: LrSchedule,
    /// AdamW's decoupled weight decay.
    pub weight_decay: f64,
    /// Gradients of a larger norm are scaled down to it.
    pub max_grad_norm: f64,
    /// The decay of the weights' moving average, which is what is saved; 0 for none.
    pub ema_decay: f64,
    /// Gamma of min-SNR weighting (arXiv 2303.09556); none for uniform weights.
    pub min_snr_gamma: Option<f64>,
    /// How much of one normal number per channel is added to the noise (Guttenberg 2023).
    pub noise_offset: f32,
    /// 0: every latent position counts alike; 1: those under full transparency do not count.
    pub alpha_weight: f32,
    /// The chance that a caption is left out, so that guidance has an unconditional model to lean on.
    pub caption_dropout: f64,
    /// Whether mirrored pictures are learnt from, too.
    pub flip: bool,
    /// Of everything drawn by chance.
    pub seed: u64,
}

impl Default for TrainingConfig {
    /// The preset `balanced`.
    fn default() -> Self {
        Self {
            objective: Objective::StyleTailoring,
            mix: Mix::EqualShare,
            cut: 0.9,
            rank: 16,
            alpha: 16.0,
            rank_dropout: 0.0,
            targets: vec![
                LoraTargets::Attention,
                LoraTargets::FeedForward,
                LoraTargets::Convolution,
            ],
            steps: 400,
            batch_size: 8,
            accumulation: 1,
            learning_rate: 1e-3,
            warmup_steps: 20,
            lr_schedule: LrSchedule::Cosine,
            weight_decay: 0.01,
            max_grad_norm: 1.0,
            ema_decay: 0.0,
            min_snr_gamma: None,
            noise_offset: 0.0,
            alpha_weight: 0.0,
            caption_dropout: 0.1,
            flip: true,
            seed: 0,
        }
    }
}

impl TrainingConfig {
    /// What is wrong with the settings by themselves, as a sentence.
    pub fn problem(&self) -> Option<String> {
        let fraction = |name: &str, value: f64| {
            (!(0.0..1.0).contains(&value)).then(|| format!("{name} is {value}; choose 0 or more and less than 1"))
        };
        let positive = |name: &str, value: usize| (value == 0).then(|| format!("{name} is 0; choose 1 or more"));
        let above_zero = |name: &str, value: f64| {
            (!(value > 0.0 && value.is_finite())).then(|| format!("{name} is {value}; choose a number above 0"))
        };
        let cut_outside = self.objective.has_cut() && !(self.cut > 0.0 && self.cut < 1.0);
        cut_outside
            .then(|| {
                format!(
                    "the cut T' at {} of the timesteps leaves one set without any; choose a fraction between 0 and 1",
                    self.cut
                )
            })
            .or_else(|| positive("the number of steps", self.steps))
            .or_else(|| positive("the batch size", self.batch_size))
            .or_else(|| positive("the accumulation", self.accumulation))
            .or_else(|| positive("the rank", self.rank))
            .or_else(|| above_zero("alpha", f64::from(self.alpha)))
            .or_else(|| above_zero("the learning rate", self.learning_rate))
            .or_else(|| above_zero("the largest gradient norm", self.max_grad_norm))
            .or_else(|| {
                self.min_snr_gamma
                    .and_then(|gamma| above_zero("min-SNR's gamma", gamma))
            })
            .or_else(|| fraction("the rank dropout", self.rank_dropout))
            .or_else(|| fraction("the EMA decay", self.ema_decay))
            .or_else(|| fraction("the caption dropout", self.caption_dropout))
            .or_else(|| fraction("the weight decay", self.weight_decay))
            .or_else(|| {
                let weight = self.alpha_weight;
                (!(0.0..=1.0).contains(&weight)).then(|| format!("the alpha weight is {weight}; choose 0 to 1"))
            })
            .or_else(|| {
                let offset = self.noise_offset;
                (!(0.0..=1.0).contains(&offset)).then(|| format!("the noise offset is {offset}; choose 0 to 1"))
            })
            .or_else(|| {
                self.targets
                    .is_empty()
                    .then(|| "the adapter has no layers to change; choose some".to_owned())
            })
    }
}
