//! What the worker needs from the code that makes pictures. The worker is tested with a fake one.

use std::ops::ControlFlow;

use crate::choice::{AlphaKind, OnDeviceFailure, Precision};
use crate::event::LoadingStage;
use crate::recipe::{AdapterReference, ModelReference};
use crate::{CompletedRequest, DeviceChoice, Error, Picture};

/// Makes pictures. Lives on the worker's thread and keeps the model between jobs.
pub(crate) trait Generator {
    /// Makes everything ready for `request`: device, model, adapters, encoded prompts.
    fn prepare(
        &mut self,
        request: &CompletedRequest,
        attempt: Attempt,
        on_stage: &mut dyn FnMut(LoadingStage),
    ) -> Result<Prepared, Failure>;

    /// Makes one picture for each seed, at once, after [`Generator::prepare`] for the same request.
    fn generate(
        &mut self,
        request: &CompletedRequest,
        seeds: &[u64],
        on_step: &mut dyn FnMut(StepReport<'_>) -> ControlFlow<()>,
    ) -> Result<Generated, Failure>;
}

/// What is known once everything is ready.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    /// The device as a recipe names it.
    pub(crate) device: String,
    pub(crate) precision: Precision,
    pub(crate) model: ModelReference,
    pub(crate) adapters: Vec<AdapterReference>,
    /// How many pictures fit into the memory at once; at least one.
    pub(crate) batch: usize,
    pub(crate) warnings: Vec<String>,
}

/// One step is done.
pub(crate) struct StepReport<'a> {
    /// From 1.
    pub(crate) step: usize,
    pub(crate) of: usize,
    /// Reads the latents back as small pictures.
    pub(crate) preview: &'a dyn Fn() -> Vec<Picture>,
}

/// What came of a batch.
pub(crate) enum Generated {
    /// One for each seed, in their order.
    Done(Vec<(Picture, AlphaKind)>),
    Cancelled,
}

/// Why a batch failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The device has too little memory or was lost: a smaller attempt, or another device, may succeed.
    Device(String),
    /// No other attempt would do better.
    Final(Error),
}

/// A job is made smaller at most so many times before it fails.
const MAX_REDUCTIONS: u32 = 3;

/// Where and how a job is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) device: DeviceChoice,
    /// How many times what is computed at once has been made smaller; 0 is what the free memory allows.
    pub(crate) reductions: u32,
}

impl Attempt {
    pub(crate) fn first(request: &CompletedRequest) -> Self {
        Self {
            device: request.device,
            reductions: 0,
        }
    }

    /// What is tried after the device failed, with the words that say so; nothing when all was tried.
    pub(crate) fn next(self, answer: OnDeviceFailure) -> Option<(Self, &'static str)> {
        match answer {
            OnDeviceFailure::Smaller if self.reductions < MAX_REDUCTIONS => {
                let smaller = Self {
                    reductions: self.reductions + 1,
                    ..self
                };
                Some((smaller, "trying again one picture at a time and with less memory"))
            }
            OnDeviceFailure::Cpu if self.device != DeviceChoice::Cpu => Some((
                Self {
                    device: DeviceChoice::Cpu,
                    reductions: 0,
                },
                "trying again on the CPU",
            )),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempts(answer: OnDeviceFailure) -> Vec<(DeviceChoice, u32)> {
        let first = Attempt {
            device: DeviceChoice::Gpu,
            reductions: 0,
        };
        let attempts = std::iter::successors(Some(first), |attempt| attempt.next(answer).map(|(next, _)| next));
        attempts.map(|attempt| (attempt.device, attempt.reductions)).collect()
    }

    #[test]
    fn a_failed_device_is_answered_as_the_person_chose() {
        let gpu = DeviceChoice::Gpu;
        assert_eq!(attempts(OnDeviceFailure::Fail), [(gpu, 0)]);
        assert_eq!(
            attempts(OnDeviceFailure::Smaller),
            [(gpu, 0), (gpu, 1), (gpu, 2), (gpu, 3)]
        );
        assert_eq!(attempts(OnDeviceFailure::Cpu), [(gpu, 0), (DeviceChoice::Cpu, 0)]);
    }
}
