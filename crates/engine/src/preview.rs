//! The newest preview. A slow reader misses some and never makes the GPU wait.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::{JobId, Picture};

/// [`Previews`] that can be changed while the worker reads them: 0 is off.
#[derive(Debug)]
pub(crate) struct PreviewRate(AtomicUsize);

impl PreviewRate {
    pub(crate) fn new(previews: Previews) -> Self {
        let rate = Self(AtomicUsize::new(0));
        rate.set(previews);
        rate
    }

    pub(crate) fn set(&self, previews: Previews) {
        let steps = match previews {
            Previews::Off => 0,
            Previews::EverySteps(steps) => steps.get(),
        };
        self.0.store(steps, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> Previews {
        NonZeroUsize::new(self.0.load(Ordering::Relaxed)).map_or(Previews::Off, Previews::EverySteps)
    }
}

/// Whether previews are made while a picture forms. Each costs a small readback from the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Previews {
    /// None.
    #[default]
    Off,
    /// One after every so many steps.
    EverySteps(NonZeroUsize),
}

impl Previews {
    /// Whether step `step` (from 1) gives a preview.
    pub(crate) fn wants(self, step: usize) -> bool {
        match self {
            Self::Off => false,
            Self::EverySteps(steps) => step.is_multiple_of(steps.get()),
        }
    }
}

/// How the pictures of a step look, roughly and small: a linear map of the latents.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The job.
    pub job: JobId,
    /// The step, from 1.
    pub step: usize,
    /// The number of steps.
    pub of: usize,
    /// The pictures, each with its place in the job.
    pub pictures: Vec<(u32, Picture)>,
}

/// Holds the newest preview until it is taken.
#[derive(Debug, Default)]
pub(crate) struct PreviewSlot {
    newest: Mutex<Option<Preview>>,
    filled: Condvar,
}

impl PreviewSlot {
    /// Puts a preview in the place of the last one, taken or not.
    pub(crate) fn put(&self, preview: Preview) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(preview);
        self.filled.notify_one();
    }

    /// Takes the newest preview out, if there is one since the last time.
    pub(crate) fn take(&self) -> Option<Preview> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// As [`PreviewSlot::take`], but waits for one, at most so long.
    pub(crate) fn wait(&self, most: Duration) -> Option<Preview> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.filled.wait_timeout_while(newest, most, |newest| newest.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_reader_gets_the_newest_preview_once() {
        let slot = PreviewSlot::default();
        for step in 1..=3 {
            slot.put(Preview {
                job: JobId(1),
                step,
                of: 3,
                pictures: vec![],
            });
        }
        assert_eq!(slot.take().map(|preview| preview.step), Some(3));
        assert!(slot.take().is_none());
    }

    #[test]
    fn previews_come_as_often_as_asked() {
        let every_second = Previews::EverySteps(NonZeroUsize::new(2).unwrap());
        assert_eq!(
            (1..=5).filter(|&step| every_second.wants(step)).collect::<Vec<_>>(),
            [2, 4]
        );
        assert!(!Previews::Off.wants(2));
    }
}
