//! What a run writes down as it goes: its log, TensorBoard's events, and the steps whose losses are still on the device.

use std::path::Path;
use std::time::Instant;

use burn::tensor::Tensor;

use super::TrainingError;
use super::cache::values;
use super::trainer::StepResult;
use crate::log::{Entry, EventFile, RunLog, read};
use crate::objective::{Draw, Source};

/// A run's record, open.
pub(super) struct Record {
    log: RunLog,
    events: EventFile,
    pending: Vec<StepResult>,
    /// The time at which the run began, in seconds since 1970.
    started_at: u64,
    /// Seconds of training before this program took it up.
    before: f64,
    began: Instant,
}

impl Record {
    /// Opens the record of a run that goes on after `step`; what is written of later steps is forgotten.
    pub(super) fn open(folder: &Path, started_at: u64, step: usize) -> Result<Self, TrainingError> {
        let mut log = RunLog::open(folder)?;
        log.resume_at(step as u64)?;
        let before = read(folder)?.last().map_or(0.0, |entry| entry.seconds);
        let time = started_at as f64 + before;
        let mut events = EventFile::create(folder, "training", time)?;
        if step > 0 {
            events.resume_at(step as u64, time)?;
        }
        Ok(Self {
            log,
            events,
            pending: Vec::new(),
            started_at,
            before,
            began: Instant::now(),
        })
    }

    /// Adds a step, to be read later.
    pub(super) fn push(&mut self, result: StepResult) {
        self.pending.push(result);
    }

    /// Reads the losses of all steps since the last time, in one read, and writes them down.
    ///
    /// # Errors
    /// A loss that is no number, a full disk, a failed device.
    pub(super) fn read(&mut self) -> Result<Vec<Entry>, TrainingError> {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return Ok(Vec::new());
        }
        let tensors = pending
            .iter()
            .flat_map(|step| [step.losses.clone(), step.gradient_norm.clone()]);
        let read = values(Tensor::cat(tensors.collect(), 0))?;
        let mut rest = read.as_slice();
        let seconds = self.before + self.began.elapsed().as_secs_f64();
        let mut entries = Vec::with_capacity(pending.len());
        for step in &pending {
            let (losses, after) = rest.split_at(step.draws.len());
            let (norm, after) = after.split_at(1);
            rest = after;
            let entry = Entry {
                step: step.step as u64,
                loss: mean(losses.iter().copied()).unwrap_or(f64::NAN),
                loss_content: of_source(losses, &step.draws, Source::Content),
                loss_style: of_source(losses, &step.draws, Source::Style),
                learning_rate: step.learning_rate,
                grad_norm: Some(f64::from(norm[0])),
                seconds,
            };
            if !entry.loss.is_finite() || !norm[0].is_finite() {
                return Err(TrainingError::Diverged {
                    step: step.step,
                    loss: entry.loss as f32,
                });
            }
            self.write(&entry)?;
            entries.push(entry);
        }
        Ok(entries)
    }

    fn write(&mut self, entry: &Entry) -> Result<(), TrainingError> {
        self.log.append(entry)?;
        let parts = [
            ("loss/content", entry.loss_content),
            ("loss/style", entry.loss_style),
            ("gradient_norm", entry.grad_norm),
        ];
        let mut scalars = vec![("loss/all", entry.loss), ("learning_rate", entry.learning_rate)];
        scalars.extend(parts.into_iter().filter_map(|(tag, value)| Some((tag, value?))));
        let time = self.started_at as f64 + entry.seconds;
        self.events.scalars(entry.step, time, &scalars)?;
        Ok(())
    }

    /// Makes what is written outlast a power cut.
    pub(super) fn sync(&self) -> Result<(), TrainingError> {
        self.log.sync()?;
        self.events.sync()?;
        Ok(())
    }
}

fn of_source(losses: &[f32], draws: &[Draw], source: Source) -> Option<f64> {
    let of = losses.iter().zip(draws).filter(|(_, draw)| draw.source == source);
    mean(of.map(|(loss, _)| *loss))
}

fn mean(values: impl Iterator<Item = f32>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0);
    for value in values {
        sum += f64::from(value);
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}
