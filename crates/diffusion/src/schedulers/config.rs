//! `scheduler_config.json`, and diffusers' `OtherScheduler.from_config(config)`.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{SamplerName, SchedulerClass, SchedulerError};

/// A scheduler's configuration, as written: only the keys that the file names. What a class does not find takes that class's
/// default, so one configuration serves every class, as in diffusers.
#[derive(Debug, Clone, PartialEq)]
pub struct SchedulerConfig {
    class_name: Option<String>,
    values: Map<String, Value>,
    /// Values that only the class named here sees; see [`Self::corrected_for_stable_diffusion`].
    own_values: Map<String, Value>,
}

impl SchedulerConfig {
    /// Reads the text of a `scheduler_config.json`.
    ///
    /// # Errors
    /// [`SchedulerError::InvalidConfig`] when it is no JSON object.
    pub fn from_json(text: &str) -> Result<Self, SchedulerError> {
        let value = serde_json::from_str(&replace_infinities(text));
        match value.map_err(|error| SchedulerError::InvalidConfig(error.to_string()))? {
            Value::Object(values) => Ok(Self::from_values(values)),
            other => Err(SchedulerError::InvalidConfig(format!(
                "it is {other} and not an object"
            ))),
        }
    }

    /// Takes the keys and values of an already parsed file.
    pub fn from_values(mut values: Map<String, Value>) -> Self {
        let class_name = values
            .remove("_class_name")
            .and_then(|name| name.as_str().map(str::to_owned));
        // Diffusers lists here what a class merely defaulted to; for another class these keys do not exist.
        if let Some(Value::Array(defaulted)) = values.remove("_use_default_values") {
            values.retain(|key, _| !defaulted.iter().any(|name| name == key));
        }
        Self {
            class_name,
            values,
            own_values: Map::new(),
        }
    }

    /// The same configuration for the class that `model_index.json` names, which goes before `_class_name`.
    #[must_use]
    pub fn with_class_name(mut self, class_name: &str) -> Self {
        self.class_name = Some(class_name.to_owned());
        self
    }

    /// The same configuration with one value changed.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        self.own_values.remove(key);
        self.values.insert(key.to_owned(), value);
        self
    }

    /// The class that the folder names, if any.
    pub fn class_name(&self) -> Option<&str> {
        self.class_name.as_deref()
    }

    /// The class that the folder names.
    ///
    /// # Errors
    /// [`SchedulerError::UnknownClass`], [`SchedulerError::InvalidConfig`] when none is named.
    pub fn class(&self) -> Result<SchedulerClass, SchedulerError> {
        match &self.class_name {
            Some(name) => name.parse(),
            None => Err(SchedulerError::InvalidConfig("`_class_name` is missing".to_owned())),
        }
    }

    /// The folder's own scheduler as a sampler's name: naming it gives the same scheduler as naming none.
    ///
    /// # Errors
    /// See [`Self::class`].
    pub fn sampler(&self) -> Result<SamplerName, SchedulerError> {
        Ok(match self.class()? {
            SchedulerClass::Ddim => SamplerName::Ddim,
            SchedulerClass::EulerDiscrete => SamplerName::Euler,
            SchedulerClass::EulerAncestralDiscrete => SamplerName::EulerA,
            SchedulerClass::DpmSolverMultistep if self.options(SchedulerClass::DpmSolverMultistep).karras()? => {
                SamplerName::DpmppTwoMKarras
            }
            SchedulerClass::DpmSolverMultistep => SamplerName::DpmppTwoM,
            SchedulerClass::UniPcMultistep => SamplerName::Unipc,
            SchedulerClass::Lcm => SamplerName::Lcm,
            SchedulerClass::Pndm => SamplerName::Pndm,
        })
    }

    /// What diffusers' `StableDiffusionPipeline` changes in outdated configurations before it uses them: `steps_offset` is
    /// always 1 and `clip_sample` always false.
    ///
    /// A key that the file names is changed for every class. One it does not name is changed for the folder's own class
    /// only, since another class takes its own default. Not for `LatentConsistencyModelPipeline`, which changes neither.
    #[must_use]
    pub fn corrected_for_stable_diffusion(mut self) -> Self {
        for (key, value) in [("steps_offset", Value::from(1)), ("clip_sample", Value::from(false))] {
            let named = self.values.contains_key(key);
            let target = if named { &mut self.values } else { &mut self.own_values };
            target.insert(key.to_owned(), value);
        }
        self
    }

    /// The options as `class` sees them.
    pub(super) fn options(&self, class: SchedulerClass) -> Options<'_> {
        Options { class, config: self }
    }
}

/// Reads options for one class; the default stands beside each key, as in diffusers' constructors.
#[derive(Clone, Copy)]
pub(super) struct Options<'a> {
    class: SchedulerClass,
    config: &'a SchedulerConfig,
}

impl Options<'_> {
    pub(super) fn class(&self) -> SchedulerClass {
        self.class
    }

    fn value(&self, key: &str) -> Option<&Value> {
        let own = self.config.class_name() == Some(self.class.as_str());
        let value = self
            .config
            .own_values
            .get(key)
            .filter(|_| own)
            .or_else(|| self.config.values.get(key));
        value.filter(|value| !value.is_null())
    }

    /// The value of `key`, or nothing when it is absent or null.
    pub(super) fn find<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, SchedulerError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let parsed = serde_json::from_value(value.clone());
        parsed
            .map(Some)
            .map_err(|error| SchedulerError::InvalidConfig(format!("`{key}` = {value}: {error}")))
    }

    /// The value of `key`, or `default`.
    pub(super) fn get<T: DeserializeOwned>(&self, key: &str, default: T) -> Result<T, SchedulerError> {
        Ok(self.find(key)?.unwrap_or(default))
    }

    /// The number above zero of `key`, or nothing when it is absent or null.
    pub(super) fn positive(&self, key: &str) -> Result<Option<f64>, SchedulerError> {
        match self.find::<f64>(key)? {
            Some(number) if number <= 0.0 => Err(SchedulerError::InvalidConfig(format!(
                "`{key}` = {number} is not above zero"
            ))),
            number => Ok(number),
        }
    }

    /// Refuses every value of `key` but `computed`, which is also the class's default.
    pub(super) fn only<T>(&self, key: &'static str, computed: T) -> Result<(), SchedulerError>
    where
        T: DeserializeOwned + PartialEq + Clone,
    {
        if self.get(key, computed.clone())? == computed {
            Ok(())
        } else {
            Err(self.unsupported(key))
        }
    }

    /// Refuses `key` unless it is absent or null.
    pub(super) fn absent(&self, key: &'static str) -> Result<(), SchedulerError> {
        if self.value(key).is_none() {
            Ok(())
        } else {
            Err(self.unsupported(key))
        }
    }

    /// Whether Karras sigmas are asked for.
    pub(super) fn karras(&self) -> Result<bool, SchedulerError> {
        self.get("use_karras_sigmas", false)
    }

    /// The error for a value of `key` that is not computed.
    pub(super) fn unsupported(&self, key: &'static str) -> SchedulerError {
        let value = self.value(key).cloned().unwrap_or(Value::Null);
        SchedulerError::Unsupported {
            class: self.class,
            option: key,
            value: value.to_string(),
        }
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {:?}", self.class, self.config)
    }
}

/// Python writes `-Infinity` (the default of `lambda_min_clipped`), which JSON does not have. Outside of texts it becomes null,
/// that is, the default.
fn replace_infinities(text: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    for (index, part) in split_texts(text).into_iter().enumerate() {
        if index % 2 == 0 {
            replaced.push_str(&part.replace("-Infinity", "null"));
        } else {
            replaced.push_str(part);
        }
    }
    replaced
}

/// Cuts JSON into what is outside (even places) and inside (odd places) of quoted texts, quotes included.
fn split_texts(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut inside, mut escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => {
                let end = if inside { at + 1 } else { at };
                parts.push(&text[start..end]);
                start = end;
                inside = !inside;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> SchedulerConfig {
        SchedulerConfig::from_json(text).unwrap()
    }

    #[test]
    fn infinities_that_python_writes_are_read() {
        let text = r#"{"a": "-Infinity \" -Infinity", "lambda_min_clipped": -Infinity, "b": 1}"#;
        let config = config(text);
        assert_eq!(config.values["a"], "-Infinity \" -Infinity");
        assert_eq!(config.values["lambda_min_clipped"], Value::Null);
        assert_eq!(config.values["b"], 1);
    }

    #[test]
    fn values_that_were_only_defaults_are_dropped() {
        let config = config(r#"{"clip_sample": true, "steps_offset": 1, "_use_default_values": ["clip_sample"]}"#);
        let options = config.options(SchedulerClass::Lcm);
        assert!(!options.get("clip_sample", false).unwrap());
        assert_eq!(options.get("steps_offset", 0).unwrap(), 1);
    }

    #[test]
    fn corrections_reach_other_classes_only_for_named_keys() {
        let text = r#"{"_class_name": "DDIMScheduler", "steps_offset": 0}"#;
        let config = config(text).corrected_for_stable_diffusion();
        let (own, other) = (
            config.options(SchedulerClass::Ddim),
            config.options(SchedulerClass::Lcm),
        );
        assert_eq!(
            (
                own.get("steps_offset", 0).unwrap(),
                other.get("steps_offset", 0).unwrap()
            ),
            (1, 1)
        );
        assert!(!own.get("clip_sample", true).unwrap());
        assert!(other.get("clip_sample", true).unwrap());
    }

    #[test]
    fn unreadable_configurations_are_refused() {
        for text in ["", "[1]", "{\"a\": }", "3"] {
            assert!(
                matches!(SchedulerConfig::from_json(text), Err(SchedulerError::InvalidConfig(_))),
                "{text}"
            );
        }
        let config = config(r#"{"steps_offset": "one"}"#);
        let error = config
            .options(SchedulerClass::Ddim)
            .get("steps_offset", 0usize)
            .unwrap_err();
        assert!(error.to_string().contains("`steps_offset` = \"one\""), "{error}");
        let config = SchedulerConfig::from_json(r#"{"sigma_min": -1}"#).unwrap();
        let error = config
            .options(SchedulerClass::EulerDiscrete)
            .positive("sigma_min")
            .unwrap_err();
        assert!(
            error.to_string().contains("`sigma_min` = -1 is not above zero"),
            "{error}"
        );
        let config = SchedulerConfig::from_json("{}").unwrap();
        assert!(matches!(config.class(), Err(SchedulerError::InvalidConfig(_))));
    }

    #[test]
    fn the_folders_own_scheduler_has_a_sampler_name() {
        let named = |text: &str| config(text).sampler().unwrap();
        assert_eq!(named(r#"{"_class_name": "PNDMScheduler"}"#), SamplerName::Pndm);
        assert_eq!(
            named(r#"{"_class_name": "DPMSolverMultistepScheduler"}"#),
            SamplerName::DpmppTwoM
        );
        let karras = r#"{"_class_name": "DPMSolverMultistepScheduler", "use_karras_sigmas": true}"#;
        assert_eq!(named(karras), SamplerName::DpmppTwoMKarras);
    }
}
