//! Small things to remember: the last draft, whether the queue is paused.

use rusqlite::OptionalExtension;

use crate::{Error, Library};

impl Library {
    /// What was last noted under `key`.
    pub fn note(&self, key: &str) -> Result<Option<String>, Error> {
        self.database.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT value FROM note WHERE key = ?1")?;
            Ok(statement.query_row([key], |row| row.get(0)).optional()?)
        })
    }

    /// Notes `value` under `key`, in the place of what stood there.
    pub fn set_note(&self, key: &str, value: &str) -> Result<(), Error> {
        self.database.write(|transaction| {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO note (key, value) VALUES (?1, ?2)")?
                .execute([key, value])?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::Fixture;

    #[test]
    fn a_note_outlives_the_program() {
        let fixture = Fixture::new();
        assert_eq!(fixture.library.note("draft").unwrap(), None);
        fixture.library.set_note("draft", "old").unwrap();
        fixture.library.set_note("draft", "{}").unwrap();
        let (fixture, _) = fixture.reopened(|_| {});
        assert_eq!(fixture.library.note("draft").unwrap().as_deref(), Some("{}"));
    }
}
