//! Titles, names and texts.

use super::About;
use crate::fix::{AUTHOR, TITLE};
use crate::names::short_codes;
use crate::text::{cut, is_blank, is_too_long, is_too_short, length, subject};
use crate::{Finding, Letters, Limits, Pack, Problem, Severity, Sticker};

pub(super) fn check(pack: &Pack, limits: &Limits, findings: &mut Vec<Finding>) {
    let mut about = About::whole(findings);
    let label = limits.label;
    if is_blank(&pack.title) {
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
    if is_blank(&pack.author) {
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
        let what = format!("{}: the text", subject(sticker, place));
        let message = long(&what, &sticker.text, limits.text.most);
        about.mended(Severity::Blocks, Problem::TextTooLong, message, CUT.to_owned());
    } else if is_too_short(&sticker.text, limits.text) {
        let message = format!(
            "{}: the text '{}' is too short for {}: {} letters at least, or none.",
            subject(sticker, place),
            cut(&sticker.text, 60),
            limits.label,
            limits.text.least
        );
        let longer = crate::fix::longer_text(sticker, limits.text);
        let fix = if longer.is_empty() {
            "It is left out.".to_owned()
        } else {
            format!("It becomes '{}'.", cut(&longer, 60))
        };
        about.mended(Severity::Blocks, Problem::TextTooLong, message, fix);
    }
    if limits.letters != Letters::Any {
        return;
    }
    if is_too_long(&sticker.name, limits.name) {
        let what = format!("{}: the name", subject(sticker, place));
        let message = long(&what, &sticker.name, limits.name.most);
        about.mended(Severity::Blocks, Problem::Name, message, CUT.to_owned());
    } else if length(&sticker.name) < limits.name.least {
        let message = format!(
            "{}: the name is too short for {}: {} letters at least.",
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
    // Those that are written: the others take no names away from them.
    let written = pack.stickers.iter().enumerate();
    let written: Vec<_> = written
        .filter(|(_, sticker)| sticker.measured.visible.is_some())
        .collect();
    let names = written.iter().map(|(_, sticker)| sticker.name.as_str());
    let codes = short_codes(names, limits.letters);
    for ((place, sticker), code) in written.into_iter().zip(codes) {
        if sticker.name != code {
            let message = format!(
                "{} cannot be typed as it is: names for {} have 2 to 30 {}, digits and _, and no two are the same.",
                subject(sticker, place),
                limits.label,
                if limits.letters == Letters::Lowercase {
                    "small letters from a to z"
                } else {
                    "letters from a to z"
                }
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
