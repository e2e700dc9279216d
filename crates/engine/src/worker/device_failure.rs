//! What a failed device is telling. burn and wgpu say it in many lines, and in panics.

use std::fmt;

/// What became of the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DeviceFailure {
    /// It has too little memory for what was asked of it.
    OutOfMemory,
    /// It is gone until it is opened anew: a driver that was reset, a card that was removed.
    Lost,
    /// Anything else, in the driver's first words.
    Other(String),
}

impl DeviceFailure {
    /// Takes the meaning out of an error's or a panic's text.
    pub(crate) fn of(text: &str) -> Self {
        let letters: String = text.to_lowercase().split_whitespace().collect();
        let speaks_of = |signs: &[&str]| signs.iter().any(|sign| letters.contains(sign));
        // A lost device often complains about memory, too.
        if speaks_of(&[
            "devicelost",
            "devicewaslost",
            "deviceislost",
            "deviceispoisoned",
            "devicepoisoned",
        ]) {
            Self::Lost
        } else if speaks_of(&[
            "outofmemory",
            "notenoughmemory",
            "can'tallocate",
            "buffertoobig",
            "toobigforthememory",
        ]) {
            Self::OutOfMemory
        } else {
            Self::Other(text.lines().next().unwrap_or_default().trim().to_owned())
        }
    }
}

impl fmt::Display for DeviceFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfMemory => formatter.write_str("the device ran out of memory"),
            Self::Lost => formatter.write_str("the device was lost"),
            Self::Other(words) if words.starts_with("the device failed") => formatter.write_str(words),
            Self::Other(words) => write!(formatter, "the device failed ({words})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_burn_and_wgpu_are_understood() {
        for (text, meaning) in [
            (
                "An IO error happened\nCaused by:\n  can't allocate buffer of size: 1073741824",
                DeviceFailure::OutOfMemory,
            ),
            ("wgpu error: Out of Memory", DeviceFailure::OutOfMemory),
            ("BufferTooBig { size: 1 }", DeviceFailure::OutOfMemory),
            (
                "The device is poisoned\nCaused by:\n  Destroyed: out of memory",
                DeviceFailure::Lost,
            ),
            (
                "wgpu error: Validation Error\nParent device is lost",
                DeviceFailure::Lost,
            ),
            ("  a kernel\nfailed", DeviceFailure::Other("a kernel".into())),
        ] {
            assert_eq!(DeviceFailure::of(text), meaning, "{text}");
        }
    }

    #[test]
    fn a_poisoned_lock_is_no_poisoned_device() {
        assert!(matches!(
            DeviceFailure::of("PoisonError { .. }: poisoned lock"),
            DeviceFailure::Other(_)
        ));
    }
}
