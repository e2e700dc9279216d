//! Mending the stickers one by one.

use super::Fix;
use crate::emoji::{default_emoji, is_emoji};
use crate::text::{cut, is_too_long, is_too_short, length, one_line, sample, subject};
use crate::{Letters, Limits, Pack, Sticker, TextRule};

pub(super) fn fix(pack: &mut Pack, limits: &Limits, fixes: &mut Vec<Fix>) {
    for (place, sticker) in pack.stickers.iter_mut().enumerate() {
        if sticker.measured.visible.is_none() {
            continue;
        }
        let sticker_place = Some(place as u32);
        let mut say = |message: String| {
            fixes.push(Fix {
                sticker: sticker_place,
                message,
            });
        };
        fix_text(sticker, place, limits, &mut say);
        fix_name(sticker, place, limits, &mut say);
        fix_emoji(sticker, place, limits, &mut say);
    }
}

/// Takes out the stickers with nothing in them.
pub(super) fn leave_out_empty(pack: &mut Pack, fixes: &mut Vec<Fix>) {
    let cover = pack.cover.and_then(|place| {
        pack.stickers
            .get(place)
            .map(|sticker| sticker.measured.visible.is_some())
    });
    let before = pack.stickers.iter().take(pack.cover.unwrap_or(0));
    let earlier = before.filter(|sticker| sticker.measured.visible.is_none()).count();
    match cover {
        Some(true) => pack.cover = pack.cover.map(|place| place - earlier),
        Some(false) => pack.cover = None,
        None => {}
    }
    for (place, sticker) in pack
        .stickers
        .iter()
        .enumerate()
        .filter(|(_, sticker)| sticker.measured.visible.is_none())
    {
        let message = format!("{} is empty and was left out.", subject(sticker, place));
        fixes.push(Fix {
            sticker: Some(place as u32),
            message,
        });
    }
    pack.stickers.retain(|sticker| sticker.measured.visible.is_some());
}

fn fix_text(sticker: &mut Sticker, place: usize, limits: &Limits, say: &mut impl FnMut(String)) {
    if let Some(most) = limits.text.most.filter(|_| is_too_long(&sticker.text, limits.text)) {
        sticker.text = cut(&sticker.text, most);
        say(format!(
            "{}: the text was cut to {most} letters.",
            subject(sticker, place)
        ));
    }
    if is_too_short(&sticker.text, limits.text) {
        sticker.text = longer_text(sticker, limits.text);
        let name = subject(sticker, place);
        say(if sticker.text.is_empty() {
            format!("{name}: the text was too short and was left out.")
        } else {
            format!("{name}: the text was too short and is '{}' now.", sticker.text)
        });
    }
}

/// A text that is too short, with the sticker's name in front; nothing, where that does not make it long enough.
pub(crate) fn longer_text(sticker: &Sticker, rule: TextRule) -> String {
    let longer = format!("{} {}", one_line(&sticker.name), one_line(&sticker.text));
    let longer = cut(&longer, rule.most.unwrap_or(u32::MAX));
    if length(&longer) < rule.least {
        String::new()
    } else {
        longer
    }
}

/// Names that become shortcodes are mended as they are written.
fn fix_name(sticker: &mut Sticker, place: usize, limits: &Limits, say: &mut impl FnMut(String)) {
    if limits.letters != Letters::Any {
        return;
    }
    if let Some(most) = limits.name.most.filter(|_| is_too_long(&sticker.name, limits.name)) {
        let before = subject(sticker, place);
        sticker.name = cut(&sticker.name, most);
        say(format!("{before}: the name was cut to '{}'.", sticker.name));
    }
    if length(&sticker.name) < limits.name.least {
        let before = subject(sticker, place);
        sticker.name = longer_name(sticker, place);
        say(format!("{before} is called '{}' now.", sticker.name));
    }
}

/// What a sticker is called whose name is too short: "sticker A", or by its place "sticker 3".
pub(crate) fn longer_name(sticker: &Sticker, place: usize) -> String {
    let name = one_line(&sticker.name);
    if name.is_empty() {
        format!("sticker {}", place + 1)
    } else {
        format!("sticker {name}")
    }
}

fn fix_emoji(sticker: &mut Sticker, place: usize, limits: &Limits, say: &mut impl FnMut(String)) {
    if limits.emoji.most == Some(0) {
        return;
    }
    let name = subject(sticker, place);
    let others: Vec<_> = sticker.emoji.extract_if(.., |text| !is_emoji(text)).collect();
    if !others.is_empty() {
        say(format!(
            "{name} had what is no emoji and was left out: {}.",
            sample(&others)
        ));
    }
    if (sticker.emoji.len() as u32) < limits.emoji.least {
        let emoji = default_emoji(sticker);
        say(format!("{name} got the emoji {emoji}."));
        sticker.emoji.push(emoji);
    }
    if let Some(most) = limits.emoji.most.filter(|most| sticker.emoji.len() > *most as usize) {
        let left_out = sticker.emoji.split_off(most as usize);
        say(format!(
            "{name} keeps {}; left out: {}.",
            sticker.emoji.concat(),
            sample(&left_out)
        ));
    }
}
