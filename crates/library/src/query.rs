//! What a list is asked for and what it gives.

use serde::{Deserialize, Serialize};

use crate::{Alignment, Bucket, JobId, Origin, SetId, Sticker};

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub enum Order {
    /// The last that came first.
    #[default]
    Newest,
    /// The first that came first.
    Oldest,
    /// By quality, then alignment (strong, weak, not rated, fail), then favourites; equal ones newest first.
    Best,
}

/// Which stickers: those that fit every part. The default is everything outside the trash, newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Query {
    /// Words in prompts and tags; all must occur, the last may be unfinished.
    pub text: String,
    /// Only favourites, or only others.
    pub favourite: Option<bool>,
    /// Any of these; empty: no filter.
    pub alignment: Vec<Alignment>,
    /// This quality or a better one.
    pub min_quality: Option<u8>,
    /// true: only those with no rating at all; false: only rated ones.
    pub unrated: Option<bool>,
    /// Those in this style set.
    pub set: Option<SetId>,
    /// Those made with the adapter of this SHA-256.
    pub adapter: Option<String>,
    /// Those with this tag, whatever its case.
    pub tag: Option<String>,
    /// Those that this device computed.
    pub device: Option<String>,
    /// Those from ideas of this kind.
    pub bucket: Option<Bucket>,
    /// Made or imported ones.
    pub origin: Option<Origin>,
    /// Those of this job.
    pub job: Option<JobId>,
    /// Not before this time, in ms since 1970.
    #[cfg_attr(feature = "bindings", specta(type = Option<u32>))]
    pub from: Option<i64>,
    /// Before this time, in ms since 1970.
    #[cfg_attr(feature = "bindings", specta(type = Option<u32>))]
    pub to: Option<i64>,
    /// false: what is not in the trash; true: the trash.
    pub trash: bool,
    /// The order of the list.
    pub order: Order,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Page {
    /// How many the whole list has.
    pub total: u32,
    /// The place of the first one here.
    pub offset: u32,
    /// The stickers from there.
    pub stickers: Vec<Sticker>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_everything_outside_the_trash_newest_first() {
        let query: Query =
            serde_json::from_str(r#"{"text":"","alignment":[],"trash":false,"order":"newest"}"#).unwrap();
        assert_eq!(query, Query::default());
    }

    #[test]
    fn the_json_is_the_pages() {
        let json = r#"{"text":"cat","favourite":true,"alignment":["strong","weak"],"minQuality":3,"unrated":false,
            "set":"01arz3ndektsv4rrffq69g5fav","adapter":"ab","tag":"t","device":"cpu","bucket":"emotion","origin":"made",
            "job":"01arz3ndektsv4rrffq69g5fav","from":1,"to":2,"trash":true,"order":"best"}"#;
        let query: Query = serde_json::from_str(json).unwrap();
        assert_eq!(query.min_quality, Some(3));
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_value(&query).unwrap(), value);
        assert!(serde_json::from_str::<Query>(r#"{"colour":"red"}"#).is_err());
        assert!(serde_json::from_str::<Query>(r#"{"set":"../x"}"#).is_err());
    }
}
