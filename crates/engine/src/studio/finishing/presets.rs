//! Presets: finishes with a name, those of the program and those of the person.

use effects::Finish;
use serde::{Deserialize, Serialize};

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
        let mut own = self.own_presets()?;
        own.retain(|preset| !same(&preset.name, name));
        if own.len() >= MOST {
            return Err(Error::usage(format!("there are {MOST} presets; delete one first")));
        }
        own.push(Preset {
            name: name.to_owned(),
            own: true,
            finish: Finish {
                edits: Vec::new(),
                effects: finish.effects.clone(),
            },
        });
        own.sort_by_key(|preset| preset.name.to_lowercase());
        self.set_own_presets(&own)
    }

    /// Forgets a preset of the person's.
    ///
    /// # Errors
    /// When the library cannot be written.
    pub fn delete_preset(&self, name: &str) -> Result<Vec<Preset>, Error> {
        let mut own = self.own_presets()?;
        own.retain(|preset| !same(&preset.name, name));
        self.set_own_presets(&own)
    }

    /// One that cannot be read (a later program wrote it) does not keep the others out, and is not lost before something is saved.
    fn own_presets(&self) -> Result<Vec<Preset>, Error> {
        let Some(json) = self.library.note(NOTE)? else {
            return Ok(Vec::new());
        };
        let presets: Vec<serde_json::Value> = serde_json::from_str(&json)
            .map_err(|reason| Error::input(format!("the presets in the library are damaged: {reason}")))?;
        let read = |value| match serde_json::from_value(value) {
            Ok(preset) => Some(preset),
            Err(reason) => {
                log::warn!("a preset cannot be read and is left out: {reason}");
                None
            }
        };
        Ok(presets.into_iter().filter_map(read).collect())
    }

    fn set_own_presets(&self, own: &[Preset]) -> Result<Vec<Preset>, Error> {
        let json = serde_json::to_string(own)
            .map_err(|reason| Error::internal(format!("could not write the presets: {reason}")))?;
        self.library.set_note(NOTE, &json)?;
        self.presets()
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.trim().to_lowercase()
}
