//! The two sets of a training, ready in memory.

use burn::tensor::Device;
use diffusion::pipeline::ModelFolder;
use sha2::{Digest, Sha256};

use super::batch::{Item, TrainingData};
use super::cache::{Cache, LazyEncoders};
use super::{Control, TrainingConfig, TrainingError};
use crate::data::{DataSet, Example};
use crate::objective::Source;

/// The fewest pictures of a set that something can be learnt from.
pub const FEWEST: usize = 4;

/// The pictures of a training: without those held out.
#[derive(Clone, Debug, Default)]
pub struct TrainingSets {
    /// Stickers that passed for prompt alignment.
    pub content: DataSet,
    /// Stickers that define one style.
    pub style: DataSet,
}

impl TrainingSets {
    /// # Errors
    /// A set that the objective needs has fewer than [`FEWEST`] pictures.
    pub fn check(&self, config: &TrainingConfig) -> Result<(), TrainingError> {
        for (source, set, named) in [
            (Source::Content, &self.content, "content"),
            (Source::Style, &self.style, "style"),
        ] {
            let count = set.examples.len();
            if config.objective.needs(source) && count < FEWEST {
                return Err(TrainingError::TooFew {
                    set: named,
                    count,
                    objective: config.objective.name(),
                    least: FEWEST,
                });
            }
        }
        Ok(())
    }

    /// Encodes every picture and caption that is not in the cache yet; `on_example` is told how many are done, of how many.
    /// Also gives a hash over all of it. Nothing when `on_example` asks for a pause.
    ///
    /// # Errors
    /// A picture that cannot be read, a full disk, a failed device.
    pub fn prepare(
        &self,
        config: &TrainingConfig,
        cache: &Cache,
        (model, device): (&ModelFolder, &Device),
        on_example: &mut dyn FnMut(usize, usize) -> Control,
    ) -> Result<Option<(TrainingData, String)>, TrainingError> {
        let mut encoders = LazyEncoders::new(model, device);
        let (mut sets, mut hash) = ([Vec::new(), Vec::new()], Sha256::new());
        let mut captions = Captions::default();
        let wanted = [(Source::Content, &self.content), (Source::Style, &self.style)];
        let wanted: Vec<_> = wanted
            .into_iter()
            .filter(|(source, _)| config.objective.needs(*source))
            .collect();
        let of = wanted.iter().map(|(_, set)| set.examples.len()).sum();
        let mut done = 0;
        for (source, set) in wanted {
            for example in &set.examples {
                let content = content_hash(example)?;
                hash.update([source as u8]);
                hash.update(&content);
                hash.update(&example.caption);
                let decode = || {
                    example
                        .picture
                        .decode()
                        .map_err(|error| unusable(example, &error.to_string()))
                };
                let picture = cache.picture(&content, decode, &mut encoders)?;
                let caption = captions.place(&example.caption, cache, &mut encoders)?;
                sets[source as usize].push(Item { picture, caption });
                done += 1;
                if on_example(done, of) == Control::Pause {
                    return Ok(None);
                }
            }
        }
        let no_caption = cache.caption("", &mut encoders)?;
        let unet = model.unet();
        let side = unet.sample_size;
        let data = TrainingData {
            sets,
            latent_shape: [unet.in_channels, side, side],
            embedding_shape: [no_caption.len() / unet.cross_attention_dim, unet.cross_attention_dim],
            embeddings: captions.embeddings,
            no_caption,
        };
        Ok(Some((data, hexadecimal(&hash.finalize()))))
    }
}

/// Captions met so far, each embedded once.
#[derive(Default)]
struct Captions {
    texts: Vec<String>,
    embeddings: Vec<Vec<f32>>,
}

impl Captions {
    fn place(&mut self, caption: &str, cache: &Cache, encoders: &mut LazyEncoders<'_>) -> Result<usize, TrainingError> {
        if let Some(place) = self.texts.iter().position(|text| text == caption) {
            return Ok(place);
        }
        self.embeddings.push(cache.caption(caption, encoders)?);
        self.texts.push(caption.to_owned());
        Ok(self.texts.len() - 1)
    }
}

fn content_hash(example: &Example) -> Result<String, TrainingError> {
    let bytes = example
        .picture
        .bytes()
        .map_err(|error| unusable(example, &error.to_string()))?;
    Ok(hexadecimal(&Sha256::digest(bytes)))
}

fn unusable(example: &Example, reason: &str) -> TrainingError {
    TrainingError::Picture {
        name: example.name.clone(),
        reason: reason.to_owned(),
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
