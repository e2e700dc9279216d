//! Titles, names and texts.

use super::About;
use crate::fix::{AUTHOR, TITLE};
use crate::names::short_codes;
use crate::text::{cut, is_too_long, length, subject};
use crate::{Finding, Letters, Limits, Pack, Problem, Severity, Sticker};

pub(super) fn check(pack: &Pack, limits: &Limits, findings: &mut Vec<Finding>) {
    let mut about = About::whole(findings);
    let label = limits.label;
    if pack.title.trim().is_empty() {
        if limits.title.least > 0 {
            let message = format!("{label} wants a title, and this pack has none.");
            about.mended(
                Severity::Blocks,
                Problem::MissingTitle,
                message,
                format!("It is called '{TITLE}'."),
            );
        }
    } else if is_too_long(&pack.title, limits.title) {
        let message = long(
            &format!("The title '{}'", cut(&pack.title, 60)),
            &pack.title,
            limits.title.most,
        );
        about.mended(Severity::Blocks, Problem::TitleTooLong, message, CUT.to_owned());
    }
    if pack.author.trim().is_empty() {
        if limits.author.least > 0 {
            let message = format!("{label} wants an author's name, and this pack has none.");
            about.mended(
                Severity::Blocks,
                Problem::MissingAuthor,
                message,
                format!("'{AUTHOR}' is written."),
            );
        }
    } else if is_too_long(&pack.author, limits.author) {
        let message = long("The author's name", &pack.author, limits.author.most);
        about.mended(Severity::Blocks, Problem::AuthorTooLong, message, CUT.to_owned());
    }
}

pub(super) fn check_sticker(sticker: &Sticker, place: usize, limits: &Limits, about: &mut About<'_>) {
    if is_too_long(&sticker.text, limits.text) {
        let message = long(
            &format!("The text of {}", subject(sticker, place)),
            &sticker.text,
            limits.text.most,
        );
        about.mended(Severity::Blocks, Problem::TextTooLong, message, CUT.to_owned());
    }
    if limits.letters != Letters::Any {
        return;
    }
    if is_too_long(&sticker.name, limits.name) {
        let message = long(
            &format!("The name {}", subject(sticker, place)),
            &sticker.name,
            limits.name.most,
        );
        about.mended(Severity::Blocks, Problem::Name, message, CUT.to_owned());
    } else if length(sticker.name.trim()) < limits.name.least {
        let message = format!(
            "The name of {} is too short: {} wants at least {} letters.",
            subject(sticker, place),
            limits.label,
            limits.name.least
        );
        let fix = format!("It is called '{}'.", crate::fix::longer_name(sticker, place));
        about.mended(Severity::Blocks, Problem::Name, message, fix);
    }
}

/// Names that become shortcodes, and change by that.
pub(super) fn check_codes(pack: &Pack, limits: &Limits, findings: &mut Vec<Finding>) {
    if limits.letters == Letters::Any {
        return;
    }
    let codes = short_codes(pack.stickers.iter().map(|sticker| sticker.name.as_str()));
    for (place, (sticker, code)) in pack.stickers.iter().zip(codes).enumerate() {
        if sticker.measured.visible.is_some() && sticker.name != code {
            let message = format!(
                "{} cannot be typed as it is: names for {} have letters from a to z, digits and _, and no two are the same.",
                subject(sticker, place),
                limits.label
            );
            let mut about = About {
                place: Some(place as u32),
                findings,
            };
            about.mended(
                Severity::Changes,
                Problem::Name,
                message,
                format!("It is written as '{code}'."),
            );
        }
    }
}

const CUT: &str = "It is cut.";

fn long(what: &str, text: &str, most: Option<u32>) -> String {
    format!(
        "{what} has {} letters; {} are allowed.",
        length(text),
        most.unwrap_or(u32::MAX)
    )
}
