//! How fast a job is, and how often a page is told.

use std::time::{Duration, Instant};

use library::JobId;

use crate::Event;
use crate::studio::job_view::Progress;

/// A page is told of progress no more often than this.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// How fast the running job is, and when a page was told last.
pub(super) struct Pace {
    pub(super) job: JobId,
    /// Pictures still to be made.
    pub(super) left: u32,
    device: Option<String>,
    told: Option<Instant>,
}

impl Pace {
    pub(super) fn new(job: JobId, left: u32) -> Self {
        Self {
            job,
            left,
            device: None,
            told: None,
        }
    }

    /// What to tell a page of an event, if it is time for that.
    pub(super) fn progress(&mut self, event: &Event, first_tile: u32) -> Option<Progress> {
        match event {
            Event::Started { device, .. } => {
                self.device = Some(device.clone());
                None
            }
            Event::ModelLoading { stage, .. } => Some(self.at(Some(stage.to_string()), (0, 0), (0, 0), (0.0, 0.0))),
            Event::Step {
                step,
                of,
                images,
                seconds_per_step,
                ..
            } => {
                let is_last = step == of;
                if !is_last && self.told.is_some_and(|told| told.elapsed() < PROGRESS_INTERVAL) {
                    return None;
                }
                self.told = Some(Instant::now());
                let batch = (images.end - images.start).max(1);
                let later_batches = self.left.saturating_sub(batch).div_ceil(batch);
                let steps_left = (of - step) as f64 + f64::from(later_batches) * *of as f64;
                let tiles = (first_tile + images.start, first_tile + images.end);
                let times = (*seconds_per_step, steps_left * seconds_per_step);
                Some(self.at(None, (*step as u32, *of as u32), tiles, times))
            }
            _ => None,
        }
    }

    fn at(&self, stage: Option<String>, steps: (u32, u32), tiles: (u32, u32), times: (f64, f64)) -> Progress {
        Progress {
            job: self.job.clone(),
            stage,
            step: steps.0,
            of: steps.1,
            tiles,
            seconds_per_step: times.0,
            seconds_left: times.1,
            device: self.device.clone(),
        }
    }
}
