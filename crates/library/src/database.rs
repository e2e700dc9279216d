//! The two connections: one writes, one reads beside it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::{Error, fault};

/// So many statements stay prepared on each connection.
const STATEMENTS: usize = 64;
/// How long to wait for a foreign program (a database browser, a backup) that holds the database.
const PATIENCE: Duration = Duration::from_secs(5);

/// What can go wrong inside a transaction: SQLite's word gets the database's path later.
#[derive(Debug)]
pub(crate) enum Failure {
    Sql(rusqlite::Error),
    Told(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Told(error)
    }
}

#[derive(Debug)]
pub(crate) struct Database {
    path: PathBuf,
    // Dropped in this order: the last one to close tidies the write-ahead log away, which a reader cannot.
    reader: Mutex<Connection>,
    writer: Mutex<Connection>,
}

impl Database {
    /// `writer` is migrated already.
    pub(crate) fn new(path: PathBuf, writer: Connection) -> Result<Self, Error> {
        let reader =
            connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|error| Error::database(&path, &error))?;
        Ok(Self {
            path,
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
        })
    }

    /// Everything that `work` does happens, or nothing. When this returns Ok it is on the disk.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>) -> Result<T, Error> {
        let run = || {
            let mut writer = lock(&self.writer);
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
            fault::point("before the commit").map_err(|reason| Error::file("commit", &self.path, &reason))?;
            transaction.commit()?;
            Ok(result)
        };
        run().map_err(|failure| self.tell(failure))
    }

    /// `work` sees one state of the library, whatever is written meanwhile.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>) -> Result<T, Error> {
        let run = || work(&lock(&self.reader).transaction()?);
        run().map_err(|failure| self.tell(failure))
    }

    fn tell(&self, failure: Failure) -> Error {
        match failure {
            Failure::Sql(error) => Error::database(&self.path, &error),
            Failure::Told(error) => error,
        }
    }
}

/// A panic in another thread rolled its transaction back: the connection is as good as before.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}
