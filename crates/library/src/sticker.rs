//! What a sticker is, as it goes in and as it comes out.

use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{JobId, SetId, StickerId};

text_enum! {
    /// How well the picture shows what the prompt says.
    Alignment {
        /// All of it.
        Strong = "strong",
        /// Some of it.
        Weak = "weak",
        /// Something else.
        Fail = "fail",
    }
}

text_enum! {
    /// Where a sticker came from.
    Origin {
        /// This program made it here.
        Made = "made",
        /// It was a file.
        Imported = "imported",
    }
}

text_enum! {
    /// The kind of an idea that a prompt came from.
    Bucket {
        /// How somebody feels.
        Emotion = "emotion",
        /// What somebody does.
        Action = "action",
        /// A place with somebody in it.
        Scene = "scene",
    }
}

/// What a person thinks of a sticker. Nothing in it: not rated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Rating {
    /// Whether it shows what the prompt says.
    pub alignment: Option<Alignment>,
    /// 1 to 5.
    pub quality: Option<u8>,
}

/// A sticker in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Sticker {
    /// Names its files, too.
    pub id: StickerId,
    /// As it was given; of an import, what is known of it.
    pub prompt: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// When it came into the library, in ms since 1970.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub created_at: i64,
    /// Whether a person likes it.
    pub favourite: bool,
    /// What a person thinks of it.
    pub rating: Rating,
    /// Where it came from.
    pub origin: Origin,
    /// The seed of this picture alone.
    #[cfg_attr(feature = "bindings", specta(type = Option<u32>))]
    pub seed: Option<u64>,
    /// The kind of the idea that its prompt came from.
    pub bucket: Option<Bucket>,
    /// When it was put into the trash, in ms since 1970.
    #[cfg_attr(feature = "bindings", specta(type = Option<u32>))]
    pub trashed_at: Option<i64>,
}

/// All that is known of one sticker.
#[derive(Clone, Debug, PartialEq)]
pub struct StickerRecord {
    /// As in a list.
    pub sticker: Sticker,
    /// In alphabetical order.
    pub tags: Vec<String>,
    /// The style sets it is in, by name.
    pub sets: Vec<SetId>,
    /// The size of its file.
    pub bytes: u64,
    /// SHA-256 of its file, in hexadecimal digits.
    pub sha256: String,
    /// How to make it again, as JSON.
    pub recipe: Option<String>,
    /// What another program wrote into an imported file (A1111 `parameters`).
    pub parameters: Option<String>,
    /// The sticker it was made of, which may be gone, and the finish as JSON.
    pub finished: Option<(StickerId, String)>,
}

/// A sticker that comes into the library.
#[derive(Clone, Copy, Debug)]
pub struct NewSticker<'a> {
    /// Its file.
    pub png: &'a [u8],
    /// A PNG of at most 192 pixels a side.
    pub thumbnail: &'a [u8],
    /// SHA-256 of its pixels: finds a picture again whatever else its file holds.
    pub pixels_sha256: &'a str,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Where it comes from.
    pub origin: Origin,
    /// As it was given; of an import, what is known of it and the name of its file.
    pub prompt: &'a str,
    /// What the picture was led away from.
    pub negative_prompt: &'a str,
    /// How to make it again, as JSON. Not looked into.
    pub recipe: Option<&'a str>,
    /// What another program wrote into an imported file (A1111 `parameters`).
    pub parameters: Option<&'a str>,
    /// The seed of this picture alone.
    pub seed: Option<u64>,
    /// The name of the model.
    pub model: Option<&'a str>,
    /// SHA-256 over the model's weights.
    pub model_sha256: Option<&'a str>,
    /// The device that computed it.
    pub device: Option<&'a str>,
    /// The kind of the idea that its prompt came from.
    pub bucket: Option<Bucket>,
    /// The adapters it was made with.
    pub adapters: &'a [UsedAdapter<'a>],
    /// The job that made it, and its place in the job.
    pub job: Option<(&'a JobId, u32)>,
    /// The sticker it was made of, and the finish as JSON. Not looked into.
    pub finished: Option<(&'a StickerId, &'a str)>,
}

/// An adapter that a sticker was made with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UsedAdapter<'a> {
    /// Its name at the time.
    pub name: &'a str,
    /// SHA-256 of its file.
    pub sha256: &'a str,
    /// How strongly it acted.
    pub weight: f32,
}
