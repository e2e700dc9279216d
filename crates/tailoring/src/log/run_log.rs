//! The log of a run: `log.jsonl` in its folder, one JSON object a line.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::append::{AppendFile, sync_folder};
use super::{Entry, LogError};

/// Its name in the run's folder.
const FILE_NAME: &str = "log.jsonl";
const READ: &str = "read the run's log";
const WRITE: &str = "write the run's log";

/// The entries of the run in `folder`, in the order of their steps; none where no log has been begun. A line that is
/// being written, or that a kill has torn, is left out; the file is not changed, so this can be called while the run
/// goes on.
pub fn read(folder: &Path) -> Result<Vec<Entry>, LogError> {
    let path = folder.join(FILE_NAME);
    let contents = Contents::read(&path)?;
    match contents.damage {
        Some((line, reason)) => Err(LogError::Damaged { path, line, reason }),
        None => Ok(contents.entries),
    }
}

/// The log of a run, open for writing. One run has one of these at a time.
#[derive(Debug)]
pub struct RunLog {
    file: AppendFile,
    path: PathBuf,
    /// Step of each line, and the length of the file with it.
    lines: Vec<(u64, u64)>,
    set_aside: Option<PathBuf>,
}

impl RunLog {
    /// Opens the log of the run in `folder`, which must be there, or begins it. A last line that a kill has torn is cut
    /// off. From a line on that is damaged otherwise (by a power cut, or by hand) the log is cut off, too, after a copy
    /// of it all was [set aside](Self::set_aside), so that the run can go on.
    pub fn open(folder: &Path) -> Result<Self, LogError> {
        let path = folder.join(FILE_NAME);
        let contents = Contents::read(&path)?;
        let failed = |source| LogError::file(WRITE, &path, source);
        let set_aside = match contents.damage {
            Some(_) => Some(keep_copy(folder, &contents.bytes).map_err(failed)?),
            None => None,
        };
        let mut file = AppendFile::open(&path).map_err(failed)?;
        sync_folder(folder).map_err(failed)?;
        let steps = contents.entries.iter().map(|entry| entry.step);
        let lines: Vec<(u64, u64)> = steps.zip(contents.ends).collect();
        let whole = lines.last().map_or(0, |(_, end)| *end);
        if whole < file.length() {
            file.cut(whole).map_err(failed)?;
        }
        Ok(Self {
            file,
            path,
            lines,
            set_aside,
        })
    }

    /// The copy of a damaged log that [`RunLog::open`] made beside it, for a sentence to the person.
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// Drops the entries of later steps than `step`, the step of the checkpoint from which the run goes on. A kill in
    /// the midst of it leaves a log that [`RunLog::open`] opens and that can be resumed in the same way.
    pub fn resume_at(&mut self, step: u64) -> Result<(), LogError> {
        let kept = self.lines.partition_point(|(logged, _)| *logged <= step);
        if kept < self.lines.len() {
            let length = kept.checked_sub(1).map_or(0, |last| self.lines[last].1);
            self.file
                .cut(length)
                .map_err(|source| LogError::file(WRITE, &self.path, source))?;
            self.lines.truncate(kept);
        }
        Ok(())
    }

    /// Adds the entry of the next step. When it fails (disk full), the log is as it was, and later entries can follow.
    pub fn append(&mut self, entry: &Entry) -> Result<(), LogError> {
        if let Some(last) = self.last_step().filter(|last| entry.step <= *last) {
            return Err(LogError::OutOfOrder {
                path: self.path.clone(),
                step: entry.step,
                last,
            });
        }
        let failed = |source| LogError::file(WRITE, &self.path, source);
        let mut line = serde_json::to_vec(entry).map_err(|reason| failed(io::Error::other(reason)))?;
        line.push(b'\n');
        self.file.append(&line).map_err(failed)?;
        self.lines.push((entry.step, self.file.length()));
        Ok(())
    }

    /// Returns once every entry survives a power cut. To be called before a checkpoint gets its name: then a resumed
    /// run never has a checkpoint that its log does not reach.
    pub fn sync(&self) -> Result<(), LogError> {
        self.file
            .sync()
            .map_err(|source| LogError::file(WRITE, &self.path, source))
    }

    /// The step of the last entry.
    pub fn last_step(&self) -> Option<u64> {
        self.lines.last().map(|(step, _)| *step)
    }
}

/// What a log holds up to its torn end or the first damaged line.
#[derive(Default)]
struct Contents {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// For each entry the offset of the byte behind its line.
    ends: Vec<u64>,
    /// Number, from 1, of the first damaged line, and what is wrong with it.
    damage: Option<(usize, String)>,
}

impl Contents {
    fn read(path: &Path) -> Result<Self, LogError> {
        let bytes = match fs::read(path) {
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            result => result.map_err(|source| LogError::file(READ, path, source))?,
        };
        let mut contents = Self::default();
        let mut end = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let Some(text) = line.strip_suffix(b"\n") else {
                break;
            };
            match parse(text, contents.entries.last()) {
                Ok(entry) => contents.entries.push(entry),
                Err(reason) => {
                    contents.damage = Some((contents.entries.len() + 1, reason));
                    break;
                }
            }
            end += line.len() as u64;
            contents.ends.push(end);
        }
        Ok(Self { bytes, ..contents })
    }
}

fn parse(line: &[u8], before: Option<&Entry>) -> Result<Entry, String> {
    let entry: Entry = serde_json::from_slice(line).map_err(|reason| reason.to_string())?;
    match before.filter(|before| entry.step <= before.step) {
        Some(before) => Err(format!("step {} follows step {}", entry.step, before.step)),
        None => Ok(entry),
    }
}

/// Writes a copy of a damaged log into a new file of `folder`.
fn keep_copy(folder: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    for number in 1_u64.. {
        let path = folder.join(format!("log.damaged-{number}.jsonl"));
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(failure) if failure.error.kind() == io::ErrorKind::AlreadyExists => file = failure.file,
            Err(failure) => return Err(failure.error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
