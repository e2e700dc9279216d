//! Emoji of Discord, Slack and Mastodon: nothing but files, whose names are what people type between colons. Mastodon's
//! `tootctl emoji import` takes the same in a .tar.gz.

use super::{Container, Ready, names};
use crate::names::short_codes;
use crate::store::Entry;
use crate::{Error, Letters, Pack};

/// With the letters that names have.
pub(super) struct Emoji(Letters);

/// Names with capitals.
pub(super) const MIXED: Emoji = Emoji(Letters::Shortcode);
/// Names without.
pub(super) const SMALL: Emoji = Emoji(Letters::Lowercase);

impl Container for Emoji {
    fn stems(&self, pack: &Pack) -> Vec<String> {
        short_codes(names(pack), self.0)
    }

    fn rest(&self, _: &Ready<'_>) -> Result<Vec<Entry>, Error> {
        Ok(Vec::new())
    }
}
