//! What a person asks of the queue.

use library::{JobId, JobState};

use super::{PAUSED, Runner};
use crate::Error;
use crate::studio::events::StudioEvent;
use crate::studio::job_view::{Job, JobAction, Queue, job};
use crate::studio::plan::JobPlan;

impl Runner {
    /// Puts a job at the end of the queue.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn add(&self, title: &str, plan: &JobPlan, prompts: &[String]) -> Result<Job, Error> {
        let request = plan.to_json()?;
        let record = self.library.add_job(&library::NewJob {
            title,
            request: &request,
            pictures: plan.tiles().count() as u32,
            prompts,
        })?;
        self.wake();
        self.tell_job(&record.id);
        Ok(job(record, &[], Vec::new()))
    }

    /// Does with a job what a person asked for.
    ///
    /// # Errors
    /// When there is no such job, or it is in no state for that.
    pub(crate) fn act(&self, id: &JobId, action: JobAction) -> Result<(), Error> {
        let mut state = self.lock();
        let record = state.true_of(self.record(id)?);
        if !action.suits(record.state) {
            return Err(Error::usage(
                "the job has changed meanwhile, so that cannot be done any more",
            ));
        }
        let goal = match action {
            JobAction::Pause => JobState::Paused,
            JobAction::Resume | JobAction::Retry => JobState::Queued,
            JobAction::Cancel => JobState::Cancelled,
            JobAction::Remove => {
                self.library.remove_job(id)?;
                state.warnings.remove(id);
                state.unwritten.remove(id);
                drop(state);
                self.teller.tell(StudioEvent::JobRemoved { id: id.clone() });
                return Ok(());
            }
        };
        match &mut state.running {
            Some(running) if running.job == *id => {
                running.stop = Some(goal);
                if let Some((submitted, _)) = running.engine_job {
                    self.engine.cancel(submitted);
                }
            }
            _ => {
                self.library.set_job_state(id, goal, None)?;
                state.unwritten.remove(id);
            }
        }
        drop(state);
        self.wake();
        self.tell_job(id);
        Ok(())
    }

    /// Begins no further job, or goes on.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn pause(&self, paused: bool) -> Result<(), Error> {
        self.library.set_note(PAUSED, if paused { "true" } else { "false" })?;
        self.lock().paused = paused;
        self.wake();
        self.tell_queue()
    }

    /// Puts a job before another one, or last.
    ///
    /// # Errors
    /// When one of them is gone.
    pub(crate) fn reorder(&self, id: &JobId, before: Option<&JobId>) -> Result<(), Error> {
        self.library.move_job(id, before)?;
        self.tell_queue()
    }

    /// All jobs as they are now.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub(crate) fn queue(&self) -> Result<Queue, Error> {
        let records = self.library.jobs()?;
        let jobs = records
            .into_iter()
            .map(|record| self.view(record))
            .collect::<Result<_, _>>()?;
        Ok(Queue {
            paused: self.lock().paused,
            jobs,
        })
    }
}
