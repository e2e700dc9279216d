//! Prompts to embeddings, kept by their text.

use burn::tensor::Tensor;

use super::Pipeline;
use crate::error::Result;
use crate::text_encoder::TextEmbedding;

/// The most prompts whose embeddings are kept.
const KEPT: usize = 256;

/// One prompt's embedding.
#[derive(Clone)]
pub(super) struct EmbeddedPrompt {
    /// `[1, tokens, width]`
    hidden_states: Tensor<3>,
    cut: Option<String>,
}

/// The embeddings of several prompts.
pub struct PromptEmbeddings {
    /// `[prompts, tokens, width]`
    pub hidden_states: Tensor<3>,
    /// For each prompt the end that did not fit, if any.
    pub truncated: Vec<Option<String>>,
}

impl Pipeline {
    /// Embeds prompts; each is computed once and kept.
    pub fn encode_prompts(&mut self, prompts: &[&str]) -> Result<PromptEmbeddings> {
        let embedded = prompts
            .iter()
            .map(|prompt| self.encode_prompt(prompt))
            .collect::<Result<Vec<_>>>()?;
        Ok(PromptEmbeddings {
            hidden_states: Tensor::cat(embedded.iter().map(|prompt| prompt.hidden_states.clone()).collect(), 0),
            truncated: embedded.into_iter().map(|prompt| prompt.cut).collect(),
        })
    }

    fn encode_prompt(&mut self, prompt: &str) -> Result<EmbeddedPrompt> {
        if let Some(embedded) = self.prompts.get(prompt) {
            return Ok(embedded.clone());
        }
        let (TextEmbedding { hidden_states, .. }, cut) = self.text_encoder.encode(prompt)?;
        let embedded = EmbeddedPrompt { hidden_states, cut };
        if self.prompts.len() >= KEPT {
            self.prompts.clear();
        }
        self.prompts.insert(prompt.to_owned(), embedded.clone());
        Ok(embedded)
    }
}
