//! Presets: finishes with a name, those of the program and those of the person.

use effects::Finish;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Error, Studio};

/// A finish with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preset {
    /// Of the program's ones a page shows a translation.
    pub name: String,
    /// The person's.
    pub own: bool,
    /// What it does.
    pub finish: Finish,
}

/// Where the library notes the person's presets, and how many and how long ones it takes.
const NOTE: &str = "finish presets";
const MOST: usize = 200;
const LONGEST_NAME: usize = 60;

/// What is offered to a sticker that has no finish yet.
pub(super) fn first() -> Finish {
    effects::presets()
        .into_iter()
        .next()
        .map(|(_, finish)| finish)
        .unwrap_or_default()
}

impl Studio {
    /// The presets of the program, then the person's in the order of their names.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn presets(&self) -> Result<Vec<Preset>, Error> {
        let built_in = effects::presets().into_iter().map(|(name, finish)| Preset {
            name: name.to_owned(),
            own: false,
            finish,
        });
        Ok(built_in.chain(self.own_presets()?).collect())
    }

    /// Keeps a finish under a name, without its edits by hand, which belong to one picture. The person's preset of that name is replaced.
    ///
    /// # Errors
    /// When the name is empty, too long or one of the program's, a value is outside of its range, or there are too many presets.
    pub fn save_preset(&self, name: &str, finish: &Finish) -> Result<Vec<Preset>, Error> {
        finish.check()?;
        let name = name.trim();
        let length = name.chars().count();
        if length == 0 || length > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(Error::usage(format!(
                "the name of a preset has 1 to {LONGEST_NAME} characters"
            )));
        }
        if effects::presets().iter().any(|(taken, _)| same(taken, name)) {
            return Err(Error::usage(
                "a preset of the program has this name; choose another one",
            ));
        }
        let mut noted = self.noted_presets()?;
        noted.retain(|preset| !is_named(preset, name));
        if noted.len() >= MOST {
            return Err(Error::usage(format!("there are {MOST} presets; delete one first")));
        }
        let preset = Preset {
            name: name.to_owned(),
            own: true,
            finish: Finish {
                edits: Vec::new(),
                effects: finish.effects.clone(),
            },
        };
        noted.push(serde_json::to_value(preset).map_err(|reason| unwritten(&reason))?);
        self.note_presets(&noted)
    }

    /// Forgets a preset of the person's.
    ///
    /// # Errors
    /// When the library cannot be written.
    pub fn delete_preset(&self, name: &str) -> Result<Vec<Preset>, Error> {
        let mut noted = self.noted_presets()?;
        noted.retain(|preset| !is_named(preset, name));
        self.note_presets(&noted)
    }

    /// Those that this program can read; a later one may have written others.
    fn own_presets(&self) -> Result<Vec<Preset>, Error> {
        let read = |value| match serde_json::from_value(value) {
            Ok(preset) => Some(preset),
            Err(reason) => {
                log::warn!("a preset cannot be read and is left out: {reason}");
                None
            }
        };
        let mut own: Vec<Preset> = self.noted_presets()?.into_iter().filter_map(read).collect();
        own.sort_by_key(|preset| preset.name.to_lowercase());
        Ok(own)
    }

    /// As they were noted, readable or not: what cannot be read is kept.
    fn noted_presets(&self) -> Result<Vec<Value>, Error> {
        let json = self.library.note(NOTE)?.unwrap_or_else(|| "[]".to_owned());
        Ok(serde_json::from_str(&json).unwrap_or_else(|reason| {
            log::warn!("the presets in the library are damaged ({reason}) and are left out");
            Vec::new()
        }))
    }

    fn note_presets(&self, presets: &[Value]) -> Result<Vec<Preset>, Error> {
        let json = serde_json::to_string(presets).map_err(|reason| unwritten(&reason))?;
        self.library.set_note(NOTE, &json)?;
        self.presets()
    }
}

fn unwritten(reason: &serde_json::Error) -> Error {
    Error::internal(format!("could not write the presets: {reason}"))
}

fn is_named(preset: &Value, name: &str) -> bool {
    preset["name"].as_str().is_some_and(|known| same(known, name))
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.trim().to_lowercase()
}
