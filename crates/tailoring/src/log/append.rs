//! A file that only grows, by whole pieces.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

/// A file to whose end whole pieces are written. A piece of which only a part could be written (disk full) is cut off
/// before the next one, so that it never lies in the midst of the file.
#[derive(Debug)]
pub(super) struct AppendFile {
    file: File,
    length: u64,
    torn: bool,
}

impl AppendFile {
    /// Opens a file at its end, or makes it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Self::of(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)?,
        )
    }

    /// Makes a file that must not be there yet.
    pub(super) fn create_new(path: &Path) -> io::Result<Self> {
        Self::of(OpenOptions::new().write(true).create_new(true).open(path)?)
    }

    pub(super) fn of(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self {
            file,
            length,
            torn: false,
        })
    }

    /// Writes `bytes` at the end. When it fails, the file counts as unchanged.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.torn {
            self.cut(self.length)?;
        }
        self.torn = true;
        self.file.seek(SeekFrom::Start(self.length))?;
        if let Err(reason) = self.file.write_all(bytes) {
            // Best now, for whoever reads the file; if this fails, too, the next call does it.
            self.torn = self.file.set_len(self.length).is_err();
            return Err(reason);
        }
        self.torn = false;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Cuts the file down to its first `length` bytes, and has that survive a power cut.
    pub(super) fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.file.sync_all()?;
        self.length = length;
        self.torn = false;
        Ok(())
    }

    /// Returns once all that was written survives a power cut.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }
}

/// Has the name of a new file in `folder` survive a power cut. Some network file systems cannot be asked for it.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder)?.sync_all() {
        Err(reason) if matches!(reason.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_piece_that_was_written_in_part_is_cut_before_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut file = AppendFile::open(&path).unwrap();
        file.append(b"one\n").unwrap();
        // As a full disk leaves it: half a piece in the file, and no success reported.
        fs::write(&path, b"one\ntw").unwrap();
        file.torn = true;
        file.append(b"three\n").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one\nthree\n");
    }

    #[test]
    fn a_write_that_fails_leaves_the_file_as_it_was_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, b"one\n").unwrap();
        let mut file = AppendFile::of(File::open(&path).unwrap()).unwrap();
        assert!(file.append(b"two\n").is_err());
        assert_eq!((file.length(), fs::read(&path).unwrap()), (4, b"one\n".to_vec()));
    }
}
