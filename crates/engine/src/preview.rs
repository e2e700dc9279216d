//! The newest preview. A slow reader misses some and never makes the GPU wait.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use crate::{JobId, Picture};

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
pub(crate) struct PreviewSlot(Mutex<Option<Preview>>);

impl PreviewSlot {
    /// Puts a preview in the place of the last one, taken or not.
    pub(crate) fn put(&self, preview: Preview) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(preview);
    }

    /// Takes the newest preview out, if there is one since the last time.
    pub(crate) fn take(&self) -> Option<Preview> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
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
