//! The schema, version by version. A migration that was released is never changed: a new one is added.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use crate::database::connect;
use crate::{Error, ErrorKind};

const STEPS: &[M<'static>] = &[
    M::up(include_str!("schema/1.sql")),
    M::up(include_str!("schema/2.sql")),
    M::up(include_str!("schema/3.sql")),
    M::up(include_str!("schema/4.sql")),
];
const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// What an SQLite file begins with. SQLite itself takes a file of a few bytes for an empty one, and writes over it.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Refuses a database that this program must not touch, without touching it. `log`: there is a write-ahead log.
pub(crate) fn check(path: &Path, log: bool) -> Result<(), Error> {
    let mut beginning = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut beginning))
        .map_err(|reason| Error::file("read the library's database", path, &reason))?;
    if beginning != MAGIC {
        return Err(Error::damaged(path, "file is not a database"));
    }
    let told = |reason: rusqlite::Error| Error::database(path, &reason);
    let connection = if log {
        connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    } else {
        // Else even a reader would leave files beside it.
        connect(
            Path::new(&format!("file:{}?immutable=1", escaped(path))),
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
        )
    };
    let connection = connection.map_err(told)?;
    let version: usize = connection
        .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .map_err(told)?
        .try_into()
        .unwrap_or(usize::MAX);
    if version > STEPS.len() {
        return Err(Error::new(
            ErrorKind::Newer,
            format!(
                "the library was written by a newer version of this program (format {version}, this one knows {}); \
                 use that version: {}",
                STEPS.len(),
                path.display()
            ),
        ));
    }
    let tables: u32 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(told)?;
    if version == 0 && tables > 0 {
        return Err(Error::damaged(path, "it is the database of another program"));
    }
    Ok(())
}

/// For a URI.
fn escaped(path: &Path) -> String {
    let byte = |&byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02x}"),
    };
    path.as_os_str().as_encoded_bytes().iter().map(byte).collect()
}

/// Brings the database to the newest version, in one transaction.
pub(crate) fn migrate(path: &Path, connection: &mut Connection) -> Result<(), Error> {
    MIGRATIONS.to_latest(connection).map_err(|failure| match failure {
        rusqlite_migration::Error::RusqliteError { err, .. } => Error::database(path, &err),
        other => Error::new(
            ErrorKind::Internal,
            format!(
                "the library could not be brought up to date ({other}): {}",
                path.display()
            ),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_are_valid() {
        MIGRATIONS.validate().unwrap();
    }
}
