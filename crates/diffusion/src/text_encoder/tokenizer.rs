//! Prompts to token ids, by the folder's own tokenizer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::config::read_json_object;
use crate::error::{Error, Result};

/// The tokenizer of a model folder: `tokenizer.json`, or CLIP's `vocab.json` and `merges.txt`.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    path: PathBuf,
    length: usize,
    end: u32,
    pad: u32,
}

/// One prompt's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokenized {
    /// As many ids as the model takes, padded.
    pub ids: Vec<u32>,
    /// The end of the prompt that did not fit, if any.
    pub cut: Option<String>,
}

/// The longest prompt tokenised, in bytes; what is beyond would be cut anyway.
const MAX_PROMPT: usize = 64 * 1024;

impl Tokenizer {
    /// Reads the `tokenizer` folder. `max_length` is the number of positions the text encoder has.
    pub fn open(folder: &Path, max_length: usize) -> Result<Self> {
        let special = SpecialTokens::read(folder)?;
        let path = folder.join("tokenizer.json");
        let wrong = |reason: String| Error::Tokenizer {
            path: folder.to_owned(),
            reason,
        };
        let inner = if path.is_file() {
            tokenizers::Tokenizer::from_file(&path).map_err(|error| wrong(error.to_string()))?
        } else {
            let description = clip_description(folder, &special)?;
            tokenizers::Tokenizer::from_bytes(description.to_string()).map_err(|error| wrong(error.to_string()))?
        };
        let id = |token: &str| {
            inner
                .token_to_id(token)
                .ok_or_else(|| wrong(format!("its special token `{token}` is not in its vocabulary")))
        };
        let (end, pad) = (id(&special.eos.content)?, id(&special.pad.content)?);
        let length = special.model_max_length.unwrap_or(max_length).min(max_length);
        if length < 3 {
            return Err(wrong("`model_max_length` leaves no room for a prompt".to_owned()));
        }
        Ok(Self {
            inner,
            path: folder.to_owned(),
            length,
            end,
            pad,
        })
    }

    /// The number of ids every prompt becomes.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The id that ends a prompt.
    pub fn end(&self) -> u32 {
        self.end
    }

    /// The ids of `prompt`: start, words, end, padding.
    pub fn encode(&self, prompt: &str) -> Result<Tokenized> {
        let bounded = &prompt[..prompt.floor_char_boundary(MAX_PROMPT)];
        let encoding = self.inner.encode(bounded, true).map_err(|error| Error::Tokenizer {
            path: self.path.clone(),
            reason: error.to_string(),
        })?;
        let mut ids = encoding.get_ids().to_vec();
        let mut cut = None;
        if ids.len() > self.length {
            let begin = encoding.get_offsets()[self.length - 1].0;
            cut = Some(bounded.get(begin..).unwrap_or_default().trim().to_owned());
            ids.truncate(self.length - 1);
            ids.push(self.end);
        }
        ids.resize(self.length, self.pad);
        Ok(Tokenized { ids, cut })
    }
}

/// What `tokenizer_config.json` and `special_tokens_map.json` say.
struct SpecialTokens {
    bos: SpecialToken,
    eos: SpecialToken,
    unk: SpecialToken,
    pad: SpecialToken,
    model_max_length: Option<usize>,
}

/// A token that stands for itself wherever a prompt has it.
struct SpecialToken {
    content: String,
    /// Whether it is looked for in the lower-cased prompt. A token that the files write as plain text is not.
    normalized: bool,
}

impl SpecialTokens {
    fn read(folder: &Path) -> Result<Self> {
        let mut values = Map::new();
        for name in ["tokenizer_config.json", "special_tokens_map.json"] {
            let path = folder.join(name);
            if path.is_file() {
                values.extend(
                    read_json_object(&path)?
                        .into_iter()
                        .filter(|(_, value)| !value.is_null()),
                );
            }
        }
        let token = |key: &str, default: &str| {
            let value = values.get(key);
            let content = value.and_then(|value| value.as_str().or_else(|| value.get("content")?.as_str()));
            let normalized = value
                .and_then(|value| value.get("normalized")?.as_bool())
                .unwrap_or(false);
            SpecialToken {
                content: content.unwrap_or(default).to_owned(),
                normalized,
            }
        };
        let end = "<|endoftext|>";
        // transformers writes 1e30 for "no limit".
        let length = values
            .get("model_max_length")
            .and_then(Value::as_u64)
            .and_then(|length| usize::try_from(length).ok());
        Ok(Self {
            bos: token("bos_token", "<|startoftext|>"),
            eos: token("eos_token", end),
            unk: token("unk_token", end),
            pad: token("pad_token", end),
            model_max_length: length,
        })
    }
}

/// The description, in the form of a `tokenizer.json`, of CLIP's byte-level BPE (Radford et al. 2021; transformers'
/// `CLIPTokenizer`) with the folder's vocabulary.
fn clip_description(folder: &Path, special: &SpecialTokens) -> Result<Value> {
    let vocab = read_json_object(&folder.join("vocab.json"))?;
    let path = folder.join("merges.txt");
    let merges = std::fs::read_to_string(&path).map_err(|source| Error::Read { path, source })?;
    let merges = merges
        .lines()
        .filter(|line| !line.starts_with("#version") && !line.is_empty())
        .collect::<Vec<_>>();
    let pieces = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";
    let id = |token: &str| vocab.get(token).cloned().unwrap_or(Value::Null);
    let SpecialTokens { bos, eos, unk, pad, .. } = special;
    // As in transformers: each is one added token, and of two mentions the later one's flag counts.
    let mut added = BTreeMap::new();
    for SpecialToken { content, normalized } in [bos, eos, unk, pad] {
        let token = json!({"id": id(content), "content": content, "single_word": false, "lstrip": false, "rstrip": false,
                           "normalized": normalized, "special": true});
        added.insert(content, token);
    }
    Ok(json!({
        "version": "1.0",
        "added_tokens": added.into_values().collect::<Vec<_>>(),
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "NFC"},
            {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
            {"type": "Lowercase"},
        ]},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": pieces}, "behavior": "Removed", "invert": true},
            {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        ]},
        "post_processor": {"type": "RobertaProcessing", "sep": [eos.content, id(&eos.content)],
                           "cls": [bos.content, id(&bos.content)], "trim_offsets": false, "add_prefix_space": false},
        "model": {"type": "BPE", "unk_token": unk.content, "continuing_subword_prefix": "", "end_of_word_suffix": "</w>",
                  "fuse_unk": false, "byte_fallback": false, "vocab": vocab, "merges": merges},
    }))
}
