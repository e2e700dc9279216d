//! Which device is asked for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// Which device is asked for: `auto`, `cpu`, `gpu` or `gpu:N` with a number of the device list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DeviceChoice {
    /// A real GPU if there is one, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The first GPU: a software driver only when there is no other.
    Gpu,
    /// The GPU with this number, software drivers among them.
    GpuIndex(usize),
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => formatter.write_str("auto"),
            Self::Cpu => formatter.write_str("cpu"),
            Self::Gpu => formatter.write_str("gpu"),
            Self::GpuIndex(index) => write!(formatter, "gpu:{index}"),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let index = text.strip_prefix("gpu:").and_then(|digits| digits.parse().ok());
        match (text, index) {
            ("auto", _) => Ok(Self::Auto),
            ("cpu", _) => Ok(Self::Cpu),
            ("gpu", _) => Ok(Self::Gpu),
            (_, Some(index)) => Ok(Self::GpuIndex(index)),
            _ => Err(Error::usage(format!(
                "there is no device '{text}'; use auto, cpu, gpu or gpu:N (gpu:0 is the first)"
            ))),
        }
    }
}

impl TryFrom<String> for DeviceChoice {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<DeviceChoice> for String {
    fn from(choice: DeviceChoice) -> Self {
        choice.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_read_as_it_is_written() {
        for choice in [
            DeviceChoice::Auto,
            DeviceChoice::Cpu,
            DeviceChoice::Gpu,
            DeviceChoice::GpuIndex(12),
        ] {
            assert_eq!(choice.to_string().parse(), Ok(choice));
            assert_eq!(
                serde_json::from_str::<DeviceChoice>(&format!("\"{choice}\"")).unwrap(),
                choice
            );
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "GPU", "gpu:", "gpu:x", "gpu:-1", "cuda", "cpu:0", "gpu:0 "] {
            assert!(
                text.parse::<DeviceChoice>()
                    .unwrap_err()
                    .message
                    .contains("use auto, cpu, gpu or gpu:N"),
                "{text}"
            );
        }
    }
}
