//! The limits of each platform.

use super::rules::{Canvas, Count, Cover, Format, Letters, MovingFormat, MovingRule, StillRule, TextRule};
use super::{ContainerKind, Limits};
use crate::Platform;

const PNG: &[Format] = &[Format::Png];
const WEBP: &[Format] = &[Format::Webp];
const EITHER: &[Format] = &[Format::Png, Format::Webp];

/// Not limited, or not written.
const OPEN: TextRule = TextRule { least: 0, most: None };
const NEEDED: TextRule = TextRule { least: 1, most: None };
const NO_EMOJI: Count = between(0, 0);

/// Stickers inside a `.wastickers` file: as sticker-convert writes them, PNG with WhatsApp's size and budget.
pub const WASTICKERS: StillRule = StillRule {
    formats: PNG,
    ..WHATSAPP.still
};

pub(super) fn limits(platform: Platform) -> &'static Limits {
    match platform {
        Platform::Telegram => &TELEGRAM,
        Platform::Whatsapp => &WHATSAPP,
        Platform::Signal => &SIGNAL,
        Platform::Discord => &DISCORD,
        Platform::DiscordEmoji => &DISCORD_EMOJI,
        Platform::Imessage => &IMESSAGE,
        Platform::Line => &LINE,
        Platform::Slack => &SLACK,
        Platform::Viber => &VIBER,
        Platform::Mastodon => &MASTODON,
        Platform::Misskey => &MISSKEY,
        Platform::Folder => &FOLDER,
        Platform::StickerConvert => &STICKER_CONVERT,
    }
}

const fn between(least: u32, most: u32) -> Count {
    Count {
        least,
        most: Some(most),
    }
}

const fn letters(least: u32, most: u32) -> TextRule {
    TextRule {
        least,
        most: Some(most),
    }
}

const fn square(side: u32) -> Canvas {
    exact(side, side)
}

const fn exact(width: u32, height: u32) -> Canvas {
    Canvas::Exact { width, height }
}

const fn within(width: u32, height: u32) -> Canvas {
    Canvas::Within { width, height, step: 1 }
}

const fn still(canvas: Canvas, formats: &'static [Format], budget: Option<u32>) -> StillRule {
    StillRule {
        canvas,
        formats,
        budget,
        margin: 0,
        least_side: None,
    }
}

const fn cover(name: &'static str, width: u32, height: u32, budget: Option<u32>) -> Cover {
    Cover {
        name,
        still: still(exact(width, height), PNG, budget),
    }
}

const fn moving(
    formats: &'static [MovingFormat],
    canvas: Canvas,
    budget: u32,
    milliseconds: Option<u32>,
) -> MovingRule {
    MovingRule {
        formats,
        canvas,
        budget,
        milliseconds,
    }
}

/// A folder of PNG files as they are: what the others differ from.
const FOLDER: Limits = Limits {
    label: "Folder",
    still: still(Canvas::Free, PNG, None),
    moving: None,
    count: Count { least: 1, most: None },
    unpaid: None,
    steps: &[],
    emoji: Count { least: 0, most: None },
    title: OPEN,
    author: OPEN,
    name: OPEN,
    letters: Letters::Any,
    text: OPEN,
    covers: &[],
    container: ContainerKind::Folder,
    suffix: "",
    shown: 256,
};

/// A folder of emoji of at most 128 pixels: what Discord's, Slack's, Mastodon's and Misskey's differ from.
const EMOJI: Limits = Limits {
    emoji: NO_EMOJI,
    letters: Letters::Shortcode,
    name: letters(2, 32),
    ..FOLDER
};

/// Emoji are legible down to this, which is also sticker-convert's least.
const fn emoji_still(budget: u32) -> StillRule {
    StillRule {
        least_side: Some(32),
        ..still(within(128, 128), PNG, Some(budget))
    }
}

const TELEGRAM: Limits = Limits {
    label: "Telegram",
    still: still(Canvas::LongSide(512), EITHER, Some(512_000)),
    moving: Some(moving(
        &[MovingFormat::Webm],
        Canvas::LongSide(512),
        256_000,
        Some(3_000),
    )),
    count: between(1, 120),
    emoji: between(1, 20),
    title: letters(1, 64),
    covers: &[cover("cover.png", 100, 100, Some(128_000))],
    shown: 224,
    ..FOLDER
};

const WHATSAPP: Limits = Limits {
    label: "WhatsApp",
    still: StillRule {
        margin: 16,
        ..still(square(512), WEBP, Some(100_000))
    },
    moving: Some(moving(&[MovingFormat::Webp], square(512), 500_000, Some(10_000))),
    count: between(3, 30),
    emoji: between(1, 3),
    title: letters(1, 128),
    author: letters(1, 128),
    text: letters(0, 125),
    covers: &[cover("tray.png", 96, 96, Some(50_000))],
    container: ContainerKind::File,
    suffix: ".wastickers",
    shown: 160,
    ..FOLDER
};

const SIGNAL: Limits = Limits {
    label: "Signal",
    still: StillRule {
        least_side: Some(256),
        ..still(within(512, 512), EITHER, Some(300_000))
    },
    moving: Some(moving(&[MovingFormat::Apng], within(512, 512), 300_000, Some(3_000))),
    count: between(1, 200),
    emoji: between(1, 1),
    title: NEEDED,
    author: NEEDED,
    covers: &[cover("cover.png", 512, 512, Some(300_000))],
    shown: 164,
    ..FOLDER
};

const DISCORD: Limits = Limits {
    label: "Discord stickers",
    still: still(square(320), PNG, Some(512_000)),
    moving: Some(moving(
        &[MovingFormat::Apng, MovingFormat::Gif],
        square(320),
        512_000,
        Some(5_000),
    )),
    count: between(1, 60),
    unpaid: Some(5),
    emoji: between(1, 1),
    name: letters(2, 30),
    text: letters(2, 100),
    shown: 160,
    ..FOLDER
};

const DISCORD_EMOJI: Limits = Limits {
    label: "Discord emoji",
    still: emoji_still(256_000),
    moving: Some(moving(&[MovingFormat::Gif], within(128, 128), 256_000, None)),
    count: between(1, 250),
    unpaid: Some(50),
    shown: 48,
    ..EMOJI
};

/// Three sizes exist, one for a whole pack: 300, 408 and 618 pixels. The middle one shows a sticker of 512 pixels best.
const IMESSAGE: Limits = Limits {
    label: "iMessage",
    still: still(square(408), PNG, Some(500_000)),
    moving: Some(moving(
        &[MovingFormat::Apng, MovingFormat::Gif],
        square(408),
        500_000,
        None,
    )),
    emoji: NO_EMOJI,
    title: NEEDED,
    author: NEEDED,
    covers: &[
        cover("App-Store-1024x1024pt.png", 1024, 1024, None),
        cover("iPad-Settings-29pt@2x.png", 58, 58, None),
        cover("iPhone-settings-29pt@2x.png", 58, 58, None),
        cover("iPhone-settings-29pt@3x.png", 87, 87, None),
        cover("Messages27x20pt@2x.png", 54, 40, None),
        cover("Messages27x20pt@3x.png", 81, 60, None),
        cover("Messages32x24pt@2x.png", 64, 48, None),
        cover("Messages32x24pt@3x.png", 96, 72, None),
        cover("Messages-App-Store-1024x768pt.png", 1024, 768, None),
        cover("Messages-iPad-67x50pt@2x.png", 134, 100, None),
        cover("Messages-iPad-Pro-74x55pt@2x.png", 148, 110, None),
        cover("Messages-iPhone-60x45pt@2x.png", 120, 90, None),
        cover("Messages-iPhone-60x45pt@3x.png", 180, 135, None),
    ],
    shown: 136,
    ..FOLDER
};

const LINE_CANVAS: Canvas = Canvas::Within {
    width: 370,
    height: 320,
    step: 2,
};

const LINE: Limits = Limits {
    label: "LINE",
    still: StillRule {
        margin: 10,
        least_side: Some(160),
        ..still(LINE_CANVAS, PNG, Some(1_000_000))
    },
    moving: Some(moving(
        &[MovingFormat::Apng],
        Canvas::Within {
            width: 320,
            height: 270,
            step: 2,
        },
        300_000,
        Some(4_000),
    )),
    count: between(8, 40),
    steps: &[8, 16, 24, 32, 40],
    emoji: NO_EMOJI,
    title: letters(1, 40),
    covers: &[
        cover("main.png", 240, 240, Some(1_000_000)),
        cover("tab.png", 96, 74, Some(1_000_000)),
    ],
    container: ContainerKind::File,
    suffix: ".zip",
    shown: 160,
    ..FOLDER
};

const SLACK: Limits = Limits {
    label: "Slack",
    still: emoji_still(128_000),
    moving: Some(moving(&[MovingFormat::Gif], within(128, 128), 128_000, None)),
    name: letters(2, 100),
    letters: Letters::Lowercase,
    shown: 32,
    ..EMOJI
};

const VIBER: Limits = Limits {
    label: "Viber",
    still: still(square(490), PNG, None),
    count: between(1, 24),
    emoji: NO_EMOJI,
    title: NEEDED,
    covers: &[cover("cover.png", 120, 120, None)],
    container: ContainerKind::File,
    suffix: ".zip",
    shown: 160,
    ..FOLDER
};

const MASTODON: Limits = Limits {
    label: "Mastodon",
    still: emoji_still(50_000),
    moving: Some(moving(&[MovingFormat::Gif], within(128, 128), 50_000, None)),
    container: ContainerKind::File,
    suffix: ".tar.gz",
    shown: 24,
    ..EMOJI
};

const MISSKEY: Limits = Limits {
    label: "Misskey",
    still: emoji_still(50_000),
    moving: Some(moving(&[MovingFormat::Gif], within(128, 128), 50_000, None)),
    letters: Letters::Lowercase,
    container: ContainerKind::File,
    suffix: ".zip",
    shown: 40,
    ..EMOJI
};

const STICKER_CONVERT: Limits = Limits {
    label: "sticker-convert",
    covers: &[cover("cover.png", 512, 512, None)],
    ..FOLDER
};
