//! The one thread that touches the model: takes jobs from the queue, makes their pictures, and tells about it. Everything in
//! this folder runs on it.

pub(crate) mod bench;
pub(crate) mod compute_thread;
mod device_failure;
pub(crate) mod generator;
mod loaded_model;
mod memory_plan;
pub(crate) mod panics;
mod pipeline_generator;
mod tuning;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use crossbeam_channel::Sender;

pub(crate) use pipeline_generator::PipelineGenerator;

use crate::preview::{Preview, PreviewRate, PreviewSlot};
use crate::queue::{Job, Purpose, Queue};
use crate::recipe::RECIPE_VERSION;
use crate::{AlphaKind, Error, Event, FinishSource, Finisher, Picture, Recipe};
use device_failure::DeviceFailure;
use generator::{Attempt, Failure, Generated, Generator, Prepared, StepReport};

/// Makes a new generator, on the worker's thread, at the start and after a panic.
pub(crate) type MakeGenerator = dyn Fn() -> Box<dyn Generator> + Send;

/// How the worker tells what happens. Events wait without limit (they are few); previews do not wait at all.
pub(crate) struct Outlet {
    pub(crate) events: Sender<Event>,
    pub(crate) preview: Arc<PreviewSlot>,
    pub(crate) previews: Arc<PreviewRate>,
}

impl Outlet {
    /// Nobody listening is no error: the job's files may be all that is wanted.
    fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    fn warn(&self, job: &Job, text: impl Into<String>) {
        self.tell(Event::Warning {
            job: job.id,
            text: text.into(),
        });
    }
}

/// How a job ended without an error.
enum End {
    Done,
    Cancelled,
}

/// Works until the queue is closed.
pub(crate) fn work(queue: &Queue, outlet: &Outlet, make: &MakeGenerator) {
    let mut generator = None;
    while let Some(job) = queue.next() {
        let end = run(&mut generator, make, &job, outlet);
        queue.finish();
        outlet.tell(match end {
            Ok(End::Done) => Event::Done { job: job.id },
            Ok(End::Cancelled) => Event::Cancelled { job: job.id },
            Err(error) => Event::Failed { job: job.id, error },
        });
    }
}

/// Runs a job to its end, in more than one attempt when the device fails. Finished pictures are not made again.
fn run(
    generator: &mut Option<Box<dyn Generator>>,
    make: &MakeGenerator,
    job: &Job,
    outlet: &Outlet,
) -> Result<End, Error> {
    for note in &job.request.notes {
        outlet.warn(job, note.as_str());
    }
    let mut progress = Progress::default();
    let mut attempt = Attempt::first(&job.request);
    loop {
        let tried = panics::catch(|| progress.run(generator.get_or_insert_with(make).as_mut(), job, attempt, outlet));
        let failure = match tried {
            Ok(Ok(end)) => return Ok(end),
            Ok(Err(Failure::Final(error))) => return Err(error),
            Ok(Err(Failure::Device(reason))) => {
                log::warn!("job {}: {reason}", job.id);
                DeviceFailure::of(&reason)
            }
            Err(panic) => {
                log::error!("job {} panicked: {panic}", job.id);
                discard(generator);
                match DeviceFailure::of(&panic) {
                    DeviceFailure::Other(_) => return Err(internal(&panic)),
                    failure => failure,
                }
            }
        };
        match attempt.next(job.request.on_device_failure) {
            Some((next, what)) => {
                outlet.warn(job, format!("{failure}; {what}"));
                attempt = next;
            }
            None => return Err(gave_up(&failure)),
        }
    }
}

/// Throws away what a panic left in an unknown state; doing so may panic again.
fn discard(generator: &mut Option<Box<dyn Generator>>) {
    let broken = generator.take();
    if let Err(panic) = panics::catch(|| drop(broken)) {
        log::error!("a broken model could not be dropped: {panic}");
    }
}

fn internal(panic: &str) -> Error {
    Error::internal(format!(
        "a fault of this program ended the job; the next one starts afresh, and a report would help: {panic}"
    ))
}

fn gave_up(failure: &DeviceFailure) -> Error {
    Error::device(format!(
        "{failure}; make fewer or smaller pictures, close other programs that use the GPU, or compute on the CPU"
    ))
}

/// How far a job is, across its attempts.
#[derive(Default)]
struct Progress {
    finished: usize,
    has_started: bool,
    told_warnings: Vec<String>,
    finisher: Option<Finisher>,
}

impl Progress {
    fn run(
        &mut self,
        generator: &mut dyn Generator,
        job: &Job,
        attempt: Attempt,
        outlet: &Outlet,
    ) -> Result<End, Failure> {
        if job.is_cancelled() {
            return Ok(End::Cancelled);
        }
        let on_stage = &mut |stage| outlet.tell(Event::ModelLoading { job: job.id, stage });
        let prepared = generator.prepare(&job.request, attempt, on_stage)?;
        if job.purpose == Purpose::Readiness {
            return Ok(End::Done);
        }
        self.tell_start(&prepared, job, outlet);
        let seeds = job.request.seeds();
        while self.finished < seeds.len() {
            if job.is_cancelled() {
                return Ok(End::Cancelled);
            }
            let end = seeds.len().min(self.finished + prepared.batch.max(1));
            let mut steps = Steps::new(job, outlet, self.finished as u32..end as u32);
            let generated =
                generator.generate(&job.request, &seeds[self.finished..end], &mut |step| steps.tell(&step))?;
            let Generated::Done(pictures) = generated else {
                return Ok(End::Cancelled);
            };
            for (picture, alpha) in pictures {
                let recipe = recipe(job, &prepared, self.finished as u32, alpha);
                let picture = self.finish(picture, job, attempt, outlet)?;
                outlet.tell(sticker(job, picture, recipe));
                self.finished += 1;
            }
        }
        Ok(End::Done)
    }

    /// The effects of the request, on the device that made the picture.
    fn finish(&mut self, picture: Picture, job: &Job, attempt: Attempt, outlet: &Outlet) -> Result<Picture, Failure> {
        let effects = &job.request.effects;
        if effects.is_empty() {
            return Ok(picture);
        }
        let finisher = match &mut self.finisher {
            Some(finisher) => finisher,
            none => none.insert(Finisher::open(attempt.device).map_err(Failure::Final)?),
        };
        let source = FinishSource::new(picture).map_err(Failure::Final)?;
        let finished = finisher.finish(&source, effects).map_err(Failure::Final)?;
        for warning in finished.warnings {
            outlet.warn(job, warning);
        }
        Ok(finished.picture)
    }

    fn tell_start(&mut self, prepared: &Prepared, job: &Job, outlet: &Outlet) {
        for warning in &prepared.warnings {
            if !self.told_warnings.contains(warning) {
                outlet.warn(job, warning.as_str());
                self.told_warnings.push(warning.clone());
            }
        }
        if !self.has_started {
            self.has_started = true;
            let (request, device) = (job.request.clone(), prepared.device.clone());
            outlet.tell(Event::Started {
                job: job.id,
                request,
                device,
            });
        }
    }
}

fn sticker(job: &Job, picture: Picture, recipe: Recipe) -> Event {
    Event::Sticker {
        job: job.id,
        index: recipe.index,
        picture: Arc::new(picture),
        recipe: Arc::new(recipe),
    }
}

fn recipe(job: &Job, prepared: &Prepared, index: u32, alpha_source: AlphaKind) -> Recipe {
    let request = &job.request;
    Recipe {
        version: RECIPE_VERSION,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        model: prepared.model.clone(),
        adapters: prepared.adapters.clone(),
        prompt: request.prompt.clone(),
        style: request.style,
        full_prompt: request.full_prompt.clone(),
        negative_prompt: request.negative_prompt.clone(),
        seed: request.seed + u64::from(index),
        index,
        sampler: request.sampler,
        num_inference_steps: request.num_inference_steps,
        guidance_scale: request.guidance_scale,
        guidance_rescale: request.guidance_rescale,
        width: request.width,
        height: request.height,
        init: request.init.as_ref().map(|init| init.reference.clone()),
        transparency: request.transparency,
        alpha_source,
        device: prepared.device.clone(),
        precision: prepared.precision,
        effects: request.effects.clone(),
    }
}

/// Tells the steps of one batch.
struct Steps<'a> {
    job: &'a Job,
    outlet: &'a Outlet,
    images: std::ops::Range<u32>,
    began: Instant,
    /// The first step of a batch is slower (kernels, caches): when it ended, and which it was.
    first: Option<(usize, Instant)>,
}

impl<'a> Steps<'a> {
    fn new(job: &'a Job, outlet: &'a Outlet, images: std::ops::Range<u32>) -> Self {
        Self {
            job,
            outlet,
            images,
            began: Instant::now(),
            first: None,
        }
    }

    fn tell(&mut self, report: &StepReport<'_>) -> ControlFlow<()> {
        self.outlet.tell(Event::Step {
            job: self.job.id,
            step: report.step,
            of: report.of,
            images: self.images.clone(),
            count: self.job.request.count,
            seconds_per_step: self.seconds_per_step(report.step),
        });
        if self.job.is_cancelled() {
            return ControlFlow::Break(());
        }
        if self.outlet.previews.get().wants(report.step) {
            let pictures = self.images.clone().zip((report.preview)()).collect();
            self.outlet.preview.put(Preview {
                job: self.job.id,
                step: report.step,
                of: report.of,
                pictures,
            });
        }
        ControlFlow::Continue(())
    }

    fn seconds_per_step(&mut self, step: usize) -> f64 {
        let now = Instant::now();
        let (first, ended) = *self.first.get_or_insert((step, now));
        match step.saturating_sub(first) {
            0 => (now - self.began).as_secs_f64(),
            steps => (now - ended).as_secs_f64() / steps as f64,
        }
    }
}

#[cfg(test)]
mod tests;
