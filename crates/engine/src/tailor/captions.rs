//! Captions out of the recipes inside pictures.

use tailoring::data::Captions;

use crate::A1111Parameters;
use crate::png_metadata::decode_png;

/// Knows the prompt of every picture that this program, or one that writes A1111's parameters, has made.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecipeCaptions;

impl Captions for RecipeCaptions {
    fn caption(&self, _name: &str, bytes: &[u8]) -> Option<String> {
        let (_, metadata) = decode_png(bytes).ok()?;
        let prompt = match metadata.recipe().ok().flatten() {
            Some(recipe) => recipe.prompt,
            None => A1111Parameters::parse(metadata.parameters.as_deref()?).prompt,
        };
        let prompt = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
        (!prompt.is_empty()).then_some(prompt)
    }
}
