//! A folder that appears whole or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::super::DataError;

/// What any new folder may be used for, less what the person's settings take away.
#[cfg(unix)]
const FOLDER_MODE: u32 = 0o777;

/// Writes files to a folder beside `destination`. Dropped without [`Self::publish`], they are gone.
pub(super) struct Writer {
    part: TempDir,
    destination: PathBuf,
    folders: BTreeSet<PathBuf>,
    files: usize,
    bytes: u64,
}

impl Writer {
    pub(super) fn new(destination: &Path) -> Result<Self, DataError> {
        refuse_taken(destination)?;
        let make = || {
            let parent = parent(destination);
            fs::create_dir_all(parent)?;
            builder().tempdir_in(parent)
        };
        let part = make().map_err(|reason| DataError::write(destination, reason))?;
        Ok(Self {
            folders: BTreeSet::from([part.path().to_owned()]),
            part,
            destination: destination.to_owned(),
            files: 0,
            bytes: 0,
        })
    }

    /// Writes a file that is not there yet, by its path in the folder.
    pub(super) fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), DataError> {
        let mut file = self.create(path)?;
        file.write_all(bytes).map_err(|reason| self.failed(reason))?;
        self.close(&file, bytes.len() as u64)
    }

    /// A new file, by its path in the folder; [`Self::close`] ends it.
    pub(super) fn create(&mut self, path: &str) -> Result<File, DataError> {
        let place = self.part.path().join(path);
        let folder = parent(&place).to_owned();
        let create = || {
            fs::create_dir_all(&folder)?;
            File::create_new(&place)
        };
        let file = create().map_err(|reason| self.failed(reason))?;
        self.folders.insert(folder);
        Ok(file)
    }

    /// Has a file of so many bytes on the disk.
    pub(super) fn close(&mut self, file: &File, bytes: u64) -> Result<(), DataError> {
        file.sync_all().map_err(|reason| self.failed(reason))?;
        self.files += 1;
        self.bytes += bytes;
        Ok(())
    }

    /// The error for what the system says.
    pub(super) fn failed(&self, reason: io::Error) -> DataError {
        DataError::write(&self.destination, reason)
    }

    /// Gives the folder its name; the number of files and their bytes.
    pub(super) fn publish(self) -> Result<(usize, u64), DataError> {
        self.folders.iter().for_each(|folder| sync_folder(folder));
        let publish = || {
            // Not every system renames a folder onto an empty one.
            if self.destination.is_dir() {
                fs::remove_dir(&self.destination)?;
            }
            fs::rename(self.part.path(), &self.destination)
        };
        publish().map_err(|reason| self.failed(reason))?;
        sync_folder(parent(&self.destination));
        // What is left of it is a name that is in use no more.
        let _ = self.part.keep();
        Ok((self.files, self.bytes))
    }
}

fn refuse_taken(destination: &Path) -> Result<(), DataError> {
    let refused = |reason| {
        let path = destination.to_owned();
        Err(DataError::Destination { reason, path })
    };
    if destination.file_name().is_none() {
        return refused("name the new folder to write");
    }
    if destination.is_symlink() {
        return refused("this is a link, which a folder cannot take the place of; name the folder itself");
    }
    if destination.is_dir() {
        let mut inside = fs::read_dir(destination).map_err(|reason| DataError::read(destination, reason))?;
        return match inside.next() {
            Some(_) => refused("there are files in this folder already, choose a new or an empty one"),
            None => Ok(()),
        };
    }
    if destination.exists() {
        return refused("there is a file of this name, choose another for the folder");
    }
    Ok(())
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sticker-").suffix(".part");
    // The crate's own default keeps others from reading it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(FOLDER_MODE));
    builder
}

/// The folder that a path is in.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Has a folder's names on the disk, where the system can.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
