//! Splitting a pack that has too many stickers.

use super::Fix;
use crate::check::parts;
use crate::text::{cut, listed};
use crate::{Limits, Pack, TextRule};

/// Letters that a title has at most, whatever the platform takes: the library keeps no longer ones.
const LONGEST: u32 = 128;

/// The even parts of a pack, in order, with their number behind the title; a pack that need not be split alone.
pub(super) fn split(mut pack: Pack, limits: &Limits, fixes: &mut Vec<Fix>) -> Vec<Pack> {
    let Some(sizes) = parts(pack.stickers.len() as u32, limits) else {
        return vec![pack];
    };
    let written: Vec<_> = sizes.iter().map(u32::to_string).collect();
    fixes.push(Fix::whole(format!(
        "The pack was split into {} of {} stickers.",
        sizes.len(),
        listed(&written, "and")
    )));
    let mut first = 0;
    let mut part = |(number, size): (usize, u32)| {
        let stickers: Vec<_> = pack.stickers.drain(..size as usize).collect();
        let cover = pack
            .cover
            .and_then(|place| place.checked_sub(first))
            .filter(|place| *place < stickers.len());
        first += stickers.len();
        let title = numbered(&pack.title, number + 1, limits.title);
        Pack {
            title,
            author: pack.author.clone(),
            cover,
            stickers,
        }
    };
    sizes.into_iter().enumerate().map(&mut part).collect()
}

/// "Cats 2", the title cut so that the number fits.
fn numbered(title: &str, number: usize, rule: TextRule) -> String {
    let number = format!(" {number}");
    let most = rule.most.unwrap_or(LONGEST).min(LONGEST);
    // With the space, which is no part of a text that stands alone.
    let room = most.saturating_sub(number.len() as u32);
    format!("{}{number}", cut(title, room)).trim_start().to_owned()
}
