//! The bounded queue between the faces and the one worker.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::{CompletedRequest, Error, JobId};

/// A request on its way.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: JobId,
    pub(crate) request: Arc<CompletedRequest>,
    pub(crate) purpose: Purpose,
    cancelled: AtomicBool,
}

/// What a job is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Pictures,
    /// That a later job finds the model ready.
    Readiness,
}

impl Job {
    pub(crate) fn new(id: JobId, request: CompletedRequest, purpose: Purpose) -> Self {
        Self {
            id,
            request: Arc::new(request),
            purpose,
            cancelled: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// Jobs in the order they came; at most one runs.
#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    length: usize,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Arc<Job>>,
    running: Option<Arc<Job>>,
    closed: bool,
}

impl Queue {
    /// A queue in which at most `length` jobs wait.
    pub(crate) fn new(length: usize) -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            length,
        }
    }

    /// Adds a job at the end.
    ///
    /// # Errors
    /// When the queue is full.
    pub(crate) fn push(&self, job: Job) -> Result<(), Error> {
        let mut state = self.lock();
        if state.waiting.len() >= self.length {
            return Err(Error::busy(format!(
                "{} jobs are waiting already; wait for one to finish",
                self.length
            )));
        }
        state.waiting.push_back(Arc::new(job));
        self.changed.notify_one();
        Ok(())
    }

    /// Waits for the next job, which then runs until [`Queue::finish`]. `None` once the queue is closed.
    pub(crate) fn next(&self) -> Option<Arc<Job>> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(job) = state.waiting.pop_front() {
                state.running = Some(job.clone());
                return Some(job);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether no job runs or waits.
    pub(crate) fn is_idle(&self) -> bool {
        let state = self.lock();
        state.running.is_none() && state.waiting.is_empty()
    }

    /// The running job is over.
    pub(crate) fn finish(&self) {
        self.lock().running = None;
    }

    /// Takes a waiting job out and returns it, or tells the running one to stop. Anything else is over already.
    pub(crate) fn cancel(&self, id: JobId) -> Option<Arc<Job>> {
        let mut state = self.lock();
        if let Some(running) = state.running.as_ref().filter(|job| job.id == id) {
            running.cancelled.store(true, Ordering::Relaxed);
        }
        let place = state.waiting.iter().position(|job| job.id == id)?;
        state.waiting.remove(place)
    }

    /// Ends the queue: no job comes out any more, the running one is told to stop, and those that waited are returned.
    pub(crate) fn close(&self) -> Vec<Arc<Job>> {
        let mut state = self.lock();
        state.closed = true;
        if let Some(running) = &state.running {
            running.cancelled.store(true, Ordering::Relaxed);
        }
        self.changed.notify_all();
        state.waiting.drain(..).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;
    use crate::completion::tests::completed;

    fn job(id: u64) -> Job {
        Job::new(JobId(id), completed(), Purpose::Pictures)
    }

    #[test]
    fn jobs_come_out_in_their_order_and_a_full_queue_refuses() {
        let queue = Queue::new(2);
        queue.push(job(1)).unwrap();
        queue.push(job(2)).unwrap();
        assert_eq!(queue.push(job(3)).unwrap_err().code, ErrorCode::Busy);
        assert_eq!(queue.next().map(|job| job.id), Some(JobId(1)));
        queue.push(job(3)).unwrap();
        assert_eq!(queue.next().map(|job| job.id), Some(JobId(2)));
    }

    #[test]
    fn a_waiting_job_is_taken_out_and_a_running_one_is_told() {
        let queue = Queue::new(4);
        queue.push(job(1)).unwrap();
        queue.push(job(2)).unwrap();
        let running = queue.next().unwrap();
        assert_eq!(queue.cancel(JobId(2)).map(|job| job.id), Some(JobId(2)));
        assert!(queue.cancel(JobId(1)).is_none() && running.is_cancelled());
        queue.finish();
        assert!(queue.cancel(JobId(1)).is_none(), "what is over cannot be cancelled");
    }

    #[test]
    fn a_closed_queue_gives_nothing_out() {
        let queue = Arc::new(Queue::new(4));
        let waiter = std::thread::Builder::new().name("waiter".into()).spawn({
            let queue = queue.clone();
            move || queue.next().is_none()
        });
        queue.close();
        assert!(waiter.unwrap().join().unwrap());
        queue.push(job(1)).unwrap();
        assert!(queue.next().is_none());
    }
}
