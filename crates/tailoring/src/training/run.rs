//! A training from its first step to the adapter's file, with a folder of its own: settings, log, checkpoint, pictures.

use std::io::Write;
use std::path::PathBuf;

use burn::tensor::Device;
use diffusion::lora::write_kohya;
use diffusion::pipeline::ModelFolder;
use diffusion::weights::Precision;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::batch::TrainingData;
use super::cache::{Cache, values};
use super::files::write_whole;
use super::record::Record;
use super::sets::{TrainingSets, hexadecimal};
use super::trainer::Trainer;
use super::validation::Validation;
use super::{TrainingConfig, TrainingError, checkpoint, metadata, whole_model};
use crate::log::Entry;

/// Steps between two reads of the losses, which wait for the device.
const READ_EVERY: usize = 10;

/// Everything a training is told.
pub struct Run {
    /// Where it keeps its files; made if it is not there.
    pub folder: PathBuf,
    /// Where latents and embeddings are kept.
    pub cache: PathBuf,
    /// The base.
    pub model: ModelFolder,
    /// Over the base's weights files.
    pub model_sha256: String,
    /// The settings.
    pub config: TrainingConfig,
    /// What is learnt from.
    pub sets: TrainingSets,
    /// Which pictures show how it goes.
    pub validation: Validation,
    /// Steps between two checkpoints.
    pub checkpoint_every: usize,
    /// The time at which it began, in seconds since 1970: for what is written down.
    pub started_at: u64,
}

/// What a watcher is told.
pub enum Progress<'a> {
    /// Pictures and captions being encoded.
    Caching {
        /// Done.
        done: usize,
        /// In all.
        of: usize,
    },
    /// Steps whose losses have been read since the last time.
    Steps {
        /// In order.
        entries: &'a [Entry],
        /// Steps in all.
        of: usize,
    },
    /// Pictures from the fixed prompts and seeds.
    Validation {
        /// Steps done.
        step: usize,
        /// PNG files, prompt by prompt and seed by seed.
        pictures: &'a [PathBuf],
    },
}

/// What a watcher answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Go on.
    Continue,
    /// Write a checkpoint and end for now.
    Pause,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// All steps are done, and this file is written.
    Done(PathBuf),
    /// It can be resumed from this step.
    Paused {
        /// Steps done.
        step: usize,
    },
}

/// `run.json`: what a run's folder says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The version of this file.
    pub schema: u32,
    /// The settings.
    pub config: TrainingConfig,
    /// The base's name.
    pub model: String,
    /// Over the base's weights files.
    pub model_sha256: String,
    /// Over pictures and captions.
    pub data_sha256: String,
    /// Pictures learnt from: content, style.
    pub counts: [usize; 2],
    /// In seconds since 1970.
    pub started_at: u64,
}

impl Run {
    /// Trains, from the run's checkpoint if there is one. `watch` is asked after every step.
    ///
    /// # Errors
    /// Settings, pictures or a checkpoint that cannot be used; a full disk; a loss that is no number. Checkpoints stay.
    pub fn train(
        &self,
        device: &Device,
        precision: Precision,
        watch: &mut dyn FnMut(Progress<'_>) -> Control,
    ) -> Result<Ended, TrainingError> {
        if let Some(problem) = self.config.problem() {
            return Err(TrainingError::Settings(problem));
        }
        self.sets.check(&self.config)?;
        let cache = Cache::new(&self.cache, &self.model_sha256);
        let prepared = self
            .sets
            .prepare(&self.config, &cache, (&self.model, device), &mut |done, of| {
                watch(Progress::Caching { done, of })
            })?;
        let Some((data, data_sha256)) = prepared else {
            return Ok(Ended::Paused { step: 0 });
        };
        let mut trainer = Trainer::new(&self.model, &self.config, device, precision)?;
        let facts = self.facts(&data, data_sha256);
        let fingerprint = facts.fingerprint();
        let checkpoint = self.checkpoint_file();
        if checkpoint.exists() {
            let length = trainer.parameters().len();
            trainer.set_state(checkpoint::load(
                &checkpoint,
                length,
                &fingerprint,
                trainer.plain_device(),
            )?);
        }
        self.write_facts(&facts)?;
        let mut record = Record::open(&self.folder, self.started_at, trainer.state().step)?;
        if trainer.state().step == 0 {
            self.validate(&trainer, watch)?;
        }
        let control = self.steps(&mut trainer, &data, (&mut record, &fingerprint), watch)?;
        if control == Control::Pause {
            checkpoint::save(&checkpoint, trainer.state(), &fingerprint)?;
            return Ok(Ended::Paused {
                step: trainer.state().step,
            });
        }
        let file = self.save_result(&trainer, &facts)?;
        std::fs::remove_file(&checkpoint).ok();
        Ok(Ended::Done(file))
    }

    fn steps(
        &self,
        trainer: &mut Trainer,
        data: &TrainingData,
        (record, fingerprint): (&mut Record, &str),
        watch: &mut dyn FnMut(Progress<'_>) -> Control,
    ) -> Result<Control, TrainingError> {
        while !trainer.is_done() {
            let result = trainer.step(data);
            let step = result.step;
            record.push(result);
            let due = |every: usize| every > 0 && (step.is_multiple_of(every) || trainer.is_done());
            let entries = if due(READ_EVERY) || due(self.checkpoint_every) || step == 1 {
                record.read()?
            } else {
                Vec::new()
            };
            let control = watch(Progress::Steps {
                entries: &entries,
                of: self.config.steps,
            });
            if due(self.checkpoint_every) {
                record.sync()?;
                checkpoint::save(&self.checkpoint_file(), trainer.state(), fingerprint)?;
            }
            if due(self.validation.every) {
                self.validate(trainer, watch)?;
            }
            if control == Control::Pause && !trainer.is_done() {
                record.read()?;
                record.sync()?;
                return Ok(Control::Pause);
            }
        }
        Ok(Control::Continue)
    }

    fn validate(&self, trainer: &Trainer, watch: &mut dyn FnMut(Progress<'_>) -> Control) -> Result<(), TrainingError> {
        if self.validation.prompts.is_empty() {
            return Ok(());
        }
        let step = trainer.state().step;
        let folder = self.folder.join("samples");
        let pictures = self.validation.pictures(&self.model, trainer, (&folder, step))?;
        watch(Progress::Validation {
            step,
            pictures: &pictures,
        });
        Ok(())
    }

    /// The file that a resumption begins from.
    pub fn checkpoint_file(&self) -> PathBuf {
        self.folder.join("checkpoint.safetensors")
    }

    fn facts(&self, data: &TrainingData, data_sha256: String) -> RunFacts {
        RunFacts {
            schema: 1,
            config: self.config.clone(),
            model: self.model.name(),
            model_sha256: self.model_sha256.clone(),
            data_sha256,
            counts: data.counts(),
            started_at: self.started_at,
        }
    }

    fn write_facts(&self, facts: &RunFacts) -> Result<(), TrainingError> {
        let text = serde_json::to_string_pretty(facts).unwrap_or_default();
        write_whole(&self.folder.join("run.json"), |file| file.write_all(text.as_bytes()))
    }

    fn save_result(&self, trainer: &Trainer, facts: &RunFacts) -> Result<PathBuf, TrainingError> {
        let trained = values(trainer.result())?;
        let Some(layout) = trainer.layout() else {
            let path = self.folder.join("model");
            whole_model::save(&self.model, trainer.parameters(), &trained, &path)?;
            return Ok(path);
        };
        let path = self.folder.join("adapter.safetensors");
        let targets = layout.targets(&trained, self.config.alpha);
        let metadata = metadata::of_adapter(facts, &self.model, &targets);
        write_whole(&path, |file| write_kohya(file, &targets, &metadata))?;
        Ok(path)
    }
}

impl RunFacts {
    /// A hash over everything that a checkpoint must agree with.
    pub fn fingerprint(&self) -> String {
        let text = serde_json::to_string(&(&self.config, &self.model_sha256, &self.data_sha256)).unwrap_or_default();
        hexadecimal(&Sha256::digest(text))
    }
}
