//! Fine-tuning an adapter without a window: sets in, a run's folder beside, an adapter out.

mod captions;
mod request;
mod sets;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use diffusion::pipeline::ModelFolder;
use tailoring::data::{DataSet, Finding, split};
use tailoring::export_run::ExportedSet;
use tailoring::training::{self, Ended, Run, TrainingSets, Validation};

pub use captions::RecipeCaptions;
pub use request::{CONTENT_OF_RATINGS, TailorRequest};
pub use sets::read_set;

use crate::worker::{compute_thread, panics};
use crate::{DeviceChoice, Error, built_in_model, cache_folder, device};

/// A training to begin or to go on with.
#[derive(Clone, Debug)]
pub struct TailorJob {
    /// What is trained on what.
    pub request: TailorRequest,
    /// The run's own folder; one with a checkpoint is gone on with.
    pub folder: PathBuf,
    /// Where the adapter goes in the end.
    pub out: PathBuf,
    /// Where it is computed.
    pub device: DeviceChoice,
}

/// What happens in a training.
#[derive(Clone, Debug, PartialEq)]
pub enum TailorEvent {
    /// Something about the sets that a person should know.
    Finding {
        /// `content` or `style`.
        set: &'static str,
        /// What it is.
        finding: Finding,
    },
    /// How many pictures are learnt from, and on which device.
    Sets {
        /// Content pictures, without those held out.
        content: usize,
        /// Style pictures, without those held out.
        style: usize,
        /// Pictures held out of both.
        held_out: usize,
        /// The device's name.
        device: String,
    },
    /// Pictures and captions being encoded.
    Caching {
        /// Done.
        done: usize,
        /// In all.
        of: usize,
    },
    /// Steps done.
    Steps {
        /// Those whose losses are known since the last time, in order.
        entries: Vec<tailoring::log::Entry>,
        /// Steps in all.
        of: usize,
    },
    /// Pictures of the fixed prompts and seeds.
    Validation {
        /// Steps done.
        step: usize,
        /// PNG files.
        pictures: Vec<PathBuf>,
    },
}

/// How a training ended.
#[derive(Clone, Debug, PartialEq)]
pub enum TailorOutcome {
    /// The adapter, or the folder of a whole model, is here.
    Done(PathBuf),
    /// It waits in its folder.
    Paused {
        /// Steps done.
        step: usize,
    },
}

/// Trains on a thread of its own and waits for it. `watch` hears everything, and is asked after every step whether to go on.
///
/// # Errors
/// Sets, settings, a model or a run's folder that cannot be used; a full disk; a device that fails. Checkpoints stay.
pub fn tailor(
    job: TailorJob,
    watch: impl FnMut(TailorEvent) -> training::Control + Send + 'static,
) -> Result<TailorOutcome, Error> {
    let thread = compute_thread::spawn(move || panics::catch(|| train(&job, watch)))?;
    match thread.join() {
        Ok(Ok(result)) => result,
        Ok(Err(message)) => Err(Error::device(format!("the training failed: {message}"))),
        Err(_) => Err(Error::internal("the training's thread ended unexpectedly")),
    }
}

fn train(job: &TailorJob, mut watch: impl FnMut(TailorEvent) -> training::Control) -> Result<TailorOutcome, Error> {
    let request = &job.request;
    if let Some(problem) = request.config.problem() {
        return Err(Error::usage(problem));
    }
    let path = request.model.clone().map_or_else(built_in_model, Ok)?;
    let model = ModelFolder::open(&path)?;
    let content = chosen(request.content_set.as_deref(), "content", &mut watch)?;
    let style = chosen(request.style_set.as_deref(), "style", &mut watch)?;
    let (content, held_content) = without_held_out(content, request);
    let (style, held_style) = without_held_out(style, request);
    let open = device::open(job.device, cache_folder().ok().as_deref())?;
    watch(TailorEvent::Sets {
        content: content.examples.len(),
        style: style.examples.len(),
        held_out: held_content + held_style,
        device: open.info.name.clone(),
    });
    let run = Run {
        folder: job.folder.clone(),
        cache: cache_folder()?.join("training"),
        model_sha256: model.sha256()?,
        model,
        config: request.config.clone(),
        sets: TrainingSets { content, style },
        validation: Validation {
            prompts: request.validation_prompts.clone(),
            seeds: vec![request.config.seed],
            every: request.validate_every,
        },
        checkpoint_every: request.checkpoint_every,
        started_at: started_at(&job.folder),
    };
    run.sets.check(&run.config)?;
    request.write(&job.folder)?;
    let ended = run.train(&open.device, request.precision.into(), &mut |progress| {
        watch(event(&progress))
    })?;
    match ended {
        Ended::Paused { step } => Ok(TailorOutcome::Paused { step }),
        Ended::Done(path) if path.is_dir() => Ok(TailorOutcome::Done(path)),
        Ended::Done(path) => {
            let bytes = fs::read(&path).map_err(|reason| Error::file("could not read the adapter", &path, &reason))?;
            crate::sticker_file::replace(&job.out, &bytes)?;
            Ok(TailorOutcome::Done(job.out.clone()))
        }
    }
}

/// Writes what `request` asks for as a run for a larger machine: see [`tailoring::export_run`].
///
/// # Errors
/// As [`tailor`], and a folder that is there already.
pub fn export_run(request: &TailorRequest, destination: &Path) -> Result<(), Error> {
    if let Some(problem) = request.config.problem() {
        return Err(Error::usage(problem));
    }
    let path = request.model.clone().map_or_else(built_in_model, Ok)?;
    let model = ModelFolder::open(&path)?;
    let content = chosen(request.content_set.as_deref(), "content", &mut |_| {
        training::Control::Continue
    })?;
    let style = chosen(request.style_set.as_deref(), "style", &mut |_| {
        training::Control::Continue
    })?;
    let sets = TrainingSets { content, style };
    sets.check(&request.config)?;
    let splits = [&sets.content, &sets.style].map(|set| split(set, request.held_out, request.config.seed));
    let exported = |set, split| ExportedSet { set, split };
    let both = (exported(&sets.content, &splits[0]), exported(&sets.style, &splits[1]));
    Ok(tailoring::export_run::export_run(
        destination,
        &model,
        &request.config,
        both,
    )?)
}

fn chosen(
    name: Option<&str>,
    which: &'static str,
    watch: &mut impl FnMut(TailorEvent) -> training::Control,
) -> Result<DataSet, Error> {
    let Some(name) = name else {
        return Ok(DataSet::default());
    };
    let (set, findings) = read_set(name)?;
    for finding in findings {
        watch(TailorEvent::Finding { set: which, finding });
    }
    Ok(set)
}

fn without_held_out(set: DataSet, request: &TailorRequest) -> (DataSet, usize) {
    if request.held_out == 0.0 || set.examples.is_empty() {
        return (set, 0);
    }
    let parts = split(&set, request.held_out, request.config.seed);
    let examples = parts.train.iter().map(|place| set.examples[*place].clone()).collect();
    (DataSet { examples }, parts.held_out.len())
}

/// The time at which the run in `folder` began: now, unless it says otherwise.
fn started_at(folder: &Path) -> u64 {
    let told = fs::read(folder.join("run.json")).ok();
    let facts = told.and_then(|bytes| serde_json::from_slice::<training::RunFacts>(&bytes).ok());
    let now = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs())
    };
    facts.map_or_else(now, |facts| facts.started_at)
}

fn event(progress: &training::Progress<'_>) -> TailorEvent {
    match progress {
        training::Progress::Caching { done, of } => TailorEvent::Caching { done: *done, of: *of },
        training::Progress::Steps { entries, of } => TailorEvent::Steps {
            entries: entries.to_vec(),
            of: *of,
        },
        training::Progress::Validation { step, pictures } => TailorEvent::Validation {
            step: *step,
            pictures: pictures.to_vec(),
        },
    }
}
