//! Every row's pictures, drawn or found.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;

use burn::tensor::Device;
use diffusion::pipeline::{LoadOptions, Outcome, Pipeline, Sampling, Transparency};

use super::error::{EvaluationError, Result};
use super::files::{is_kept, keep};
use super::plan::Evaluation;
use super::run::{Progress, Watch};
use super::subject::Subject;

/// Pictures of one row that are not there yet: prompts with their seeds.
struct Job<'a> {
    subject: &'a Subject,
    prompts: Vec<(&'a str, Vec<u64>)>,
}

/// Draws what is missing of every subject.
pub struct Drawing<'a> {
    jobs: Vec<Job<'a>>,
    done: usize,
    of: usize,
}

impl<'a> Drawing<'a> {
    /// Looks for what is there already. Pictures that two rows share are drawn once.
    pub fn new(evaluation: &'a Evaluation, subjects: &'a [Subject]) -> Self {
        let (mut seen, mut missing, mut jobs) = (BTreeSet::new(), 0, Vec::new());
        for subject in subjects {
            let side = subject.model.defaults().size;
            let mut prompts = Vec::new();
            for prompt in &evaluation.prompts {
                let mut is_missing = |seed: &u64| {
                    let file = subject.file(prompt, *seed);
                    let kept = is_kept(&file, side);
                    seen.insert(file) && !kept
                };
                let seeds: Vec<u64> = evaluation.seeds.iter().copied().filter(&mut is_missing).collect();
                missing += seeds.len();
                if !seeds.is_empty() {
                    prompts.push((prompt.as_str(), seeds));
                }
            }
            if !prompts.is_empty() {
                jobs.push(Job { subject, prompts });
            }
        }
        Self {
            jobs,
            done: seen.len() - missing,
            of: seen.len(),
        }
    }

    /// Draws, model by model. Breaks when `watch` does; what is drawn stays.
    pub fn draw(
        mut self,
        (device, options): (&Device, &LoadOptions),
        watch: &mut Watch<'_>,
    ) -> Result<ControlFlow<()>> {
        let mut rest = std::mem::take(&mut self.jobs);
        while let Some(first) = rest.first().map(|job| job.subject) {
            let (jobs, others) = rest
                .into_iter()
                .partition::<Vec<_>, _>(|job| job.subject.model.path() == first.model.path());
            rest = others;
            let mut pipeline = Pipeline::load(&first.model, device, options, &mut |_| ())
                .map_err(|error| EvaluationError::row(&first.name, error))?;
            // All adapters before the first picture: one that does not fit shall not be found after hours.
            for job in &jobs {
                job.subject.attach(&mut pipeline)?;
            }
            for job in &jobs {
                job.subject.attach(&mut pipeline)?;
                if self.draw_row(job, &mut pipeline, (options, watch))?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn draw_row(
        &mut self,
        Job { subject, prompts }: &Job<'_>,
        pipeline: &mut Pipeline,
        (options, watch): (&LoadOptions, &mut Watch<'_>),
    ) -> Result<ControlFlow<()>> {
        let at_once = options.memory.pictures_at_once.max(1);
        let batches = prompts
            .iter()
            .flat_map(|(prompt, seeds)| seeds.chunks(at_once).map(move |seeds| (*prompt, seeds)));
        for (prompt, seeds) in batches {
            let (before, of) = (self.done, self.of);
            let progress = |done, picture| Progress::Drawing {
                row: &subject.name,
                picture,
                done,
                of,
            };
            let outcome = pipeline
                .generate(&sampling(subject, prompt, seeds), &mut |_| {
                    watch(progress(before, None))
                })
                .map_err(|error| EvaluationError::row(&subject.name, error))?;
            let Outcome::Done(stickers) = outcome else {
                return Ok(ControlFlow::Break(()));
            };
            let files: Vec<PathBuf> = stickers
                .iter()
                .map(|sticker| subject.file(prompt, sticker.seed))
                .collect();
            for (file, sticker) in files.iter().zip(&stickers) {
                keep(file, &sticker.picture)?;
            }
            for file in &files {
                self.done += 1;
                if watch(progress(self.done, Some(file))).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// With the model's own sampler, steps and guidance.
fn sampling(subject: &Subject, prompt: &str, seeds: &[u64]) -> Sampling {
    let defaults = subject.model.defaults();
    Sampling {
        prompt: subject.prompt(prompt),
        negative_prompt: String::new(),
        seeds: seeds.to_vec(),
        num_inference_steps: defaults.num_inference_steps,
        guidance_scale: defaults.guidance_scale,
        guidance_rescale: 0.0,
        sampler: None,
        width: defaults.size,
        height: defaults.size,
        init: None,
        transparent: Transparency::Auto,
    }
}
