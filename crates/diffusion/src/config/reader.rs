//! Reading a `config.json` strictly: every key is either understood, or switched off, or inert, or an error.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// The most layers, or levels of resolution, that a part may have: many times what any published model has.
pub const MOST_LAYERS: usize = 256;

/// The configuration of one model part. Each getter marks its key as understood.
pub struct ConfigReader {
    class: String,
    path: PathBuf,
    values: Map<String, Value>,
    read: BTreeSet<&'static str>,
}

impl ConfigReader {
    /// Reads the file; `class_key` (`_class_name`, or `model_type`) must say `class`.
    pub fn open(path: &Path, class: &str, accepted: impl FnOnce(&Map<String, Value>) -> bool) -> Result<Self> {
        let values = read_json_object(path)?;
        if !accepted(&values) {
            let found = values
                .get("_class_name")
                .or(values.get("architectures"))
                .or(values.get("model_type"));
            return Err(Error::Unsupported {
                class: found.map_or("a part without a class name".to_owned(), Value::to_string),
                option: format!("the role of {class}"),
                path: path.to_owned(),
            });
        }
        Ok(Self {
            class: class.to_owned(),
            path: path.to_owned(),
            values,
            read: BTreeSet::new(),
        })
    }

    fn get(&mut self, key: &'static str) -> Option<&Value> {
        self.read.insert(key);
        self.values.get(key).filter(|value| !value.is_null())
    }

    fn wrong(&self, key: &str, expected: &str) -> Error {
        let found = &self.values[key];
        Error::Json {
            path: self.path.clone(),
            reason: format!("`{key}` is {found}, expected {expected}"),
        }
    }

    /// The error for an option whose value this program does not compute.
    pub fn unsupported(&self, key: &str) -> Error {
        let value = self.values.get(key).unwrap_or(&Value::Null);
        Error::Unsupported {
            class: self.class.clone(),
            option: format!("`{key}` = {value}"),
            path: self.path.clone(),
        }
    }

    /// A whole number, or `default` when the key is absent or null.
    pub fn size(&mut self, key: &'static str, default: usize) -> Result<usize> {
        Ok(self.optional_size(key)?.unwrap_or(default))
    }

    /// A whole number, if there is one. Sizes are bounded so that a hostile file cannot ask for absurd memory.
    pub fn optional_size(&mut self, key: &'static str) -> Result<Option<usize>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let size = value.as_u64().filter(|size| *size <= 1 << 24);
        size.map(|size| Some(size as usize))
            .ok_or_else(|| self.wrong(key, "a whole number"))
    }

    /// A whole number the key must have.
    pub fn required_size(&mut self, key: &'static str) -> Result<usize> {
        self.optional_size(key)?.ok_or_else(|| Error::Json {
            path: self.path.clone(),
            reason: format!("`{key}` is missing"),
        })
    }

    /// A real number, or `default`.
    pub fn number(&mut self, key: &'static str, default: f64) -> Result<f64> {
        let Some(value) = self.get(key) else { return Ok(default) };
        value.as_f64().ok_or_else(|| self.wrong(key, "a number"))
    }

    /// True or false, or `default`.
    pub fn flag(&mut self, key: &'static str, default: bool) -> Result<bool> {
        let Some(value) = self.get(key) else { return Ok(default) };
        value.as_bool().ok_or_else(|| self.wrong(key, "true or false"))
    }

    /// A word, or `default`.
    pub fn word(&mut self, key: &'static str, default: &str) -> Result<String> {
        let Some(value) = self.get(key) else {
            return Ok(default.to_owned());
        };
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| self.wrong(key, "a text"))
    }

    /// A list of whole numbers the key must have.
    pub fn sizes(&mut self, key: &'static str) -> Result<Vec<usize>> {
        let list = self
            .get(key)
            .and_then(Value::as_array)
            .map(|list| list.iter().map(Value::as_u64).collect::<Option<Vec<_>>>());
        match list.flatten() {
            Some(sizes) if !sizes.is_empty() && sizes.iter().all(|size| (1..=1 << 16).contains(size)) => {
                Ok(sizes.into_iter().map(|size| size as usize).collect())
            }
            _ => Err(Error::Json {
                path: self.path.clone(),
                reason: format!("`{key}` is not a list of sizes"),
            }),
        }
    }

    /// One whole number for each of `count` blocks, given as one number or as a list.
    pub fn size_per_block(&mut self, key: &'static str, default: usize, count: usize) -> Result<Vec<usize>> {
        if self.get(key).is_some_and(Value::is_array) {
            let sizes = self.sizes(key)?;
            return if sizes.len() == count {
                Ok(sizes)
            } else {
                Err(self.wrong(key, &format!("{count} numbers")))
            };
        }
        Ok(vec![self.size(key, default)?; count])
    }

    /// A list of words the key must have.
    pub fn words(&mut self, key: &'static str) -> Result<Vec<String>> {
        let words = self.get(key).and_then(Value::as_array).and_then(|list| {
            list.iter()
                .map(|word| word.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
        });
        words.ok_or_else(|| Error::Json {
            path: self.path.clone(),
            reason: format!("`{key}` is not a list of names"),
        })
    }

    /// Refuses the option unless it is absent, null, or one of the values that change nothing.
    pub fn require(&mut self, key: &'static str, neutral: &[Value]) -> Result<()> {
        match self.get(key) {
            Some(value) if !neutral.iter().any(|neutral| same(neutral, value)) => Err(self.unsupported(key)),
            _ => Ok(()),
        }
    }

    /// Marks keys that do not enter the computation.
    pub fn inert(&mut self, keys: &[&'static str]) {
        self.read.extend(keys);
    }

    /// Refuses what no getter read, unless it is private (`_...`), null, false or an empty list: an option switched off.
    pub fn finish(self) -> Result<()> {
        let off = |value: &Value| {
            matches!(value, Value::Null | Value::Bool(false)) || value.as_array().is_some_and(Vec::is_empty)
        };
        match self
            .values
            .iter()
            .find(|(key, value)| !key.starts_with('_') && !self.read.contains(key.as_str()) && !off(value))
        {
            Some((key, _)) => Err(self.unsupported(key)),
            None => Ok(()),
        }
    }
}

/// Numbers compare by value, so that `1` and `1.0` are one.
fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

/// Reads a JSON file whose top is an object.
pub fn read_json_object(path: &Path) -> Result<Map<String, Value>> {
    let text = std::fs::read(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    let json = |reason: String| Error::Json {
        path: path.to_owned(),
        reason,
    };
    match serde_json::from_slice(&text).map_err(|error| json(error.to_string()))? {
        Value::Object(values) => Ok(values),
        _ => Err(json("not an object".to_owned())),
    }
}
