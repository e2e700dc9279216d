//! `lora_adapter_metadata`: PEFT's configuration as JSON text, which diffusers puts into the file instead of alpha tensors.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::LoraFileProblem;

/// The key in the file's metadata.
const KEY: &str = "lora_adapter_metadata";

/// PEFT's configuration, its keys prefixed by the model part (`unet.lora_alpha`).
#[derive(Debug, Default)]
pub(super) struct PeftMetadata(Map<String, Value>);

impl PeftMetadata {
    /// Reads it from the file's metadata; most files have none.
    pub(super) fn read(metadata: &BTreeMap<String, String>) -> Result<Self, LoraFileProblem> {
        let Some(text) = metadata.get(KEY) else {
            return Ok(Self::default());
        };
        let values =
            serde_json::from_str(text).map_err(|error| LoraFileProblem::Metadata(format!("{KEY}: {error}")))?;
        let read = Self(values);
        for (key, value) in &read.0 {
            if key.ends_with(".use_dora") && *value == Value::Bool(true) {
                return Err(LoraFileProblem::OtherMethod {
                    method: "DoRA",
                    key: key.clone(),
                });
            }
        }
        Ok(read)
    }

    /// The alpha of a module, such that its scale is alpha / rank; nothing when the file does not say.
    pub(super) fn alpha(&self, module: &str, rank: usize) -> Result<Option<f32>, LoraFileProblem> {
        let Some((part, path)) = module.split_once('.') else {
            return Ok(None);
        };
        let value = |key: &str| self.0.get(&format!("{part}.{key}")).filter(|value| !value.is_null());
        let of_pattern = match value("alpha_pattern").and_then(Value::as_object) {
            Some(patterns) => alpha_of_pattern(patterns, path)?,
            None => None,
        };
        let Some(alpha) = of_pattern.or(value("lora_alpha")) else {
            return Ok(None);
        };
        let number = alpha
            .as_f64()
            .map(|alpha| alpha as f32)
            .filter(|alpha| alpha.is_finite());
        let alpha = number.ok_or_else(|| LoraFileProblem::Metadata(format!("an alpha of `{module}` is {alpha}")))?;
        // Rank-stabilised LoRA (arXiv 2312.03732) scales by alpha / sqrt(rank).
        let stabilised = value("use_rslora") == Some(&Value::Bool(true));
        Ok(Some(if stabilised {
            alpha * (rank as f32).sqrt()
        } else {
            alpha
        }))
    }
}

/// The first pattern that is the module's path or its end. PEFT takes patterns as regular expressions; files hold module names,
/// sometimes anchored by `^` and with escaped dots.
fn alpha_of_pattern<'a>(patterns: &'a Map<String, Value>, path: &str) -> Result<Option<&'a Value>, LoraFileProblem> {
    for (pattern, alpha) in patterns {
        let name = pattern.replace("\\.", ".");
        let (name, anchored) = name
            .strip_prefix('^')
            .map_or((name.as_str(), false), |name| (name, true));
        if name.contains(|symbol: char| !(symbol.is_ascii_alphanumeric() || "._-".contains(symbol))) {
            let problem =
                format!("the alpha_pattern `{pattern}` is an expression, and only module names are supported");
            return Err(LoraFileProblem::Metadata(problem));
        }
        let is_end = path
            .strip_suffix(name)
            .is_some_and(|before| before.is_empty() || (!anchored && before.ends_with('.')));
        if is_end {
            return Ok(Some(alpha));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &str = "unet.down_blocks.0.attn1.to_q";

    fn read(json: &str) -> Result<PeftMetadata, LoraFileProblem> {
        PeftMetadata::read(&BTreeMap::from([(KEY.to_owned(), json.to_owned())]))
    }

    fn alpha(json: &str) -> Option<f32> {
        read(json).unwrap().alpha(MODULE, 4).unwrap()
    }

    #[test]
    fn each_part_of_the_model_has_its_own_alpha() {
        assert_eq!(
            alpha(r#"{"unet.lora_alpha": 8, "text_encoder.lora_alpha": 2}"#),
            Some(8.0)
        );
        assert_eq!(alpha(r#"{"text_encoder.lora_alpha": 2}"#), None);
        assert_eq!(
            PeftMetadata::read(&BTreeMap::new()).unwrap().alpha(MODULE, 4).unwrap(),
            None
        );
    }

    #[test]
    fn patterns_go_before_the_common_alpha() {
        for pattern in [
            "to_q",
            "attn1.to_q",
            "^down_blocks.0.attn1.to_q",
            "down_blocks\\\\.0\\\\.attn1\\\\.to_q",
        ] {
            let json = format!(r#"{{"unet.lora_alpha": 8, "unet.alpha_pattern": {{"{pattern}": 3}}}}"#);
            assert_eq!(alpha(&json), Some(3.0), "{pattern}");
        }
        for pattern in ["o_q", "^attn1.to_q", "to_k"] {
            let json = format!(r#"{{"unet.lora_alpha": 8, "unet.alpha_pattern": {{"{pattern}": 3}}}}"#);
            assert_eq!(alpha(&json), Some(8.0), "{pattern}");
        }
    }

    #[test]
    fn rank_stabilised_scale_is_alpha_over_the_root_of_the_rank() {
        assert_eq!(alpha(r#"{"unet.lora_alpha": 8, "unet.use_rslora": true}"#), Some(16.0));
    }

    #[test]
    fn what_cannot_be_computed_is_refused() {
        assert!(matches!(read("{"), Err(LoraFileProblem::Metadata(_))));
        assert!(matches!(
            read(r#"{"unet.use_dora": true}"#),
            Err(LoraFileProblem::OtherMethod { method: "DoRA", .. })
        ));
        let expression = read(r#"{"unet.alpha_pattern": {"attn[12]": 3}}"#)
            .unwrap()
            .alpha(MODULE, 4);
        assert!(matches!(expression, Err(LoraFileProblem::Metadata(_))));
        let text = read(r#"{"unet.lora_alpha": "eight"}"#).unwrap().alpha(MODULE, 4);
        assert!(matches!(text, Err(LoraFileProblem::Metadata(_))));
    }
}
