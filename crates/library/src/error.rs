//! The one error of a library: a kind to act on and a sentence for the person.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

/// What a caller can act on; everything else is said by the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// There is no such sticker, set, adapter, pack or job.
    NotFound,
    /// A name, a rating or a file that cannot be taken.
    Input,
    /// Another program has the library.
    InUse,
    /// A newer version of this program has written the library.
    Newer,
    /// The database is none, or broken. It is never written over.
    Damaged,
    /// The disk is full. The library works on when there is room again.
    Full,
    /// The folder or its file system cannot be written to.
    ReadOnly,
    /// A fault of this program or of the machine.
    Internal,
}

/// What happened and what to do, the path last.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What a caller may match on.
    pub kind: ErrorKind,
    message: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::new(
            ErrorKind::NotFound,
            format!("there is no such {what} in the library: {id}"),
        )
    }

    /// A file operation that failed: "could not WHAT (REASON); ADVICE: PATH".
    pub(crate) fn file(what: &str, path: &Path, reason: &io::Error) -> Self {
        let (kind, advice) = match reason.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (ErrorKind::Full, "; make room on the disk"),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                (ErrorKind::ReadOnly, "; allow it or choose another folder")
            }
            io::ErrorKind::NotADirectory => (ErrorKind::Input, "; a part of the path is a file"),
            _ => (ErrorKind::Internal, ""),
        };
        // An error that a crate has put more into (a temporary path) is told by its kind.
        let reason = if reason.get_ref().is_some() {
            reason.kind().to_string()
        } else {
            reason.to_string()
        };
        Self::new(kind, format!("could not {what} ({reason}){advice}: {}", path.display()))
    }

    /// What SQLite said about the database at `path`.
    pub(crate) fn database(path: &Path, reason: &rusqlite::Error) -> Self {
        let full_memory = reason
            .sqlite_error()
            .is_some_and(|error| error.extended_code == SQLITE_IOERR_SHMSIZE);
        let (kind, sentence) = match reason.sqlite_error_code() {
            _ if full_memory => (ErrorKind::Full, FULL.to_owned()),
            Some(ErrorCode::DiskFull) => (ErrorKind::Full, FULL.to_owned()),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => (
                ErrorKind::ReadOnly,
                "the library cannot be written to; allow it or choose another folder".to_owned(),
            ),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
                ErrorKind::InUse,
                "another program is using the library's database; close it and try again".to_owned(),
            ),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => return Self::damaged(path, reason),
            _ => (ErrorKind::Internal, format!("the library's database failed ({reason})")),
        };
        Self::new(kind, format!("{sentence}: {}", path.display()))
    }

    /// A database that is none, or broken.
    pub(crate) fn damaged(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::new(
            ErrorKind::Damaged,
            format!(
                "the library's database is damaged ({reason}); put back a copy of it, or move it away to begin anew \
                 (the pictures stay): {}",
                path.display()
            ),
        )
    }
}

const FULL: &str = "the disk is full; make room and try again";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_error_says_what_to_do_and_ends_with_the_path() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = Error::file("write the picture", Path::new("data/x.png"), &full);
        assert_eq!(error.kind, ErrorKind::Full);
        assert_eq!(
            error.to_string(),
            "could not write the picture (no storage space); make room on the disk: data/x.png"
        );
    }

    #[test]
    fn a_full_disk_is_told_from_a_damaged_database() {
        for (code, kind) in [
            (rusqlite::ffi::SQLITE_FULL, ErrorKind::Full),
            (SQLITE_IOERR_SHMSIZE, ErrorKind::Full),
            (rusqlite::ffi::SQLITE_CORRUPT, ErrorKind::Damaged),
            (rusqlite::ffi::SQLITE_NOTADB, ErrorKind::Damaged),
            (rusqlite::ffi::SQLITE_READONLY, ErrorKind::ReadOnly),
            (rusqlite::ffi::SQLITE_BUSY, ErrorKind::InUse),
            (rusqlite::ffi::SQLITE_MISUSE, ErrorKind::Internal),
        ] {
            let reason = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            let error = Error::database(Path::new("data/library.sqlite"), &reason);
            assert_eq!(error.kind, kind);
            assert!(error.to_string().ends_with(": data/library.sqlite"));
        }
    }
}
