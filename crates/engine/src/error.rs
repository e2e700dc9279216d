//! The one error a face sees: a code it can act on and a sentence for the person.

use std::io;
use std::path::Path;

use serde::Serialize;
use tailoring::training::TrainingError;

/// What kind of trouble it is. A face matches on this; everything else is said by the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request itself cannot be done: a value outside its range, a combination that makes no sense.
    Usage,
    /// A file, a folder or the disk is not as needed.
    Input,
    /// The queue is full; the same request can be made again later.
    Busy,
    /// The GPU failed or has too little memory.
    Device,
    /// A fault of this program.
    Internal,
}

/// An error with a code for the face and a message for the person: what happened and what to do, the path last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[cfg_attr(feature = "bindings", derive(specta::Type), serde(rename = "StudioError"))]
#[error("{message}")]
pub struct Error {
    /// What a face may match on.
    pub code: ErrorCode,
    /// One or two sentences.
    pub message: String,
}

impl Error {
    /// A request that cannot be done as it stands.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Usage, message)
    }

    /// A file, folder or disk that is not as needed.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Input, message)
    }

    /// A queue without room.
    pub fn busy(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Busy, message)
    }

    /// A GPU that failed.
    pub fn device(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Device, message)
    }

    /// A fault of this program.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Internal, message)
    }

    /// A file or folder operation that failed: "WHAT (REASON); ADVICE: PATH".
    pub(crate) fn file(what: &str, path: &Path, reason: &io::Error) -> Self {
        Self::place(what, path, (reason.kind(), &plain(reason)))
    }

    fn place(what: &str, path: &Path, (kind, reason): (io::ErrorKind, &str)) -> Self {
        let advice = match kind {
            io::ErrorKind::NotFound => "; check the path",
            io::ErrorKind::PermissionDenied => "; allow it or choose another place",
            io::ErrorKind::ReadOnlyFilesystem => "; choose another place",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; make room or choose another place",
            io::ErrorKind::NotADirectory => "; a part of the path is a file",
            _ => "",
        };
        Self::input(format!("{what} ({reason}){advice}: {}", path.display()))
    }

    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// What the system says. An error that a crate has put more into (a temporary path) is told by its kind.
fn plain(reason: &io::Error) -> String {
    if reason.get_ref().is_some() {
        reason.kind().to_string()
    } else {
        reason.to_string()
    }
}

impl From<library::Error> for Error {
    fn from(error: library::Error) -> Self {
        let code = match error.kind {
            library::ErrorKind::Internal => ErrorCode::Internal,
            library::ErrorKind::Input => ErrorCode::Usage,
            _ => ErrorCode::Input,
        };
        Self::new(code, error.to_string())
    }
}

impl From<effects::Error> for Error {
    fn from(error: effects::Error) -> Self {
        let code = match &error {
            effects::Error::Gpu(_) => ErrorCode::Device,
            effects::Error::Vector(_) => ErrorCode::Internal,
            effects::Error::Finish(_) | effects::Error::TooLarge { .. } => ErrorCode::Usage,
        };
        Self::new(code, error.to_string())
    }
}

impl From<packs::Error> for Error {
    fn from(error: packs::Error) -> Self {
        let code = match &error {
            packs::Error::Usage(_) | packs::Error::Stopped => ErrorCode::Usage,
            packs::Error::Picture(_) | packs::Error::Refused(_) => ErrorCode::Input,
            packs::Error::Internal(_) => ErrorCode::Internal,
            packs::Error::File {
                what,
                path,
                reason,
                kind,
            } => return Self::place(&format!("could not {what}"), path, (*kind, reason)),
        };
        Self::new(code, error.to_string())
    }
}

impl From<diffusion::Error> for Error {
    fn from(error: diffusion::Error) -> Self {
        let code = match &error {
            diffusion::Error::Request(_) => ErrorCode::Usage,
            diffusion::Error::Device { .. } => ErrorCode::Device,
            _ => ErrorCode::Input,
        };
        Self::new(code, error.to_string())
    }
}

impl From<tailoring::data::DataError> for Error {
    fn from(error: tailoring::data::DataError) -> Self {
        Self::input(error.to_string())
    }
}

impl From<TrainingError> for Error {
    fn from(error: TrainingError) -> Self {
        match error {
            TrainingError::Model(error) => error.into(),
            TrainingError::Settings(_) | TrainingError::TooFew { .. } => Self::usage(error.to_string()),
            TrainingError::Diverged { .. } => Self::new(ErrorCode::Device, error.to_string()),
            _ => Self::input(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_error_says_what_to_do_and_ends_with_the_path() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(
            Error::file("could not write the sticker", Path::new("out/cat.png"), &full).message,
            "could not write the sticker (no storage space); make room or choose another place: out/cat.png"
        );
    }

    #[test]
    fn a_temporary_name_is_not_shown() {
        let root = tempfile::tempdir().unwrap();
        let reason = tempfile::NamedTempFile::new_in(root.path().join("absent")).unwrap_err();
        assert_eq!(
            Error::file("could not write in the folder", Path::new("absent"), &reason).message,
            "could not write in the folder (entity not found); check the path: absent"
        );
    }
}
