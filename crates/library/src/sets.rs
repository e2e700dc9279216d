//! Style sets: stickers that a person puts together.

use rusqlite::{OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};

use crate::changes::numbers;
use crate::database::Failure;
use crate::names::{checked, folded};
use crate::{Error, Library, Query, SetId, StickerId};

const LONGEST: usize = 80;

/// A style set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct StyleSet {
    /// The set.
    pub id: SetId,
    /// No other set has it, whatever its case.
    pub name: String,
    /// Its stickers outside the trash.
    pub count: u32,
    /// ms since 1970.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub created_at: i64,
}

impl Library {
    /// Makes an empty set.
    pub fn create_set(&self, name: &str) -> Result<StyleSet, Error> {
        let name = checked("the name of a set", name, LONGEST)?;
        self.database.write(|transaction| {
            refuse_taken(transaction, name, None)?;
            let id = self.ids.next()?;
            transaction
                .prepare_cached("INSERT INTO style_set (id, name, folded, created_at) VALUES (?1, ?2, ?3, ?4)")?
                .execute((&id.text, name, folded(name), id.created_at))?;
            Ok(StyleSet {
                id: SetId::of(&id),
                name: name.to_owned(),
                count: 0,
                created_at: id.created_at,
            })
        })
    }

    /// Gives a set another name.
    pub fn rename_set(&self, id: &SetId, name: &str) -> Result<(), Error> {
        let name = checked("the name of a set", name, LONGEST)?;
        self.database.write(|transaction| {
            let number = number(transaction, id)?;
            refuse_taken(transaction, name, Some(number))?;
            transaction
                .prepare_cached("UPDATE style_set SET name = ?2, folded = ?3 WHERE number = ?1")?
                .execute((number, name, folded(name)))?;
            Ok(())
        })
    }

    /// Deletes a set; its stickers stay.
    pub fn delete_set(&self, id: &SetId) -> Result<(), Error> {
        self.database.write(|transaction| {
            let number = number(transaction, id)?;
            transaction
                .prepare_cached("DELETE FROM style_set WHERE number = ?1")?
                .execute([number])?;
            Ok(())
        })
    }

    /// Puts stickers into a set. One that is there stays.
    pub fn add_to_set(&self, id: &SetId, stickers: &[StickerId]) -> Result<(), Error> {
        self.change_set(
            id,
            stickers,
            "INSERT OR IGNORE INTO set_sticker (style_set, sticker) SELECT ?1, value FROM json_each(?2)",
        )
    }

    /// Takes stickers out of a set.
    pub fn remove_from_set(&self, id: &SetId, stickers: &[StickerId]) -> Result<(), Error> {
        self.change_set(
            id,
            stickers,
            "DELETE FROM set_sticker WHERE style_set = ?1 AND sticker IN (SELECT value FROM json_each(?2))",
        )
    }

    /// The stickers of a set outside the trash, newest first.
    pub fn set_ids(&self, id: &SetId) -> Result<Vec<StickerId>, Error> {
        self.database.read(|transaction| number(transaction, id))?;
        self.ids(&Query {
            set: Some(id.clone()),
            ..Query::default()
        })
    }

    fn change_set(&self, id: &SetId, stickers: &[StickerId], change: &str) -> Result<(), Error> {
        self.database.write(|transaction| {
            let number = number(transaction, id)?;
            let stickers = numbers(transaction, stickers)?;
            transaction.prepare_cached(change)?.execute((number, stickers))?;
            Ok(())
        })
    }
}

fn number(transaction: &Transaction<'_>, id: &SetId) -> Result<i64, Failure> {
    transaction
        .prepare_cached("SELECT number FROM style_set WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?
        .ok_or_else(|| Error::not_found("style set", id.as_str()).into())
}

fn refuse_taken(transaction: &Transaction<'_>, name: &str, but: Option<i64>) -> Result<(), Failure> {
    let taken: Option<i64> = transaction
        .prepare_cached("SELECT number FROM style_set WHERE folded = ?1")?
        .query_row([folded(name)], |row| row.get(0))
        .optional()?;
    if taken.is_some_and(|number| Some(number) != but) {
        return Err(Error::input(format!(
            "there is a set of this name already; choose another one: {name}"
        ))
        .into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use crate::ErrorKind;
    use crate::tests::Fixture;

    #[test]
    fn a_set_holds_stickers_and_they_outlive_it() {
        let fixture = Fixture::new();
        let library = &fixture.library;
        let (one, two, trashed) = (fixture.add("one"), fixture.add("two"), fixture.add("trashed"));
        let set = library.create_set("  Birthday ").unwrap();
        assert_eq!((set.name.as_str(), set.count), ("Birthday", 0));
        library
            .add_to_set(&set.id, &[one.clone(), two.clone(), trashed.clone()])
            .unwrap();
        library.add_to_set(&set.id, from_ref(&one)).unwrap();
        library.trash(&[trashed]).unwrap();
        assert_eq!(library.set_ids(&set.id).unwrap(), [two.clone(), one.clone()]);
        assert_eq!(library.facets().unwrap().sets[0].count, 2);
        assert_eq!(library.sticker(&one).unwrap().unwrap().sets, from_ref(&set.id));
        library.remove_from_set(&set.id, &[two]).unwrap();
        assert_eq!(library.set_ids(&set.id).unwrap(), from_ref(&one));
        library.delete_set(&set.id).unwrap();
        assert_eq!(library.set_ids(&set.id).unwrap_err().kind, ErrorKind::NotFound);
        assert!(library.sticker(&one).unwrap().unwrap().sets.is_empty());
    }

    #[test]
    fn a_name_is_had_once() {
        let fixture = Fixture::new();
        let library = &fixture.library;
        let cats = library.create_set("Кот").unwrap().id;
        let dogs = library.create_set("dogs").unwrap().id;
        assert_eq!(library.create_set("кОТ").unwrap_err().kind, ErrorKind::Input);
        assert_eq!(library.rename_set(&dogs, "КОТ").unwrap_err().kind, ErrorKind::Input);
        library.rename_set(&cats, "КОТ").unwrap();
        let names: Vec<String> = library.facets().unwrap().sets.into_iter().map(|set| set.name).collect();
        assert_eq!(names, ["dogs", "КОТ"]);
        assert_eq!(library.create_set(&"x".repeat(81)).unwrap_err().kind, ErrorKind::Input);
    }
}
