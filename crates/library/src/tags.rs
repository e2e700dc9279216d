//! Tags: words that a person puts on stickers.

use rusqlite::Transaction;

use crate::changes::numbers;
use crate::database::Failure;
use crate::names::{checked, folded};
use crate::{Error, Library, StickerId, search};

const LONGEST: usize = 40;

impl Library {
    /// Takes tags off these stickers and puts others on. A tag is spelt as it was first; case makes no other tag.
    pub fn change_tags(&self, ids: &[StickerId], add: &[String], remove: &[String]) -> Result<(), Error> {
        let check = |name| checked("a tag", name, LONGEST);
        let add = add.iter().map(|name| check(name)).collect::<Result<Vec<_>, _>>()?;
        let remove: Vec<String> = remove.iter().map(|name| folded(name.trim())).collect();
        self.database.write(|transaction| {
            let numbers = numbers(transaction, ids)?;
            for name in &remove {
                take_off(transaction, &numbers, name)?;
            }
            forget_unused(transaction)?;
            for name in &add {
                put_on(transaction, &numbers, name)?;
            }
            index(transaction, &numbers)
        })
    }
}

fn take_off(transaction: &Transaction<'_>, numbers: &str, folded: &str) -> rusqlite::Result<usize> {
    transaction
        .prepare_cached(
            "DELETE FROM sticker_tag WHERE tag = (SELECT number FROM tag WHERE folded = ?2)
             AND sticker IN (SELECT value FROM json_each(?1))",
        )?
        .execute([numbers, folded])
}

fn put_on(transaction: &Transaction<'_>, numbers: &str, name: &str) -> rusqlite::Result<()> {
    let folded = folded(name);
    transaction
        .prepare_cached("INSERT INTO tag (name, folded) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute([name, &folded])?;
    transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO sticker_tag (sticker, tag)
             SELECT value, (SELECT number FROM tag WHERE folded = ?2) FROM json_each(?1)",
        )?
        .execute([numbers, &folded])?;
    Ok(())
}

/// A tag without stickers is none.
pub(crate) fn forget_unused(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM tag WHERE NOT EXISTS (SELECT 1 FROM sticker_tag WHERE tag = number)")?
        .execute([])?;
    Ok(())
}

/// Brings the full-text index of these stickers in step with their prompts and tags.
fn index(transaction: &Transaction<'_>, numbers: &str) -> Result<(), Failure> {
    let texts: Vec<(i64, String, Option<String>)> = transaction
        .prepare_cached(
            "SELECT number, prompt,
                 (SELECT group_concat(name, char(10)) FROM sticker_tag JOIN tag ON tag.number = tag WHERE sticker = sticker.number)
             FROM sticker WHERE number IN (SELECT value FROM json_each(?1))",
        )?
        .query_map([numbers], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut statement =
        transaction.prepare_cached("INSERT OR REPLACE INTO words (rowid, prompt, tags) VALUES (?1, ?2, ?3)")?;
    for (number, prompt, tags) in texts {
        let tags = tags.unwrap_or_default();
        statement.execute((number, search::indexed(&prompt), search::indexed(&tags)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use crate::tests::{Fixture, strings};
    use crate::{ErrorKind, StickerId};

    fn tags(fixture: &Fixture, id: &StickerId) -> Vec<String> {
        fixture.library.sticker(id).unwrap().unwrap().tags
    }

    #[test]
    fn case_makes_no_other_tag() {
        let fixture = Fixture::new();
        let (one, two) = (fixture.add("one"), fixture.add("two"));
        let change = |id: &StickerId, add: &[&str], remove: &[&str]| {
            fixture
                .library
                .change_tags(from_ref(id), &strings(add), &strings(remove))
                .unwrap();
        };
        change(&one, &[" Über ", "ÜBER", "a"], &[]);
        change(&two, &["über"], &[]);
        assert_eq!(tags(&fixture, &one), ["a", "Über"]);
        assert_eq!(tags(&fixture, &two), ["Über"]);
        change(&one, &[], &["üBER", "never there"]);
        assert_eq!(tags(&fixture, &one), ["a"]);
        change(&two, &["über"], &["über"]);
        assert_eq!(
            tags(&fixture, &two),
            ["über"],
            "the last sticker of a tag may spell it anew"
        );
    }

    #[test]
    fn tags_are_searched_with_prompts() {
        let fixture = Fixture::new();
        let id = [fixture.add("a red cat")];
        fixture
            .library
            .change_tags(&id, &strings(&["birthday", "礼物🎁"]), &[])
            .unwrap();
        for text in ["birth", "cat birthday", "birthday cat", "物", "🎁"] {
            assert_eq!(fixture.found(text), ["a red cat"], "{text}");
        }
        fixture.library.change_tags(&id, &[], &strings(&["birthday"])).unwrap();
        assert_eq!(fixture.found("birthday"), [""; 0]);
        assert_eq!(fixture.found("red"), ["a red cat"]);
    }

    #[test]
    fn a_bad_tag_changes_nothing() {
        let fixture = Fixture::new();
        let id = [fixture.add("cat")];
        let long = "x".repeat(41);
        for bad in ["", "   ", "a\nb", long.as_str()] {
            let failure = fixture.library.change_tags(&id, &strings(&["good", bad]), &[]);
            assert_eq!(failure.unwrap_err().kind, ErrorKind::Input);
        }
        assert!(tags(&fixture, &id[0]).is_empty());
    }
}
