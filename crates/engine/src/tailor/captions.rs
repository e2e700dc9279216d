//! Captions out of the recipes inside pictures.

use tailoring::data::Captions;

use crate::ParametersText;
use crate::png_metadata::decode_png;

/// Knows the prompt of every picture that this program, or one that writes A1111's parameters, has made.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecipeCaptions;

impl Captions for RecipeCaptions {
    fn caption(&self, _name: &str, bytes: &[u8]) -> Option<String> {
        let (_, metadata) = decode_png(bytes).ok()?;
        let prompt = match metadata.recipe().ok().flatten() {
            Some(recipe) => recipe.prompt,
            None => match ParametersText::parse(metadata.parameters.as_deref()?) {
                ParametersText::A1111(parameters) => parameters.prompt,
                ParametersText::Json(_) => return None,
            },
        };
        let prompt = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
        (!prompt.is_empty()).then_some(prompt)
    }
}
