//! The engine: a queue of requests, one thread that fulfils them, and a stream of events.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::preview::{Preview, PreviewRate, PreviewSlot, Previews};
use crate::queue::{Job, Purpose, Queue};
use crate::worker::{self, MakeGenerator, Outlet, PipelineGenerator, compute_thread};
use crate::{Error, Event, GenerateRequest, JobId, cache_folder};

/// How an engine works.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// So many jobs may wait.
    pub queue_length: usize,
    /// Whether previews are made.
    pub previews: Previews,
    /// Where measurements of GPU kernels are kept; without one in the program's cache folder.
    pub cache_folder: Option<PathBuf>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            queue_length: 16,
            previews: Previews::Off,
            cache_folder: None,
        }
    }
}

/// Makes stickers in the background. Dropping it cancels what runs and waits for the thread.
#[derive(Debug)]
pub struct Engine {
    queue: Arc<Queue>,
    /// Kept so that a job cancelled while waiting is told, too.
    sender: Sender<Event>,
    receiver: Receiver<Event>,
    preview: Arc<PreviewSlot>,
    previews: Arc<PreviewRate>,
    last_id: AtomicU64,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts the engine's thread. No device is opened and no model read before the first job.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(options: EngineOptions) -> Result<Self, Error> {
        let cache = options.cache_folder.clone().or_else(|| {
            cache_folder()
                .inspect_err(|error| log::warn!("GPU kernels will be measured anew: {error}"))
                .ok()
        });
        Self::start_with(
            &options,
            Box::new(move || Box::new(PipelineGenerator::new(cache.clone()))),
        )
    }

    pub(crate) fn start_with(options: &EngineOptions, make: Box<MakeGenerator>) -> Result<Self, Error> {
        let (sender, receiver) = unbounded();
        let queue = Arc::new(Queue::new(options.queue_length));
        let preview = Arc::new(PreviewSlot::default());
        let previews = Arc::new(PreviewRate::new(options.previews));
        let outlet = Outlet {
            events: sender.clone(),
            preview: preview.clone(),
            previews: previews.clone(),
        };
        let thread = compute_thread::spawn({
            let queue = queue.clone();
            move || worker::work(&queue, &outlet, &make)
        })?;
        Ok(Self {
            queue,
            sender,
            receiver,
            preview,
            previews,
            last_id: AtomicU64::new(0),
            thread: Some(thread),
        })
    }

    /// Checks and completes a request and puts it into the queue. Returns at once.
    ///
    /// # Errors
    /// When the request cannot be fulfilled, or the queue is full.
    pub fn submit(&self, request: &GenerateRequest) -> Result<JobId, Error> {
        self.push(request, Purpose::Pictures)
    }

    /// Makes everything ready for such a request and makes no picture: device, model, adapters. A job like others, but for the pictures.
    ///
    /// # Errors
    /// As [`Engine::submit`].
    pub fn prepare(&self, request: &GenerateRequest) -> Result<JobId, Error> {
        self.push(request, Purpose::Readiness)
    }

    fn push(&self, request: &GenerateRequest, purpose: Purpose) -> Result<JobId, Error> {
        let id = JobId(self.last_id.fetch_add(1, Ordering::Relaxed) + 1);
        self.queue.push(Job::new(id, request.complete()?, purpose))?;
        Ok(id)
    }

    /// Cancels a job: a waiting one at once, a running one within a step. Its finished stickers stay. A job that is over
    /// is not touched.
    pub fn cancel(&self, job: JobId) {
        if let Some(waiting) = self.queue.cancel(job) {
            self.tell_cancelled(&waiting);
        }
    }

    /// Whether no job runs or waits.
    pub fn is_idle(&self) -> bool {
        self.queue.is_idle()
    }

    /// The stream of events. An event goes to one receiver only, so a face has one.
    pub fn events(&self) -> Receiver<Event> {
        self.receiver.clone()
    }

    /// The newest preview, if there is one since the last time.
    pub fn take_preview(&self) -> Option<Preview> {
        self.preview.take()
    }

    /// As [`Engine::take_preview`], but waits for one, at most so long.
    pub fn wait_for_preview(&self, most: Duration) -> Option<Preview> {
        self.preview.wait(most)
    }

    /// Changes whether previews are made, from the next step on.
    pub fn set_previews(&self, previews: Previews) {
        self.previews.set(previews);
    }

    fn tell_cancelled(&self, job: &Job) {
        let _ = self.sender.send(Event::Cancelled { job: job.id });
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        for job in self.queue.close() {
            self.tell_cancelled(&job);
        }
        // The thread catches its own panics.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
