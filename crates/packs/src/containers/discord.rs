//! Discord's stickers are sent one by one: the pictures, and a table of what to type for each.

use super::{Container, Ready, names, one_line};
use crate::names::short_codes;
use crate::store::Entry;
use crate::{Error, Letters, Pack};

/// Files, names, emoji and descriptions with tabs between them, which every spreadsheet opens.
const TABLE: &str = "stickers.tsv";

pub(super) struct Discord;

impl Container for Discord {
    fn stems(&self, pack: &Pack) -> Vec<String> {
        short_codes(names(pack), Letters::Shortcode)
    }

    fn rest(&self, ready: &Ready<'_>) -> Result<Vec<Entry>, Error> {
        let mut table = String::from("file\tname\temoji\tdescription\n");
        for file in &ready.files {
            let sticker = file.sticker;
            let cells = [
                file.name(),
                one_line(&sticker.name),
                sticker.emoji.concat(),
                one_line(&sticker.text),
            ];
            table.push_str(&cells.join("\t"));
            table.push('\n');
        }
        Ok(vec![Entry::new(TABLE, table)])
    }
}
