//! Prompt buckets for human-in-the-loop work: what a person has pictures made of, to rate them and build a content set.
//!
//! The buckets are those of "Text-to-Sticker" (arXiv 2311.10794, section 3.2): emotions on characters, actions of one
//! figure and of two, and scenes. Templates with fixed grammar are filled from word lists of our own (`words/*.txt`).
//!
//! A draw deals each list like a pack of cards: a word comes again only when all words of its list have been used, so
//! that few prompts already cover the lists evenly. The same seed gives the same prompts on every machine, and a longer
//! draw begins with the shorter one.

mod bucket;
mod chance;
mod deal;
mod draw;
mod enhance;
mod grammar;
mod lists;
mod moods;
mod template;
mod templates;
#[cfg(test)]
mod tests;

pub use bucket::{Bucket, UnknownBucket, Wording};
pub use draw::{Draw, Prompt, capacity, evenly, prompts};
pub use enhance::{PromptEnhancer, RuleEnhancer};
