//! A LoRA file in kohya's form for one layer of the built-in model.

use std::path::Path;

use safetensors::tensor::{Dtype, TensorView};

const MODULE: &str = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q";
const WIDTH: usize = 192;
const RANK: usize = 2;

/// Writes it. Its values are large, so that it changes every picture.
pub fn write(path: &Path) {
    let values = |count: usize| -> Vec<u8> {
        let value = |index: usize| ((index * 7 % 11) as f32 - 5.0) * 0.2;
        (0..count).flat_map(|index| value(index).to_le_bytes()).collect()
    };
    let (down, up) = (values(RANK * WIDTH), values(WIDTH * RANK));
    let view = |shape: [usize; 2], bytes| TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap();
    let tensors = [
        (format!("{MODULE}.lora_down.weight"), view([RANK, WIDTH], &down)),
        (format!("{MODULE}.lora_up.weight"), view([WIDTH, RANK], &up)),
    ];
    safetensors::serialize_to_file(tensors, None, path).unwrap();
}
