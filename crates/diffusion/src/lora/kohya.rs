//! Writing an adapter in kohya's form, which every program in the field reads.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::LoraTarget;
use crate::weights::{NamedTensor, write_safetensors};

/// Writes `lora_unet_….lora_down.weight`, `.lora_up.weight` and `.alpha` for each module, all f32.
///
/// `targets` go by the dotted path of their module, which begins with `unet.` or `text_encoder.`.
///
/// # Errors
/// What `file` says.
pub fn write_kohya(
    file: impl Write,
    targets: &BTreeMap<String, LoraTarget>,
    metadata: &BTreeMap<String, String>,
) -> io::Result<()> {
    let names: Vec<_> = targets
        .keys()
        .map(|path| ["lora_down.weight", "lora_up.weight", "alpha"].map(|part| format!("{}.{part}", kohya_name(path))))
        .collect();
    let tensors = targets.values().zip(&names).flat_map(|(target, [down, up, alpha])| {
        let LoraTarget {
            down: d,
            up: u,
            alpha: a,
        } = target;
        [
            NamedTensor {
                name: down,
                shape: &d.shape,
                values: &d.values,
            },
            NamedTensor {
                name: up,
                shape: &u.shape,
                values: &u.values,
            },
            NamedTensor {
                name: alpha,
                shape: &[],
                values: std::slice::from_ref(a),
            },
        ]
    });
    write_safetensors(file, &tensors.collect::<Vec<_>>(), metadata)
}

fn kohya_name(path: &str) -> String {
    let (part, rest) = path.split_once('.').unwrap_or(("unet", path));
    let prefix = if part == "text_encoder" { "lora_te" } else { "lora_unet" };
    format!("{prefix}_{}", rest.replace('.', "_"))
}
