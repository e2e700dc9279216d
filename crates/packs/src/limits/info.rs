//! What a window shows of a platform.

use serde::Serialize;

use crate::Platform;

/// Whether a pack is one file or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum ContainerKind {
    /// One file.
    File,
    /// A folder of files.
    Folder,
}

/// A platform in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct PlatformInfo {
    /// Which.
    pub platform: Platform,
    /// Its name as it writes itself: "WhatsApp".
    pub label: &'static str,
    /// How many stickers a pack has at least.
    pub least: u32,
    /// How many at most; none: as many as one likes.
    pub most: Option<u32>,
    /// Whether every sticker needs an emoji.
    pub emoji_needed: bool,
    /// Whether the usual container is one file or a folder.
    pub container: ContainerKind,
    /// How the usual container's file name ends, with its dot; empty for a folder.
    pub suffix: &'static str,
    /// At how many pixels a side chats show a sticker, about.
    pub shown: u32,
}

impl Platform {
    /// What a window shows of it.
    pub fn info(self) -> PlatformInfo {
        let limits = self.limits();
        PlatformInfo {
            platform: self,
            label: limits.label,
            least: limits.count.least,
            most: limits.count.most,
            emoji_needed: limits.emoji.least > 0,
            container: limits.container,
            suffix: limits.suffix,
            shown: limits.shown,
        }
    }
}
