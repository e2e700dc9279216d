//! The files beside the database. Each appears whole or not at all.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Error, fault};

/// What a file is called while it is written: this, some random letters and digits, and [`PART_END`].
const PART_BEGIN: &str = ".tmp";
const PART_END: &str = ".part";

#[derive(Debug)]
pub(crate) struct Folders {
    root: PathBuf,
}

impl Folders {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("library.sqlite")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.root.join("library.lock")
    }

    pub(crate) fn stickers(&self) -> PathBuf {
        self.root.join("stickers")
    }

    pub(crate) fn adapters(&self) -> PathBuf {
        self.root.join("adapters")
    }

    /// What is being written. One folder for all, so that the start finds left-overs at one glance.
    pub(crate) fn parts(&self) -> PathBuf {
        self.root.join("parts")
    }

    /// What the start could not place. Nothing here is listed or deleted.
    pub(crate) fn recovered(&self) -> PathBuf {
        self.root.join("recovered")
    }

    /// An empty folder of this name is a person's word that stickers without pictures may go.
    pub(crate) fn consent(&self) -> PathBuf {
        self.root.join("go-on-without-pictures")
    }

    pub(crate) fn picture(&self, id: &str) -> PathBuf {
        sharded(self.stickers(), id)
    }

    pub(crate) fn thumbnail(&self, id: &str) -> PathBuf {
        sharded(self.root.join("thumbnails"), id)
    }

    pub(crate) fn adapter(&self, id: &str) -> PathBuf {
        self.adapters().join(format!("{id}.safetensors"))
    }

    /// Makes the folder itself, for its owner alone: prompts and pictures are private. One that is there stays as it is:
    /// it may be shared, and hold more than a library.
    pub(crate) fn make_root(&self) -> Result<(), Error> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&self.root)
            .map_err(|reason| Error::file("make the library's folder", &self.root, &reason))
    }

    /// Makes an empty database for its owner alone, whoever may look into the folder. What SQLite puts beside it is as
    /// private as the database, and so are the files that [`Self::fill`] makes.
    pub(crate) fn make_database(&self) -> Result<(), Error> {
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let path = self.database();
        options
            .open(&path)
            .map(drop)
            .map_err(|reason| Error::file("make the library's database", &path, &reason))
    }

    /// Makes the folders in it.
    pub(crate) fn make_all(&self) -> Result<(), Error> {
        for folder in [
            self.stickers(),
            self.root.join("thumbnails"),
            self.adapters(),
            self.parts(),
            self.recovered(),
        ] {
            make_folder(&folder).map_err(|reason| Error::file("make the folder", &folder, &reason))?;
        }
        Ok(())
    }

    /// Writes a file that survives a power cut once this has returned.
    pub(crate) fn write(&self, what: &str, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        self.fill(what, path, |file| file.write_all(bytes))
    }

    /// As [`Self::write`], with what `fill` writes.
    pub(crate) fn fill(
        &self,
        what: &str,
        path: &Path,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<(), Error> {
        let write = || {
            let folder = path.parent().unwrap_or(&self.root);
            make_folder(folder)?;
            let mut file = tempfile::Builder::new()
                .prefix(PART_BEGIN)
                .suffix(PART_END)
                .tempfile_in(self.parts())?;
            fault::point("a file is begun")?;
            fill(file.as_file_mut())?;
            fault::point("a file is written")?;
            file.as_file().sync_all()?;
            NamedTempFile::persist(file, path).map_err(|failure| failure.error)?;
            fault::point("a file has its name")
                .and_then(|()| sync_folder(folder))
                .inspect_err(|_| drop(fs::remove_file(path)))
        };
        write().map_err(|reason| Error::file(what, path, &reason))
    }

    /// Removes whatever file of a sticker or an adapter has this id.
    pub(crate) fn remove(&self, id: &str) -> Result<(), Error> {
        for path in [self.picture(id), self.thumbnail(id), self.adapter(id)] {
            fault::point("before a file is removed").map_err(|reason| Error::file("delete", &path, &reason))?;
            remove_file(&path)?;
        }
        Ok(())
    }
}

/// Whether [`Folders::fill`] names files so. A person's own `film.part` is not one.
pub(crate) fn is_part(name: &str) -> bool {
    name.strip_prefix(PART_BEGIN)
        .and_then(|name| name.strip_suffix(PART_END))
        .is_some_and(|random| !random.is_empty() && random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Whether the folders of [`sharded`] are named so.
pub(crate) fn is_shard(name: &str) -> bool {
    name.len() == SHARD
        && name
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
}

/// So many of an id's characters name the folder of its file.
const SHARD: usize = 2;

/// Removes a file that may be gone already.
pub(crate) fn remove_file(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(reason) if reason.kind() != io::ErrorKind::NotFound => Err(Error::file("delete the file", path, &reason)),
        _ => Ok(()),
    }
}

/// The last characters are random, so the folders fill evenly.
fn sharded(folder: PathBuf, id: &str) -> PathBuf {
    let shard = &id[id.len().saturating_sub(SHARD)..];
    folder.join(shard).join(format!("{id}.png"))
}

fn make_folder(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Ok(()) => folder.parent().map_or(Ok(()), sync_folder),
        Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(reason) => Err(reason),
    }
}

/// A new name is on the disk only when its folder is. Some network file systems cannot be asked for it.
fn sync_folder(folder: &Path) -> io::Result<()> {
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
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let folders = Folders::new(root.path());
        folders.make_all().unwrap();
        let path = folders.picture("01arz3ndektsv4rrffq69g5fav");
        assert!(path.ends_with("stickers/av/01arz3ndektsv4rrffq69g5fav.png"));
        let failure = folders.fill("write the picture", &path, |file| {
            let part = fs::read_dir(folders.parts())?.next().unwrap()?;
            assert!(is_part(part.file_name().to_str().unwrap()), "{part:?}");
            file.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(failure.unwrap_err().kind, crate::ErrorKind::Full);
        assert!(!path.exists());
        assert_eq!(fs::read_dir(folders.parts()).unwrap().count(), 0);
        folders.write("write the picture", &path, b"whole").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
    }
}
