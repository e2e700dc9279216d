//! `sticker tailor`: sets of pictures become an adapter.

use std::path::{Path, PathBuf};

use engine::tailoring::objective::{Mix, Objective};
use engine::tailoring::training::{Control, LoraTargets, LrSchedule, TrainingConfig};
use engine::{
    DeviceChoice, Error, Precision, TailorEvent, TailorJob, TailorOutcome, TailorRequest, export_run, tailor,
};

use crate::failure::Failure;
use crate::{interrupt, output};

#[derive(clap::Args)]
pub struct Arguments {
    /// The style to learn: a folder, archive or list of pictures with captions, or a set of the library
    #[arg(long, value_name = "DIR|NAME")]
    style_set: Option<String>,

    /// What prompts mean: the same, or @passed for the library's stickers with a strong pass
    #[arg(long, value_name = "DIR|NAME")]
    content_set: Option<String>,

    /// What is learnt from which set at which noise level
    #[arg(long, value_name = "OBJECTIVE", default_value = "style_tailoring", value_parser = objective)]
    objective: Objective,

    /// T' as a fraction of the training timesteps: content from there on, style below
    #[arg(long, value_name = "FRACTION", default_value_t = TrainingConfig::default().cut)]
    cut: f64,

    /// How the two sets share a batch
    #[arg(long, value_enum, default_value_t = MixChoice::EqualShare)]
    mix: MixChoice,

    /// The inner dimension of the adapter
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().rank)]
    rank: usize,

    /// The adapter's addition is multiplied by alpha / rank [default: the rank]
    #[arg(long, value_name = "A")]
    alpha: Option<f32>,

    /// Layers that the adapter changes
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [TargetChoice::Attention, TargetChoice::FeedForward, TargetChoice::Convolution])]
    targets: Vec<TargetChoice>,

    /// Optimizer steps
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().steps)]
    steps: usize,

    /// Pictures in a batch
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().batch_size)]
    batch_size: usize,

    /// Batches to a step
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().accumulation)]
    accumulation: usize,

    /// The highest learning rate
    #[arg(long, value_name = "RATE", default_value_t = TrainingConfig::default().learning_rate)]
    learning_rate: f64,

    /// Steps over which it rises
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().warmup_steps)]
    warmup_steps: usize,

    /// How it goes on
    #[arg(long, value_enum, default_value_t = ScheduleChoice::Cosine)]
    lr_schedule: ScheduleChoice,

    /// Decay of the weights' moving average, which is then saved; 0 for none
    #[arg(long, value_name = "D", default_value_t = 0.0)]
    ema_decay: f64,

    /// Gamma of min-SNR weighting [default: none]
    #[arg(long, value_name = "G")]
    min_snr_gamma: Option<f64>,

    /// Offset of each channel's noise
    #[arg(long, value_name = "O", default_value_t = 0.0)]
    noise_offset: f32,

    /// How much less transparent places count, 0 to 1
    #[arg(long, value_name = "W", default_value_t = 0.0)]
    alpha_weight: f32,

    /// Chance of a rank to be left out of a step
    #[arg(long, value_name = "P", default_value_t = 0.0)]
    rank_dropout: f64,

    /// Chance of a caption to be left out
    #[arg(long, value_name = "P", default_value_t = TrainingConfig::default().caption_dropout)]
    caption_dropout: f64,

    /// Do not learn from mirrored pictures
    #[arg(long)]
    no_flip: bool,

    /// The share of prompts that is kept out of the training
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    held_out: f64,

    /// Of everything drawn by chance
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    seed: u64,

    /// Draw this prompt before and during the training; may be given several times
    #[arg(long = "validate", value_name = "PROMPT")]
    validation_prompts: Vec<String>,

    /// Steps between two rounds of drawing
    #[arg(long, value_name = "N", default_value_t = 100)]
    validate_every: usize,

    /// Steps between two checkpoints
    #[arg(long, value_name = "N", default_value_t = 50)]
    checkpoint_every: usize,

    /// The base, a diffusers folder [default: the built-in model]
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,

    /// The number format of the base's weights; the adapter is f32
    #[arg(long, value_name = "f32|f16", default_value = "f32")]
    precision: Precision,

    /// Where to run
    #[arg(long, value_name = "auto|cpu|gpu|gpu:N", default_value_t)]
    device: DeviceChoice,

    /// Go on with the run in this folder; its settings are taken from it
    #[arg(long, value_name = "RUN", conflicts_with_all = ["style_set", "content_set"])]
    resume: Option<PathBuf>,

    /// Train nothing; write the sets, every setting and a train.py for Hugging Face accelerate into this new folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["resume", "out"])]
    export_run: Option<PathBuf>,

    /// The adapter, replaced if it exists; the run keeps its files in a folder beside it, FILE without its ending and `.run`
    #[arg(long, value_name = "FILE", required_unless_present = "export_run")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
enum MixChoice {
    /// Half of every batch each
    EqualShare,
    /// Timesteps drawn uniformly
    UniformT,
}

#[derive(Clone, Copy, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
enum TargetChoice {
    Attention,
    FeedForward,
    Convolution,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum ScheduleChoice {
    Constant,
    Cosine,
}

fn objective(name: &str) -> Result<Objective, String> {
    let trained = || {
        Objective::ALL
            .into_iter()
            .filter(|objective| *objective != Objective::PromptEngineering)
    };
    trained().find(|objective| objective.name() == name).ok_or_else(|| {
        let names: Vec<_> = trained().map(Objective::name).collect();
        format!("use one of {}", names.join(", "))
    })
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let Some(out) = arguments.out.clone() else {
        let destination = arguments.export_run.clone().unwrap_or_default();
        export_run(&arguments.request()?, &destination)?;
        return output::text(destination.display());
    };
    let (request, folder) = match &arguments.resume {
        Some(folder) => (TailorRequest::of_run(folder)?, folder.clone()),
        None => (arguments.request()?, out.with_extension("run")),
    };
    if arguments.resume.is_none() && folder.join("run.json").exists() {
        return Err(Error::usage(format!(
            "there is a run of this name already; go on with it by --resume, name another --out, or take the folder away: {}",
            folder.display()
        ))
        .into());
    }
    let interrupted = interrupt::listen()?;
    let shown = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let job = TailorJob {
        request,
        folder: folder.clone(),
        out,
        device: arguments.device,
    };
    let outcome = tailor(job, move |event| {
        tell(&event, shown);
        if interrupted.is_empty() {
            Control::Continue
        } else {
            Control::Pause
        }
    })?;
    match outcome {
        TailorOutcome::Done(path) => output::text(path.display()),
        TailorOutcome::Paused { step } => {
            output::say(format_args!(
                "stopped after step {step}; go on with: sticker tailor --resume {} --out FILE",
                folder.display()
            ));
            Err(Failure::Paused)
        }
    }
}

fn tell(event: &TailorEvent, shown: bool) {
    match event {
        TailorEvent::Finding { set, finding } => output::say(format_args!("warning: {set} set: {finding}")),
        TailorEvent::Sets {
            content,
            style,
            held_out,
            device,
        } => output::say(format_args!(
            "{content} content and {style} style pictures, {held_out} held out, on {device}"
        )),
        TailorEvent::Caching { done, of } if done == of => output::say(format_args!("{of} pictures encoded")),
        TailorEvent::Caching { .. } => {}
        TailorEvent::Steps { entries, of } => {
            for entry in entries
                .iter()
                .filter(|entry| shown || entry.step == 1 || entry.step % 50 == 0 || entry.step == *of as u64)
            {
                output::say(format_args!(
                    "step {} of {of}: loss {:.4}, {:.2} steps a second",
                    entry.step,
                    entry.loss,
                    entry.step as f64 / entry.seconds.max(1e-3)
                ));
            }
        }
        TailorEvent::Validation { step, pictures } => {
            let folder = pictures
                .first()
                .and_then(|path| path.parent())
                .unwrap_or(Path::new("."));
            output::say(format_args!(
                "step {step}: {} pictures drawn in {}",
                pictures.len(),
                folder.display()
            ));
        }
    }
}

impl Arguments {
    fn request(&self) -> Result<TailorRequest, Error> {
        if !(0.0..1.0).contains(&self.held_out) {
            return Err(Error::usage("--held-out must be 0 or more and less than 1"));
        }
        let config = TrainingConfig {
            objective: self.objective,
            mix: match self.mix {
                MixChoice::EqualShare => Mix::EqualShare,
                MixChoice::UniformT => Mix::UniformT,
            },
            cut: self.cut,
            rank: self.rank,
            alpha: self.alpha.unwrap_or(self.rank as f32),
            rank_dropout: self.rank_dropout,
            targets: self.targets.iter().map(|target| (*target).into()).collect(),
            steps: self.steps,
            batch_size: self.batch_size,
            accumulation: self.accumulation,
            learning_rate: self.learning_rate,
            warmup_steps: self.warmup_steps,
            lr_schedule: match self.lr_schedule {
                ScheduleChoice::Constant => LrSchedule::Constant,
                ScheduleChoice::Cosine => LrSchedule::Cosine,
            },
            ema_decay: self.ema_decay,
            min_snr_gamma: self.min_snr_gamma,
            noise_offset: self.noise_offset,
            alpha_weight: self.alpha_weight,
            caption_dropout: self.caption_dropout,
            flip: !self.no_flip,
            seed: self.seed,
            ..TrainingConfig::default()
        };
        Ok(TailorRequest {
            model: self.model.clone(),
            content_set: self.content_set.clone(),
            style_set: self.style_set.clone(),
            config,
            held_out: self.held_out,
            validation_prompts: self.validation_prompts.clone(),
            validate_every: self.validate_every,
            checkpoint_every: self.checkpoint_every,
            precision: self.precision,
        })
    }
}

impl From<TargetChoice> for LoraTargets {
    fn from(choice: TargetChoice) -> Self {
        match choice {
            TargetChoice::Attention => Self::Attention,
            TargetChoice::FeedForward => Self::FeedForward,
            TargetChoice::Convolution => Self::Convolution,
        }
    }
}
