//! The platforms, as data. Limits and sources: docs/PLATFORMS.md.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// Where stickers go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Stickers of a Telegram set.
    Telegram,
    /// A WhatsApp sticker pack.
    Whatsapp,
    /// A Signal sticker pack.
    Signal,
    /// Stickers of a Discord server.
    Discord,
    /// Emoji of a Discord server.
    DiscordEmoji,
    /// An iMessage sticker pack, as an Xcode folder.
    Imessage,
    /// LINE stickers.
    Line,
    /// Emoji of a Slack workspace.
    Slack,
    /// A Viber sticker pack.
    Viber,
    /// Emoji of a Mastodon server.
    Mastodon,
    /// Emoji of a Misskey server.
    Misskey,
    /// A folder of PNG files, for anything else.
    Folder,
    /// The folder that the program sticker-convert takes.
    StickerConvert,
}

impl Platform {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 13] = [
        Self::Telegram,
        Self::Whatsapp,
        Self::Signal,
        Self::Discord,
        Self::DiscordEmoji,
        Self::Imessage,
        Self::Line,
        Self::Slack,
        Self::Viber,
        Self::Mastodon,
        Self::Misskey,
        Self::Folder,
        Self::StickerConvert,
    ];

    /// As it is written in JSON and on a command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Whatsapp => "whatsapp",
            Self::Signal => "signal",
            Self::Discord => "discord",
            Self::DiscordEmoji => "discord-emoji",
            Self::Imessage => "imessage",
            Self::Line => "line",
            Self::Slack => "slack",
            Self::Viber => "viber",
            Self::Mastodon => "mastodon",
            Self::Misskey => "misskey",
            Self::Folder => "folder",
            Self::StickerConvert => "sticker-convert",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Platform {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|platform| platform.as_str() == text);
        found.ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|platform| platform.as_str()).collect();
            Error::Usage(format!(
                "there is no platform '{text}'; use one of {}",
                names.join(", ")
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_is_read_as_it_is_written() {
        for platform in Platform::ALL {
            assert_eq!(platform.as_str().parse(), Ok(platform));
            assert_eq!(serde_json::to_value(platform).unwrap(), platform.as_str());
        }
        assert!(
            "icq"
                .parse::<Platform>()
                .unwrap_err()
                .to_string()
                .contains("telegram, whatsapp")
        );
    }
}
