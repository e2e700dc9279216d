//! Opening a library.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::database::{Database, connect};
use crate::files::Folders;
use crate::ids::IdMaker;
use crate::{Error, ErrorKind, migrations};

/// A folder of stickers and the database about them. Any thread may use it; nobody else can while it lives.
#[derive(Debug)]
pub struct Library {
    pub(crate) folders: Folders,
    pub(crate) database: Database,
    pub(crate) ids: IdMaker,
    // The last to go: only then may another program open the library.
    _lock: Lock,
}

/// A library, and what had to be done to open it.
#[derive(Debug)]
pub struct Opened {
    /// The library.
    pub library: Library,
    /// Sentences about what was repaired.
    pub repairs: Vec<String>,
}

impl Library {
    /// Whether a library lies in this folder.
    pub fn is_in(folder: &Path) -> bool {
        Folders::new(folder).database().is_file()
    }

    /// Opens the library in `folder`, or makes one there, and repairs what a kill or a power cut has left.
    pub fn open(folder: &Path) -> Result<Opened, Error> {
        let folders = Folders::new(folder);
        folders.make_root()?;
        let lock = Lock::take(&folders.lock(), folder)?;
        let path = folders.database();
        let new = fs::metadata(&path).map_or(true, |file| file.len() == 0);
        // Left by a program that was killed: a clean end writes it into the database and removes it.
        let log = fs::metadata(folder.join("library.sqlite-wal")).is_ok_and(|file| file.len() > 0);
        if !new {
            migrations::check(&path, log)?;
        }
        let pictures_are_gone = !new && !is_folder(&folders.stickers())?;
        // Only an empty folder can be removed so, and only once: no word holds for the start after this one.
        let consent = fs::remove_dir(folders.consent()).is_ok();
        if new {
            folders.make_database()?;
        }

        let mut writer = open_writer(&path).map_err(|reason| Error::database(&path, &reason))?;
        if !new && log {
            quick_check(&path, &writer)?;
        }
        migrations::migrate(&path, &mut writer)?;
        if pictures_are_gone && !consent {
            refuse_without_pictures(&folders, &writer)?;
        }
        folders.make_all()?;
        let library = Self {
            database: Database::new(path, writer)?,
            folders,
            ids: IdMaker::default(),
            _lock: lock,
        };
        let repairs = library.repair(consent)?;
        for sentence in &repairs {
            log::info!("{sentence}");
        }
        Ok(Opened { library, repairs })
    }
}

/// Keeps other programs out.
#[derive(Debug)]
struct Lock(File);

impl Lock {
    fn take(path: &Path, folder: &Path) -> Result<Self, Error> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(|reason| Error::file("open the library", path, &reason))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::new(
                ErrorKind::InUse,
                format!(
                    "another Sticker Studio has this library open; close it or choose another folder: {}",
                    folder.display()
                ),
            )),
            Err(TryLockError::Error(reason)) => Err(Error::file("lock the library", path, &reason)),
        }
    }
}

impl Drop for Lock {
    /// Closing alone would leave it to a process that was forked a moment ago and has not closed its files yet.
    fn drop(&mut self) {
        if let Err(reason) = self.0.unlock() {
            log::warn!("could not unlock the library ({reason})");
        }
    }
}

fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// Looks through what every list reads. The rest is most of the file: SQLite tells when it comes to a broken page there.
fn quick_check(path: &Path, connection: &Connection) -> Result<(), Error> {
    let check = || -> rusqlite::Result<Option<String>> {
        let mut tables = connection.prepare(
            "SELECT name FROM sqlite_schema
             WHERE type = 'table' AND name IN ('sticker', 'sticker_tag', 'set_sticker', 'job')",
        )?;
        let mut tables = tables.query([])?;
        while let Some(table) = tables.next()? {
            let finding: String = connection.query_row(
                &format!("PRAGMA quick_check({})", table.get::<_, String>(0)?),
                [],
                |row| row.get(0),
            )?;
            if finding != "ok" {
                return Ok(Some(finding));
            }
        }
        Ok(None)
    };
    match check().map_err(|reason| Error::database(path, &reason))? {
        Some(finding) => Err(Error::damaged(path, finding)),
        None => Ok(()),
    }
}

/// Somebody moved the pictures away, or their disk is not there: the rows must not go for that.
fn refuse_without_pictures(folders: &Folders, connection: &Connection) -> Result<(), Error> {
    let rows: u32 = connection
        .query_row("SELECT count(*) FROM sticker", [], |row| row.get(0))
        .map_err(|reason| Error::database(&folders.database(), &reason))?;
    if rows == 0 {
        return Ok(());
    }
    Err(pictures_are_missing(folders, rows as usize, rows as usize))
}

/// So many stickers of a library that has `all` are without a picture that they are not taken out of it unasked.
pub(crate) fn pictures_are_missing(folders: &Folders, missing: usize, all: usize) -> Error {
    let consent = folders.consent();
    Error::new(
        ErrorKind::Damaged,
        format!(
            "the pictures of {missing} of {all} stickers are missing, maybe with the disk they are on; put them back, \
             or make an empty folder {} to go on without these stickers: {}",
            consent.file_name().unwrap_or_default().display(),
            folders.stickers().display()
        ),
    )
}

/// A folder that cannot be looked at is not one that is missing.
fn is_folder(path: &Path) -> Result<bool, Error> {
    match fs::metadata(path) {
        Ok(found) => Ok(found.is_dir()),
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(reason) => Err(Error::file("look into the folder", path, &reason)),
    }
}
