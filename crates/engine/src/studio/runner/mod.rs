//! Carries out the jobs of the library, one after the other, on a thread of its own: hands their requests to the engine and keeps what
//! comes back.

mod asked;
mod pace;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossbeam_channel::Receiver;
use library::{JobId, JobRecord, JobState, Library};

use super::events::{StudioEvent, Teller, preview_frame};
use super::job_view::{Job, job};
use super::keeping::{Source, keep};
use super::plan::{JobPlan, Run};
use crate::{Engine, Error, Event};
use pace::Pace;

/// The list shows so many jobs that are over; older ones leave it when the studio is opened.
const KEPT_JOBS: usize = 60;
/// Under which name the library keeps whether the queue is paused.
const PAUSED: &str = "queue_paused";

/// The queue of a studio.
pub(crate) struct Runner {
    library: Arc<Library>,
    engine: Engine,
    events: Receiver<Event>,
    teller: Arc<Teller>,
    state: Mutex<State>,
    changed: Condvar,
    /// Held from reading what is told until it is told, so that the last that a page hears is the newest.
    telling: Mutex<()>,
}

#[derive(Default)]
struct State {
    paused: bool,
    closing: bool,
    /// Something else needs the device: no job is begun meanwhile.
    device_is_lent: bool,
    running: Option<Running>,
    warnings: HashMap<JobId, Vec<String>>,
    /// How jobs ended whose end could not be written, as on a full disk.
    unwritten: HashMap<JobId, (JobState, Option<String>)>,
}

struct Running {
    job: JobId,
    /// What the engine is doing for it now, and the first tile of that.
    engine_job: Option<(crate::JobId, u32)>,
    stop: Option<JobState>,
}

impl State {
    /// A record with what could not be written into it.
    fn true_of(&self, mut record: JobRecord) -> JobRecord {
        if let Some((state, error)) = self.unwritten.get(&record.id) {
            record.state = *state;
            record.error.clone_from(error);
        }
        record
    }
}

/// Takes the oldest jobs that are over out of the list. Their stickers stay.
fn forget_old_jobs(library: &Library) -> Result<(), Error> {
    use JobState::{Cancelled, Done, Failed};
    let over: Vec<_> = library
        .jobs()?
        .into_iter()
        .filter(|job| matches!(job.state, Done | Cancelled | Failed))
        .collect();
    let too_many = over.len().saturating_sub(KEPT_JOBS);
    over[..too_many]
        .iter()
        .try_for_each(|job| Ok(library.remove_job(&job.id)?))
}

/// How a job ended.
enum End {
    Done,
    /// It was told to, with the state it then has.
    Stopped(JobState),
}

impl Runner {
    /// A runner that has not begun; [`Runner::work`] is its thread.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub(crate) fn new(library: Arc<Library>, engine: Engine, teller: Arc<Teller>) -> Result<Self, Error> {
        let paused = library.note(PAUSED)?.as_deref() == Some("true");
        forget_old_jobs(&library)?;
        Ok(Self {
            events: engine.events(),
            library,
            engine,
            teller,
            state: Mutex::new(State {
                paused,
                ..State::default()
            }),
            changed: Condvar::new(),
            telling: Mutex::default(),
        })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Works until [`Runner::close`].
    pub(crate) fn work(&self) {
        loop {
            let record = match self.next() {
                Ok(Some(record)) => record,
                Ok(None) => return,
                Err(error) => {
                    self.lock().paused = true;
                    self.teller.tell(StudioEvent::Notice {
                        text: format!("the queue is paused: {error}"),
                    });
                    if let Err(error) = self.tell_queue() {
                        log::warn!("the order of the queue is not told: {error}");
                    }
                    continue;
                }
            };
            let id = record.id.clone();
            self.tell_job(&id);
            let ended = self.run(&record);
            let (state, error) = match &ended {
                Ok(End::Done) => (JobState::Done, None),
                Ok(End::Stopped(state)) => (*state, None),
                Err(error) => (JobState::Failed, Some(error.message.as_str())),
            };
            // Under one lock: what a person asks for meanwhile finds the job either running or over.
            let mut now = self.lock();
            let asked = now.running.as_ref().and_then(|running| running.stop);
            let state = match &ended {
                Ok(End::Stopped(_)) => asked.unwrap_or(state),
                _ => state,
            };
            let written = self.library.set_job_state(&id, state, error);
            now.running = None;
            if written.is_err() {
                now.unwritten.insert(id.clone(), (state, error.map(str::to_owned)));
            }
            drop(now);
            if let Err(error) = written {
                let text = error.to_string();
                self.teller.tell(StudioEvent::Notice { text });
            }
            self.tell_job(&id);
        }
    }

    /// Waits for a job that may begin, and marks it as running. Nothing once the studio closes.
    fn next(&self) -> Result<Option<JobRecord>, Error> {
        let mut state = self.lock();
        loop {
            if state.closing {
                return Ok(None);
            }
            if !state.paused && !state.device_is_lent {
                let queued = self
                    .library
                    .jobs()?
                    .into_iter()
                    .find(|job| job.state == JobState::Queued);
                if let Some(record) = queued {
                    self.library.set_job_state(&record.id, JobState::Running, None)?;
                    state.warnings.remove(&record.id);
                    state.running = Some(Running {
                        job: record.id.clone(),
                        engine_job: None,
                        stop: None,
                    });
                    return Ok(Some(record));
                }
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn run(&self, record: &JobRecord) -> Result<End, Error> {
        let plan = JobPlan::from_json(&record.request)?;
        let made: BTreeSet<u32> = self
            .library
            .job_stickers(&record.id)?
            .into_iter()
            .map(|(tile, _)| tile)
            .collect();
        let total = plan.tiles().count();
        let mut pace = Pace::new(record.id.clone(), total.saturating_sub(made.len()) as u32);
        for run in plan.missing(&made) {
            if let Some(state) = self.stop() {
                return Ok(End::Stopped(state));
            }
            let submitted = self.engine.submit(&run.request)?;
            self.begin(submitted, run.tiles.start);
            if let End::Stopped(state) = self.follow(submitted, &run, &mut pace)? {
                return Ok(End::Stopped(state));
            }
        }
        Ok(End::Done)
    }

    fn stop(&self) -> Option<JobState> {
        self.lock().running.as_ref().and_then(|running| running.stop)
    }

    /// Notes what the engine works on; a stop that came just before reaches it, too.
    fn begin(&self, submitted: crate::JobId, first_tile: u32) {
        let mut state = self.lock();
        if let Some(running) = &mut state.running {
            running.engine_job = Some((submitted, first_tile));
            if running.stop.is_some() {
                self.engine.cancel(submitted);
            }
        }
    }

    /// Follows one of the engine's jobs to its end.
    fn follow(&self, submitted: crate::JobId, run: &Run, pace: &mut Pace) -> Result<End, Error> {
        let mut lost = None;
        for event in &self.events {
            if event.job() != submitted {
                continue; // of a model that was made ready before
            }
            match event {
                Event::Sticker {
                    index, picture, recipe, ..
                } if lost.is_none() => {
                    let source = Source::Job {
                        job: &pace.job,
                        tile: run.tiles.start + index,
                        bucket: run.bucket,
                    };
                    match keep(&self.library, &picture, Some(&recipe), source) {
                        Ok(sticker) => {
                            pace.left = pace.left.saturating_sub(1);
                            let (job, tile) = (pace.job.clone(), run.tiles.start + index);
                            self.teller.tell(StudioEvent::Made { job, tile, sticker });
                        }
                        Err(error) => {
                            // More pictures would be lost, too.
                            lost = Some(error);
                            self.engine.cancel(submitted);
                        }
                    }
                }
                Event::Warning { text, .. } => self.warn(&pace.job, text),
                Event::Done { .. } | Event::Cancelled { .. } if lost.is_some() => break,
                Event::Done { .. } => return Ok(End::Done),
                Event::Cancelled { .. } => return Ok(End::Stopped(self.stop().unwrap_or(JobState::Cancelled))),
                Event::Failed { error, .. } => return Err(lost.unwrap_or(error)),
                other => {
                    if let Some(progress) = pace.progress(&other, run.tiles.start) {
                        self.teller.tell(StudioEvent::Progress { progress });
                    }
                }
            }
        }
        Err(lost.unwrap_or_else(|| Error::internal("the engine ended in the middle of a job; start the program again")))
    }

    fn warn(&self, job: &JobId, text: String) {
        let mut state = self.lock();
        let warnings = state.warnings.entry(job.clone()).or_default();
        if !warnings.contains(&text) {
            warnings.push(text);
            drop(state);
            self.tell_job(job);
        }
    }

    /// Runs `work` while no job is computed.
    ///
    /// # Errors
    /// When a job runs, and whatever `work` says.
    pub(crate) fn with_idle_device<T>(&self, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        {
            let mut state = self.lock();
            if state.running.is_some() || state.device_is_lent || !self.engine.is_idle() {
                return Err(Error::busy(
                    "the device is at work; pause the queue or wait for the job to end",
                ));
            }
            state.device_is_lent = true;
        }
        let result = work();
        self.lock().device_is_lent = false;
        self.wake();
        result
    }

    /// Waits for the next preview of the running job, as bytes for a page.
    pub(crate) fn wait_for_preview(&self, most: Duration) -> Option<Vec<u8>> {
        let preview = self.engine.wait_for_preview(most)?;
        let state = self.lock();
        let running = state.running.as_ref()?;
        let (submitted, first_tile) = running.engine_job?;
        (submitted == preview.job).then(|| preview_frame(&running.job, first_tile, &preview))
    }

    /// Ends the work: the running job becomes interrupted, and goes on when a person says so.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closing = true;
        if let Some(running) = &mut state.running {
            // What a person asked for just before counts.
            running.stop.get_or_insert(JobState::Interrupted);
            if let Some((submitted, _)) = running.engine_job {
                self.engine.cancel(submitted);
            }
        }
        drop(state);
        self.wake();
    }

    fn record(&self, id: &JobId) -> Result<JobRecord, Error> {
        self.library
            .job(id)?
            .ok_or_else(|| Error::input("there is no such job any more"))
    }

    fn view(&self, record: JobRecord) -> Result<Job, Error> {
        let made = self.library.job_stickers(&record.id)?;
        let state = self.lock();
        let warnings = state.warnings.get(&record.id).cloned().unwrap_or_default();
        Ok(job(state.true_of(record), &made, warnings))
    }

    fn tell_job(&self, id: &JobId) {
        let _telling = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        match self.record(id).and_then(|record| self.view(record)) {
            Ok(job) => self.teller.tell(StudioEvent::Job { job }),
            Err(error) => log::debug!("nothing to tell of job {id}: {error}"),
        }
    }

    fn tell_queue(&self) -> Result<(), Error> {
        let _telling = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let order = self.library.jobs()?.into_iter().map(|job| job.id).collect();
        let paused = self.lock().paused;
        self.teller.tell(StudioEvent::Queue { paused, order });
        Ok(())
    }

    fn wake(&self) {
        // The lock makes sure that the thread either sees what changed or already waits.
        drop(self.lock());
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
