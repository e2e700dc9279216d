//! What a sticker stands for.

use super::About;
use crate::emoji::{default_emoji, is_emoji};
use crate::text::{sample, subject};
use crate::{Limits, Problem, Severity, Sticker};

pub(super) fn check(sticker: &Sticker, place: usize, limits: &Limits, about: &mut About<'_>) {
    if limits.emoji.most == Some(0) {
        return;
    }
    let name = subject(sticker, place);
    let (emoji, others): (Vec<_>, Vec<_>) = sticker.emoji.iter().partition(|text| is_emoji(text));
    if !others.is_empty() {
        let message = format!("{name} has what is no emoji: {}.", sample(&others));
        about.mended(
            Severity::Blocks,
            Problem::NoEmoji,
            message,
            "It is left out.".to_owned(),
        );
    }
    let count = emoji.len() as u32;
    if count < limits.emoji.least {
        let message = format!("{name} has no emoji; {} wants one for every sticker.", limits.label);
        about.mended(
            Severity::Blocks,
            Problem::MissingEmoji,
            message,
            format!("It gets {}.", default_emoji(sticker)),
        );
    }
    if let Some(most) = limits.emoji.most.filter(|most| count > *most) {
        let message = format!("{name} has {count} emoji; {} takes at most {most}.", limits.label);
        let fix = if most == 1 {
            "The first stays.".to_owned()
        } else {
            format!("The first {most} stay.")
        };
        about.mended(Severity::Blocks, Problem::TooManyEmoji, message, fix);
    }
}
