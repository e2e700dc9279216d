//! Emoji of Discord, Slack and Mastodon: nothing but files, whose names are what people type between colons. Mastodon's
//! `tootctl emoji import` takes the same in a .tar.gz.

use super::{Container, Ready, names};
use crate::names::short_codes;
use crate::store::Entry;
use crate::{Error, Pack};

pub(super) struct Emoji;

impl Container for Emoji {
    /// Small letters: Slack takes no others, and to people there is no difference.
    fn stems(&self, pack: &Pack) -> Vec<String> {
        let small: Vec<_> = names(pack).map(str::to_lowercase).collect();
        short_codes(small.iter().map(String::as_str))
    }

    fn rest(&self, _: &Ready<'_>) -> Result<Vec<Entry>, Error> {
        Ok(Vec::new())
    }
}
