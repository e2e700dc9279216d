//! One line of a run's log.

use serde::{Deserialize, Serialize};

/// What is written down of one optimiser step.
///
/// In JSON, values that are not finite are the strings "NaN", "Infinity" and "-Infinity", as in protobuf's JSON form: a
/// run that diverged has a log that still is JSON. What does not apply is absent. Numbers are written with all their
/// digits, but serde_json without its feature `float_roundtrip` may read the last bit of an f64 differently; f32 values
/// are safe.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The step: 1 after the first update of the weights.
    pub step: u64,
    /// The loss of the step's batch, weighted as it is minimised.
    #[serde(with = "number")]
    pub loss: f64,
    /// The part of it from content examples, where the batch had such.
    #[serde(with = "optional_number", default, skip_serializing_if = "Option::is_none")]
    pub loss_content: Option<f64>,
    /// The part of it from style examples, where the batch had such.
    #[serde(with = "optional_number", default, skip_serializing_if = "Option::is_none")]
    pub loss_style: Option<f64>,
    /// The learning rate of the step.
    #[serde(with = "number")]
    pub learning_rate: f64,
    /// The L2 norm of all gradients before clipping, where it was computed.
    #[serde(with = "optional_number", default, skip_serializing_if = "Option::is_none")]
    pub grad_norm: Option<f64>,
    /// Seconds of training from the run's beginning to the end of this step, pauses left out.
    #[serde(with = "number")]
    pub seconds: f64,
}

/// A number in JSON, or the name of one that JSON does not have.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Number {
    Finite(f64),
    Named(Name),
}

#[derive(Serialize, Deserialize)]
enum Name {
    NaN,
    Infinity,
    #[serde(rename = "-Infinity")]
    MinusInfinity,
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        if value.is_finite() {
            Self::Finite(value)
        } else if value.is_nan() {
            Self::Named(Name::NaN)
        } else if value > 0.0 {
            Self::Named(Name::Infinity)
        } else {
            Self::Named(Name::MinusInfinity)
        }
    }
}

impl From<Number> for f64 {
    fn from(number: Number) -> Self {
        match number {
            Number::Finite(value) => value,
            Number::Named(Name::NaN) => Self::NAN,
            Number::Named(Name::Infinity) => Self::INFINITY,
            Number::Named(Name::MinusInfinity) => Self::NEG_INFINITY,
        }
    }
}

mod number {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Number;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        Number::from(*value).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Number::deserialize(deserializer).map(f64::from)
    }
}

mod optional_number {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Number;

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(Number::from).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
        Ok(Option::<Number>::deserialize(deserializer)?.map(f64::from))
    }
}
