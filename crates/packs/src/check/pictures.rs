//! Sizes, margins and covers, from what is measured of the pictures.

use super::About;
use crate::fix::is_cover_needed;
use crate::text::subject;
use crate::{Bounds, Canvas, Finding, Limits, Pack, Problem, Severity, Sticker};

/// How many times a picture may be enlarged before one sees it.
const SOFT: f64 = 1.25;
/// How many times longer than wide (or wider than long) a cover may be before little is seen of it.
const THIN: u32 = 2;

pub(super) fn check(sticker: &Sticker, place: usize, limits: &Limits, about: &mut About<'_>) {
    let name = subject(sticker, place);
    let Some(visible) = sticker.measured.visible else {
        let message = format!("{name} is empty: nothing of it is visible.");
        return about.mended(Severity::Blocks, Problem::Empty, message, "It is left out.".to_owned());
    };
    let (canvas, margin) = (limits.still.canvas, limits.still.margin);
    if canvas == Canvas::Free {
        return;
    }
    let (width, height) = (sticker.measured.width, sticker.measured.height);
    if canvas.takes(width, height) {
        let free = free_room(visible, width, height);
        if free < margin {
            let message = format!(
                "{name} comes within {free} pixels of its edge; {} advises {margin}.",
                limits.label
            );
            about.open(Severity::Advice, Problem::Margin, message);
        }
    } else {
        let message = format!(
            "{name} has {width}x{height} pixels; {} takes {}.",
            limits.label,
            taken(canvas)
        );
        let fix = if let Canvas::Exact { .. } = canvas {
            format!("It is trimmed, scaled and centred on {}.", taken(canvas))
        } else {
            format!("It is trimmed and scaled to {}.", taken(canvas))
        };
        about.mended(Severity::Changes, Problem::Size, message, fix);
    }
    if let Some(message) = softness(visible, (width, height), limits) {
        about.open(Severity::Advice, Problem::Small, format!("{name} {message}"));
    }
    if !sticker.measured.transparent {
        let message = format!("{name} has no transparency: it shows as a rectangle.");
        about.open(Severity::Advice, Problem::Opaque, message);
    }
}

/// The fewest pixels between what is visible and an edge.
fn free_room(visible: Bounds, width: u32, height: u32) -> u32 {
    let (right, bottom) = (width - visible.x - visible.width, height - visible.y - visible.height);
    visible.x.min(visible.y).min(right).min(bottom)
}

/// "512x512 pixels".
fn taken(canvas: Canvas) -> String {
    match canvas {
        Canvas::Exact { width, height } => format!("{width}x{height} pixels"),
        Canvas::LongSide(side) => format!("{side} pixels on the longer side"),
        Canvas::Within { width, height, step: 2 } => format!("at most {width}x{height} pixels, both sides even"),
        Canvas::Within { width, height, .. } => format!("at most {width}x{height} pixels"),
        Canvas::Free => "any size".to_owned(),
    }
}

/// What is too small about a picture: enlarged by the export, or shown larger than it is.
fn softness(visible: Bounds, (width, height): (u32, u32), limits: &Limits) -> Option<String> {
    let canvas = limits.still.canvas;
    let (canvas_width, canvas_height) = canvas.bounds()?;
    if let Canvas::Within { .. } = canvas {
        let longer = visible.width.max(visible.height);
        return (longer < limits.shown)
            .then(|| format!("is only {longer} pixels long; chats show it at about {}.", limits.shown));
    }
    let room = |side: u32| f64::from(side - 2 * limits.still.margin);
    let scale = (room(canvas_width) / f64::from(visible.width)).min(room(canvas_height) / f64::from(visible.height));
    let enlarged = !canvas.takes(width, height) && scale > SOFT;
    enlarged.then(|| format!("is enlarged {scale:.1} times, which makes it soft: enlarge it in Finish first."))
}

pub(super) fn check_cover(pack: &Pack, limits: &Limits, findings: &mut Vec<Finding>) {
    if !is_cover_needed(pack, limits) {
        return;
    }
    let mut about = About::whole(findings);
    let place = pack.cover.unwrap_or(0);
    let Some(sticker) = pack.stickers.get(place) else {
        let message = "The sticker that stands for the pack is no longer in it.".to_owned();
        let fix = "The first sticker stands for it.".to_owned();
        return about.mended(Severity::Blocks, Problem::Cover, message, fix);
    };
    let Some(visible) = sticker.measured.visible else {
        return;
    };
    let (short, long) = (visible.width.min(visible.height), visible.width.max(visible.height));
    if long > THIN * short {
        let name = subject(sticker, place);
        let message =
            format!("{name} stands for the pack, and is long and thin: little will be seen of it. Choose another.");
        about.open(Severity::Advice, Problem::Cover, message);
    }
}
