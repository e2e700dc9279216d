//! Whole tiny text encoders, their configurations read as a model folder's are.

use diffusion::text_encoder::{CLIPTextModel, ClipTextConfig, HiddenState};

use crate::agreement::{BLOCK, assert_agrees, block, config_file, integers};

/// One row of token ids a prompt.
fn token_ids(name: &str, length: usize) -> Vec<Vec<u32>> {
    let ids = integers(&format!("blocks/{name}.safetensors"), "input.ids");
    let row = |ids: &[i64]| ids.iter().map(|id| *id as u32).collect();
    ids.chunks_exact(length).map(row).collect()
}

/// `inner` is the prefix that files of this class have; `pooled` names the pooled output.
fn check(name: &str, inner: &str, pooled: &str) {
    let file = config_file(name, "architectures");
    let config = ClipTextConfig::open(file.path()).unwrap();
    let (fixture, model) = block(name, |_, weights| CLIPTextModel::new(&config, inner, weights));
    let ids = token_ids(name, config.max_position_embeddings);
    let last = model.forward(&ids, HiddenState::Last);
    assert_agrees(&fixture, "output.last_hidden_state", last.hidden_states, BLOCK);
    assert_agrees(&fixture, pooled, last.pooled, BLOCK);
    let penultimate = model.forward(&ids, HiddenState::Penultimate);
    assert_agrees(&fixture, "output.penultimate", penultimate.hidden_states, BLOCK);
    assert_agrees(&fixture, pooled, penultimate.pooled, BLOCK);
    if fixture.has("output.last_hidden_state_of_5") {
        let short: Vec<_> = ids.iter().map(|ids| ids[..5].to_vec()).collect();
        let short = model.forward(&short, HiddenState::Last).hidden_states;
        assert_agrees(&fixture, "output.last_hidden_state_of_5", short, BLOCK);
    }
}

/// Stable Diffusion 1's, whose configurations still say `eos_token_id` 2: a prompt ends at its largest id.
#[test]
fn with_quick_gelu() {
    check("text_quick_gelu", "", "output.pooler_output");
}

/// Stable Diffusion 2's: a prompt ends at the first `eos_token_id`.
#[test]
fn with_gelu() {
    check("text_gelu", "", "output.pooler_output");
}

/// SDXL's second one.
#[test]
fn with_a_projection() {
    check("text_projection", "text_model", "output.text_embeds");
}
