//! The ids of things: ULID's layout, 48 bits of milliseconds and 80 random ones, in Crockford's base 32, lower case.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::{Error, ErrorKind};

const LENGTH: usize = 26;
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "bindings", derive(specta::Type), specta(type = String))]
        pub struct $name(String);

        impl $name {
            /// The 26 characters.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            #[allow(dead_code, reason = "not every kind of thing is made here")]
            pub(crate) fn of(id: &NewId) -> Self {
                Self(id.text.clone())
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                check(&text)?;
                Ok(Self(text))
            }
        }

        impl std::str::FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                check(text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                value.as_str()?.parse().map_err(|error: Error| rusqlite::types::FromSqlError::Other(Box::new(error)))
            }
        }
    )*};
}

ids! {
    /// A sticker.
    StickerId
    /// A style set.
    SetId
    /// An adapter (LoRA) in the library.
    AdapterId
    /// A sticker pack.
    PackId
    /// A job of the queue.
    JobId
}

/// A file is named by its id, so nothing but these characters may be one.
fn check(text: &str) -> Result<(), Error> {
    let right = text.len() == LENGTH
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    if right {
        Ok(())
    } else {
        Err(Error::input(format!(
            "an id has {LENGTH} digits and small letters, unlike {:?}",
            text.chars().take(40).collect::<String>()
        )))
    }
}

/// A new id and the time in it.
#[derive(Debug)]
pub(crate) struct NewId {
    pub(crate) text: String,
    /// ms since 1970.
    pub(crate) created_at: i64,
}

/// Gives ids that rise within one run, also within a millisecond and when the clock is put back.
#[derive(Debug, Default)]
pub(crate) struct IdMaker {
    last: AtomicU64,
}

impl IdMaker {
    pub(crate) fn next(&self) -> Result<NewId, Error> {
        let now = now() as u64;
        let last = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(now.max(last + 1)));
        let time = now.max(last.unwrap_or_default() + 1);
        let mut random = [0; 16];
        getrandom::fill(&mut random[6..]).map_err(|reason| {
            Error::new(
                ErrorKind::Internal,
                format!("the system gives no random bits ({reason})"),
            )
        })?;
        Ok(NewId {
            text: spell(u128::from(time) << 80 | u128::from_be_bytes(random)),
            created_at: time.cast_signed(),
        })
    }
}

/// ms since 1970.
pub(crate) fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_millis() as i64)
}

fn spell(value: u128) -> String {
    (0..LENGTH)
        .rev()
        .map(|place| char::from(DIGITS[(value >> (5 * place)) as usize % 32]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_ulids_in_lower_case() {
        assert_eq!(spell(0), "0".repeat(LENGTH));
        assert_eq!(spell(u128::MAX), "7zzzzzzzzzzzzzzzzzzzzzzzzz");
        // The example in the README of ulid/javascript.
        assert_eq!(&spell(1_469_918_176_385 << 80)[..10], "01aryz6s41");
    }

    #[test]
    fn ids_rise() {
        let maker = IdMaker::default();
        let ids: Vec<NewId> = (0..1000).map(|_| maker.next().unwrap()).collect();
        assert!(ids.is_sorted_by(|a, b| a.text < b.text && a.created_at < b.created_at));
    }

    #[test]
    fn only_the_grammar_is_an_id() {
        let good = "01arz3ndektsv4rrffq69g5fav";
        assert_eq!(good.parse::<StickerId>().unwrap().to_string(), good);
        let json: StickerId = serde_json::from_str(&format!("{good:?}")).unwrap();
        assert_eq!(serde_json::to_string(&json).unwrap(), format!("{good:?}"));
        for bad in [
            "",
            "../x",
            "../../../../../../etc/pass",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "01arz3ndektsv4rrffq69g5fa",
            "01arz3ndektsv4rrffq69g5favx",
            "01arz3ndektsv4rrffq69g5f/v",
            "01arz3ndektsv4rrffq69g5f\0v",
            "01arz3ndektsv4rrffq69g5fé",
        ] {
            assert_eq!(bad.parse::<StickerId>().unwrap_err().kind, ErrorKind::Input, "{bad}");
            assert!(serde_json::from_str::<JobId>(&serde_json::to_string(bad).unwrap()).is_err());
        }
    }
}
