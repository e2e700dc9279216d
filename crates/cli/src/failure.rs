//! Why a command ended early, and the exit code that says so.

use std::process::ExitCode;

use engine::ErrorCode;

use crate::output;

/// The end of a command that did not do all it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An error of the engine, or of the same kinds found here.
    #[error("error: {0}")]
    Engine(#[from] engine::Error),

    /// Ctrl-C: no error, but not done either.
    #[error("interrupted; {finished} of {asked} stickers finished and kept")]
    Interrupted { finished: usize, asked: usize },

    /// Ctrl-C in a training, which was said already.
    #[error("interrupted")]
    Paused,

    /// The recreated picture has other pixels. The comparison was printed as the command's result.
    #[error("the recreated picture differs from the original")]
    Different,

    /// Standard output could not be written, for example because the reading program ended.
    #[error("error: could not write the results to standard output: {0}")]
    Output(#[from] std::io::Error),
}

/// The exit code after Ctrl-C, as shells give it: 128 + SIGINT.
pub const INTERRUPTED: u8 = 130;

impl Failure {
    /// Says on stderr what happened and gives the exit code.
    pub fn report(&self) -> ExitCode {
        output::say(self);
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Engine(error) => match error.code {
                ErrorCode::Usage => 2,
                ErrorCode::Input => 3,
                ErrorCode::Busy | ErrorCode::Device | ErrorCode::Internal => 1,
            },
            Self::Interrupted { .. } | Self::Paused => INTERRUPTED,
            Self::Different | Self::Output(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_exit_code() {
        assert_eq!(Failure::from(engine::Error::usage("")).code(), 2);
        assert_eq!(Failure::from(engine::Error::input("")).code(), 3);
        assert_eq!(Failure::from(engine::Error::device("")).code(), 1);
        assert_eq!(Failure::Interrupted { finished: 1, asked: 4 }.code(), 130);
        assert_eq!(Failure::Different.code(), 1);
    }

    #[test]
    fn an_error_begins_with_the_word_error() {
        assert_eq!(
            Failure::from(engine::Error::input("no model here: /x")).to_string(),
            "error: no model here: /x"
        );
    }
}
