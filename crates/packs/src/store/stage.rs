//! Outputs that are complete on the disk before they get their names.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempDir};

use super::Entry;
use crate::Error;

/// An output that lies complete beside its place. Dropped without [`Self::publish`], it is gone.
#[derive(Debug)]
pub(crate) enum Staged {
    /// A file.
    File { part: NamedTempFile, path: PathBuf },
    /// A folder.
    Folder { part: TempDir, path: PathBuf },
}

impl Staged {
    /// Puts a file on the disk that is to be called `path`.
    pub(crate) fn file(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        refuse_for_file(path)?;
        let write = || {
            let parent = parent(path);
            fs::create_dir_all(parent)?;
            let mut part = builder(FILE_MODE).tempfile_in(parent)?;
            part.write_all(bytes)?;
            part.as_file().sync_all()?;
            Ok(part)
        };
        let part = write().map_err(|reason| Error::file("write the file", path, &reason))?;
        Ok(Self::File {
            part,
            path: path.to_owned(),
        })
    }

    /// Puts a folder on the disk that is to be called `path`, with the entries as files.
    pub(crate) fn folder(path: &Path, entries: &[Entry]) -> Result<Self, Error> {
        refuse_for_folder(path)?;
        let write = || {
            let parent = parent(path);
            fs::create_dir_all(parent)?;
            let part = builder(FOLDER_MODE).tempdir_in(parent)?;
            for entry in entries {
                let place = part.path().join(&entry.path);
                fs::create_dir_all(self::parent(&place))?;
                let mut file = fs::File::create_new(&place)?;
                file.write_all(&entry.bytes)?;
                file.sync_all()?;
            }
            for folder in folders(entries) {
                sync_folder(&part.path().join(folder));
            }
            Ok(part)
        };
        let part = write().map_err(|reason| Error::file("write the folder", path, &reason))?;
        Ok(Self::Folder {
            part,
            path: path.to_owned(),
        })
    }

    /// Gives it its name: a file takes the place of another, a folder that of an empty one.
    pub(crate) fn publish(self) -> Result<PathBuf, Error> {
        let path = match self {
            Self::File { part, path } => {
                part.persist(&path)
                    .map_err(|failure| Error::file("write the file", &path, &failure.error))?;
                path
            }
            Self::Folder { part, path } => {
                // Not every system renames a folder onto an empty one.
                if path.is_dir() {
                    fs::remove_dir(&path).map_err(|reason| Error::file("replace the empty folder", &path, &reason))?;
                }
                fs::rename(part.path(), &path).map_err(|reason| Error::file("write the folder", &path, &reason))?;
                // What is left of it is a name that is in use no more.
                let _ = part.keep();
                path
            }
        };
        sync_folder(parent(&path));
        Ok(path)
    }
}

/// Gives all their names, one right after the other.
pub(crate) fn publish_all(staged: Vec<Staged>) -> Result<Vec<PathBuf>, Error> {
    staged.into_iter().map(Staged::publish).collect()
}

/// Whether there is a folder with nothing in it.
pub(crate) fn is_empty_folder(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut found| found.next().is_none())
}

/// Says that a path has no name of its own.
pub(crate) fn unnamed(path: &Path) -> Error {
    let example = path.join("pack");
    Error::Usage(format!(
        "name the file or the new folder to write, for example {}",
        example.display()
    ))
}

/// Refuses to replace a file of which the person did not say that it is to be written: one whose name was numbered or got a suffix.
pub(crate) fn refuse_unless_given(path: &Path, given: &Path) -> Result<(), Error> {
    if path != given && path.symlink_metadata().is_ok_and(|found| !found.is_dir()) {
        return Err(Error::Usage(format!(
            "there is a file of this name already; choose another name: {}",
            path.display()
        )));
    }
    Ok(())
}

/// Refuses a place at which no file can be written.
pub(crate) fn refuse_for_file(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Err(Error::Usage(format!(
            "there is a folder of this name, choose another: {}",
            path.display()
        )));
    }
    Ok(())
}

/// Refuses a place at which no folder can be written without touching what is there.
pub(crate) fn refuse_for_folder(path: &Path) -> Result<(), Error> {
    let shown = path.display();
    if path.file_name().is_none() {
        return Err(unnamed(path));
    }
    // With a `/` at its end a path leads to where the link points.
    if path.components().collect::<PathBuf>().is_symlink() {
        return Err(Error::Usage(format!(
            "this is a link, which a folder cannot take the place of; name the folder itself: {shown}"
        )));
    }
    if path.is_dir() && !is_empty_folder(path) {
        return Err(Error::Usage(format!(
            "there are files in this folder already, choose a new or an empty one: {shown}"
        )));
    }
    if path.exists() && !path.is_dir() {
        return Err(Error::Usage(format!(
            "there is a file of this name, choose another for the folder: {shown}"
        )));
    }
    Ok(())
}

/// What any new file and folder may be used for, less what the person's settings take away.
const FILE_MODE: u32 = 0o666;
const FOLDER_MODE: u32 = 0o777;

fn builder(mode: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sticker-").suffix(".part");
    // The crate's own default keeps others from reading it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    builder
}

/// The folder that a path is in.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Every folder that entries lie in, by its path in the container; the container itself has an empty one.
fn folders(entries: &[Entry]) -> BTreeSet<&Path> {
    let above = entries
        .iter()
        .flat_map(|entry| Path::new(&entry.path).ancestors().skip(1));
    above.collect()
}

/// Makes a rename last through a power cut. Not every file system can; the file itself is safe by then.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    let _: io::Result<()> = fs::File::open(folder).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        vec![Entry::new("a.txt", "one"), Entry::new("in/b.txt", "two")]
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_takes_the_place_of_another_only_when_it_is_published() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("new/pack.zip");
        Staged::file(&path, b"first").unwrap().publish().unwrap();
        drop(Staged::file(&path, b"second").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        let second = Staged::file(&path, b"second").unwrap();
        assert_eq!(publish_all(vec![second]).unwrap(), std::slice::from_ref(&path));
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(names(path.parent().unwrap()), ["pack.zip"]);
    }

    #[test]
    fn a_folder_is_written_whole_and_takes_the_place_of_an_empty_one() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("pack");
        drop(Staged::folder(&path, &entries()).unwrap());
        assert_eq!(names(root.path()), Vec::<String>::new());
        fs::create_dir(&path).unwrap();
        Staged::folder(&path, &entries()).unwrap().publish().unwrap();
        assert_eq!(names(root.path()), ["pack"]);
        assert_eq!(fs::read(path.join("in/b.txt")).unwrap(), b"two");
    }

    #[test]
    fn what_a_person_has_is_never_overwritten_by_a_folder_nor_a_folder_by_a_file() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("mine");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("photo.png"), "x").unwrap();
        for refused in [
            Staged::folder(&folder, &entries()),
            Staged::folder(&folder.join("photo.png"), &entries()),
            Staged::folder(Path::new("/"), &entries()),
            Staged::file(&folder, b""),
        ] {
            assert!(matches!(refused, Err(Error::Usage(_))), "{refused:?}");
        }
        assert_eq!(names(&folder), ["photo.png"]);
    }

    #[test]
    fn every_folder_inside_a_folder_is_made_to_last() {
        let entries = ["a.txt", "in/b.txt", "in/deep/c.txt"].map(|path| Entry::new(path, ""));
        let found: Vec<_> = folders(&entries).into_iter().collect();
        assert_eq!(found, ["", "in", "in/deep"].map(Path::new));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_an_empty_folder_is_refused_and_stays() {
        let root = tempfile::tempdir().unwrap();
        let (folder, link) = (root.path().join("folder"), root.path().join("link"));
        fs::create_dir(&folder).unwrap();
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        for path in [link.clone(), link.join("")] {
            let refused = refuse_for_folder(&path).unwrap_err().to_string();
            assert!(refused.contains("this is a link"), "{refused}");
        }
        assert_eq!(names(root.path()), ["folder", "link"]);
    }

    #[test]
    fn a_path_without_a_name_is_answered_with_one_that_has() {
        let refused = refuse_for_folder(Path::new(".")).unwrap_err().to_string();
        assert!(refused.ends_with("for example ./pack"), "{refused}");
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_what_was_written() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("pack");
        Staged::folder(&path, &entries()).unwrap().publish().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o055, 0o055);
        assert_eq!(
            fs::metadata(path.join("a.txt")).unwrap().permissions().mode() & 0o044,
            0o044
        );
    }
}
