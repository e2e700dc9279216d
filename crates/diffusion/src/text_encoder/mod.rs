//! The prompt: its tokens, and their embedding.

mod clip_text_model;
mod config;
mod tokenizer;

pub use clip_text_model::{CLIPTextModel, HiddenState, TextEmbedding};
pub use config::ClipTextConfig;
pub use tokenizer::{Tokenized, Tokenizer};
