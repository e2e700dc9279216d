//! Where stickers are finished: one finisher, opened when it is first needed, and the pictures it had last.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use library::StickerId;

use crate::{DeviceChoice, Error, FinishSource, Finisher, Picture};

/// So many decoded pictures are kept: the one on the screen and its neighbours.
const KEPT: usize = 4;

/// One finisher for all threads that ask.
#[derive(Default)]
pub(crate) struct Workshop(Mutex<Option<Bench>>);

/// What is at hand.
pub(crate) struct Bench {
    choice: DeviceChoice,
    pub(crate) finisher: Finisher,
    sources: VecDeque<(StickerId, FinishSource)>,
}

impl Workshop {
    /// Works with the finisher of this device. One at a time: who comes second waits.
    ///
    /// # Errors
    /// When there is no such device, or what `work` gives.
    pub(crate) fn work<T>(
        &self,
        choice: DeviceChoice,
        work: impl FnOnce(&mut Bench) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bench = match kept.take() {
            Some(bench) if bench.choice == choice => kept.insert(bench),
            _ => kept.insert(Bench {
                choice,
                finisher: Finisher::open(choice)?,
                sources: VecDeque::new(),
            }),
        };
        work(bench)
    }

    /// What computes, and whether it is fast.
    ///
    /// # Errors
    /// When there is no such device.
    pub(crate) fn device(&self, choice: DeviceChoice) -> Result<(String, bool), Error> {
        self.work(choice, |bench| {
            Ok((bench.finisher.device().to_owned(), bench.finisher.is_live()))
        })
    }
}

impl Bench {
    /// The picture of a sticker; a sticker's picture never changes.
    ///
    /// # Errors
    /// What `read` gives.
    pub(crate) fn source(
        &mut self,
        id: &StickerId,
        read: impl FnOnce() -> Result<Picture, Error>,
    ) -> Result<FinishSource, Error> {
        if let Some((_, source)) = self.sources.iter().find(|(known, _)| known == id) {
            return Ok(source.clone());
        }
        let source = FinishSource::new(read()?)?;
        self.sources.truncate(KEPT - 1);
        self.sources.push_front((id.clone(), source.clone()));
        Ok(source)
    }
}
