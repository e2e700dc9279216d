//! What can go wrong with a scheduler.

use super::{SamplerName, SchedulerClass};

/// An error of a scheduler's configuration or use.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what its fields are")]
pub enum SchedulerError {
    /// The configuration is not what diffusers writes.
    #[error("the scheduler's configuration cannot be read: {0}; restore scheduler_config.json from the model's source")]
    InvalidConfig(String),

    /// A class outside [`SchedulerClass`].
    #[error("the scheduler class `{0}` is not supported; choose a sampler ({list})", list = offered())]
    UnknownClass(String),

    /// A name outside [`SamplerName`].
    #[error("there is no sampler `{0}`; choose one of {list}", list = offered())]
    UnknownSampler(String),

    /// An option that would change the computation and is not computed here.
    #[error("{class} with `{option}` = {value} is not supported; choose another sampler")]
    Unsupported {
        class: SchedulerClass,
        option: &'static str,
        value: String,
    },

    /// More steps than the schedule has, or none.
    #[error("{steps} steps are not possible with {class}; choose between 1 and {most}")]
    StepCount {
        class: SchedulerClass,
        steps: usize,
        most: usize,
    },

    /// Image-to-image so weak that no step remains.
    #[error("a strength of {strength} leaves none of the {steps} steps; choose more of either")]
    NothingRedone { strength: f64, steps: usize },

    /// The schedule runs past the training timesteps, as `steps_offset` can make it.
    #[error(
        "{steps} steps would start at timestep {timestep}, past the last training timestep {last}; choose fewer steps"
    )]
    TimestepOutOfRange { steps: usize, timestep: usize, last: usize },

    /// A step that the schedule does not have.
    #[error("the scheduler has no step {step_index}: it was set to {steps} steps")]
    NoSuchStep { step_index: usize, steps: usize },

    /// A multistep solver was driven out of order.
    #[error("the scheduler was asked for step {found} where step {expected} comes next")]
    OutOfOrder { expected: usize, found: usize },

    /// A step that adds noise was called without any.
    #[error("step {step_index} of {class} adds noise, and none was given")]
    MissingNoise { class: SchedulerClass, step_index: usize },
}

fn offered() -> String {
    SamplerName::OFFERED.map(SamplerName::as_str).join(", ")
}
