//! Files of a Hugging Face folder.

use std::path::{Path, PathBuf};

use diffusion::weights::weights_file;

use super::{EncoderError, Result};

/// `model.safetensors` of the folder.
pub fn model_file(class: &'static str, folder: &Path) -> Result<PathBuf> {
    if !folder.is_dir() {
        return Err(EncoderError::folder(class, folder, "there is no such folder"));
    }
    let reason = if folder.join("model.safetensors.index.json").is_file() {
        "its weights are cut into several files, which is not read here; save them with `max_shard_size=\"100GB\"`"
    } else if folder.join("pytorch_model.bin").is_file() {
        "it has only pytorch_model.bin; load it in python transformers and save it with `save_pretrained`, which writes \
         model.safetensors"
    } else {
        "model.safetensors is missing"
    };
    weights_file(folder, "model").ok_or_else(|| EncoderError::folder(class, folder, reason))
}
