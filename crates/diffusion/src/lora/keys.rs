//! The names that trainers give to LoRA tensors, and the modules they mean.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

/// Who writes tensor names in this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LoraFormat {
    /// sd-scripts and everything that follows it: `lora_unet_..._to_q.lora_down.weight`.
    Kohya,
    /// PEFT and current diffusers: `unet....to_q.lora_A.weight`.
    Peft,
    /// Diffusers before it used PEFT: `....processor.to_q_lora.down.weight`, `....lora_linear_layer.down.weight`.
    Diffusers,
}

/// What a tensor is to its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Down,
    Up,
    Alpha,
}

impl Part {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Up => "up",
            Self::Alpha => "alpha",
        }
    }
}

/// A tensor name taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key<'a> {
    /// The module as the file spells it.
    pub(super) module: &'a str,
    pub(super) part: Part,
    pub(super) format: LoraFormat,
}

/// Endings, the longer before those they end with.
const ENDINGS: [(&str, Part, LoraFormat); 15] = [
    (".lora_linear_layer.down.weight", Part::Down, LoraFormat::Diffusers),
    (".lora_linear_layer.up.weight", Part::Up, LoraFormat::Diffusers),
    (".lora_linear_layer.alpha", Part::Alpha, LoraFormat::Diffusers),
    ("_lora.down.weight", Part::Down, LoraFormat::Diffusers),
    ("_lora.up.weight", Part::Up, LoraFormat::Diffusers),
    (".lora.down.weight", Part::Down, LoraFormat::Diffusers),
    (".lora.up.weight", Part::Up, LoraFormat::Diffusers),
    (".lora.alpha", Part::Alpha, LoraFormat::Diffusers),
    (".lora_A.weight", Part::Down, LoraFormat::Peft),
    (".lora_B.weight", Part::Up, LoraFormat::Peft),
    (".lora_A.default.weight", Part::Down, LoraFormat::Peft),
    (".lora_B.default.weight", Part::Up, LoraFormat::Peft),
    (".lora_down.weight", Part::Down, LoraFormat::Kohya),
    (".lora_up.weight", Part::Up, LoraFormat::Kohya),
    (".alpha", Part::Alpha, LoraFormat::Kohya),
];

/// Takes a tensor name apart, if it is one of a LoRA.
pub(super) fn parse(name: &str) -> Option<Key<'_>> {
    ENDINGS.iter().find_map(|(ending, part, format)| {
        let module = name.strip_suffix(ending)?;
        Some(Key {
            module,
            part: *part,
            format: *format,
        })
    })
}

/// Tensors of methods that compute something else than a LoRA, and what those are called.
const OTHER_METHODS: [(&str, &str); 9] = [
    ("dora_scale", "DoRA"),
    ("lora_magnitude_vector", "DoRA"),
    ("lora_mid", "LoCon with a middle matrix (CP decomposition)"),
    (".hada_", "LoHa"),
    (".lokr_", "LoKr"),
    (".oft_", "OFT"),
    (".diff", "full weight difference"),
    ("lora_B.bias", "LoRA with bias"),
    ("lora_B.default.bias", "LoRA with bias"),
];

/// The method that a tensor belongs to, if it is one that is not supported.
pub(super) fn other_method(name: &str) -> Option<&'static str> {
    OTHER_METHODS
        .iter()
        .find(|(mark, _)| name.contains(mark))
        .map(|(_, method)| *method)
}

/// The last part of a module's name in old diffusers files, and what it may stand for.
const OLD_NAMES: [(&str, &str); 5] = [
    ("to_out", "to_out.0"),
    ("to_out", "out_proj"),
    ("to_q", "q_proj"),
    ("to_k", "k_proj"),
    ("to_v", "v_proj"),
];

/// A model's modules, to be found by the names that files use.
pub(super) struct ModuleNames<'a> {
    dotted: HashSet<&'a str>,
    /// kohya's names hold `_` for `.`, which only the model itself can turn back.
    flat: HashMap<String, &'a str>,
}

impl<'a> ModuleNames<'a> {
    /// From dotted paths such as `unet.down_blocks.0.attentions.0.proj_in` and `text_encoder.text_model....q_proj`.
    pub(super) fn new(paths: &'a [String]) -> Self {
        let mut flat = HashMap::new();
        for path in paths {
            let prefixes: &[&str] = match path.split_once('.') {
                Some(("unet", _)) => &["lora_unet_"],
                // diffusers writes `lora_te1_` for a single text encoder too.
                Some(("text_encoder", _)) => &["lora_te_", "lora_te1_"],
                _ => &[],
            };
            let rest = path.split_once('.').map_or("", |(_, rest)| rest).replace('.', "_");
            flat.extend(prefixes.iter().map(|prefix| (format!("{prefix}{rest}"), path.as_str())));
        }
        Self {
            dotted: paths.iter().map(String::as_str).collect(),
            flat,
        }
    }

    /// The module that a file's name means.
    pub(super) fn find(&self, name: &str) -> Option<&'a str> {
        if let Some(path) = self.flat.get(name) {
            return Some(path);
        }
        let name = name
            .strip_prefix("base_model.model.")
            .unwrap_or(name)
            .replace(".processor.", ".");
        // Old U-Net files have no prefix; new text encoder files may lack `text_model`, since transformers dropped it.
        let inserted = name
            .strip_prefix("text_encoder.")
            .map(|rest| format!("text_encoder.text_model.{rest}"));
        let spellings = [Some(name.clone()), Some(format!("unet.{name}")), inserted];
        spellings
            .into_iter()
            .flatten()
            .find_map(|spelling| self.find_dotted(&spelling))
    }

    fn find_dotted(&self, name: &str) -> Option<&'a str> {
        let known = |name: &str| self.dotted.get(name).copied();
        known(name).or_else(|| {
            let (parent, last) = name.rsplit_once('.')?;
            let renamed = OLD_NAMES.iter().filter(|(old, _)| *old == last);
            renamed
                .into_iter()
                .find_map(|(_, new)| known(&format!("{parent}.{new}")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TO_OUT: &str = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0";
    const OUT_PROJ: &str = "text_encoder.text_model.encoder.layers.3.self_attn.out_proj";
    const FC1: &str = "text_encoder.text_model.encoder.layers.3.mlp.fc1";

    fn find(name: &str) -> Option<String> {
        let paths = [TO_OUT, OUT_PROJ, FC1].map(str::to_owned);
        ModuleNames::new(&paths).find(name).map(str::to_owned)
    }

    #[test]
    fn every_spelling_of_a_unet_module_is_found() {
        for name in [
            "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_out_0",
            "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0",
            "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_out",
            "down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_out",
            "base_model.model.unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0",
            "base_model.model.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0",
        ] {
            assert_eq!(find(name).as_deref(), Some(TO_OUT), "{name}");
        }
    }

    #[test]
    fn every_spelling_of_a_text_encoder_module_is_found() {
        for name in [
            "lora_te_text_model_encoder_layers_3_self_attn_out_proj",
            "lora_te1_text_model_encoder_layers_3_self_attn_out_proj",
            "text_encoder.text_model.encoder.layers.3.self_attn.out_proj",
            "text_encoder.encoder.layers.3.self_attn.out_proj",
            "text_encoder.text_model.encoder.layers.3.self_attn.to_out",
        ] {
            assert_eq!(find(name).as_deref(), Some(OUT_PROJ), "{name}");
        }
        assert_eq!(find("text_encoder.encoder.layers.3.mlp.fc1").as_deref(), Some(FC1));
    }

    #[test]
    fn other_models_modules_are_not_found() {
        for name in [
            "lora_te2_text_model_encoder_layers_3_mlp_fc1",
            "unet.mid_block.attn",
            "lora_unet_input_blocks_4_1",
            "",
        ] {
            assert_eq!(find(name), None, "{name}");
        }
    }

    #[test]
    fn names_are_taken_apart() {
        let parsed = |name| parse(name).map(|key| (key.module, key.part, key.format));
        assert_eq!(
            parsed("a_b.lora_down.weight"),
            Some(("a_b", Part::Down, LoraFormat::Kohya))
        );
        assert_eq!(parsed("a_b.alpha"), Some(("a_b", Part::Alpha, LoraFormat::Kohya)));
        assert_eq!(parsed("a.b.lora_B.weight"), Some(("a.b", Part::Up, LoraFormat::Peft)));
        assert_eq!(
            parsed("a.to_q_lora.up.weight"),
            Some(("a.to_q", Part::Up, LoraFormat::Diffusers))
        );
        assert_eq!(
            parsed("a.to_q.lora.down.weight"),
            Some(("a.to_q", Part::Down, LoraFormat::Diffusers))
        );
        assert_eq!(
            parsed("a.fc1.lora_linear_layer.up.weight"),
            Some(("a.fc1", Part::Up, LoraFormat::Diffusers))
        );
        assert_eq!(parsed("conv_in.weight"), None);
    }

    #[test]
    fn other_methods_are_named() {
        assert_eq!(other_method("lora_unet_x.dora_scale"), Some("DoRA"));
        assert_eq!(other_method("lora_unet_x.hada_w1_a"), Some("LoHa"));
        assert_eq!(other_method("lora_unet_x.lokr_w2"), Some("LoKr"));
        assert_eq!(other_method("lora_unet_x.lora_down.weight"), None);
    }
}
