//! What the tests of the modules share, and the tests that need a look inside.

mod adapters;
mod add;
mod changes;
mod facets;
mod faults;
mod jobs;
mod old_versions;
mod packs;
mod queries;
mod repairs;
mod stickers;

use tempfile::TempDir;

use crate::{Library, NewSticker, Opened, Origin, Query, Sticker, StickerId};

#[path = "../../tests/common/png.rs"]
mod png;

pub(crate) use png::{is_whole, png};

/// A library in a folder of its own.
pub(crate) struct Fixture {
    pub(crate) library: Library,
    pub(crate) folder: TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let Opened { library, repairs } = Library::open(folder.path()).unwrap();
        assert!(repairs.is_empty(), "{repairs:?}");
        Self { library, folder }
    }

    /// As after a restart; what is changed on the disk meanwhile is `between`'s.
    pub(crate) fn reopened(self, between: impl FnOnce(&std::path::Path)) -> (Self, Vec<String>) {
        drop(self.library);
        between(self.folder.path());
        let Opened { library, repairs } = Library::open(self.folder.path()).unwrap();
        let folder = self.folder;
        (Self { library, folder }, repairs)
    }

    pub(crate) fn add(&self, prompt: &str) -> StickerId {
        self.add_with(prompt, |_| {}).id
    }

    pub(crate) fn add_with<'a>(&self, prompt: &'a str, change: impl FnOnce(&mut NewSticker<'a>)) -> Sticker {
        let mut new = new_sticker(&[], prompt);
        change(&mut new);
        let png = png(prompt);
        self.library.add(&NewSticker { png: &png, ..new }).unwrap()
    }

    /// The prompts that a query finds.
    pub(crate) fn prompts(&self, query: &Query) -> Vec<String> {
        let page = self.library.page(query, 0, 1000).unwrap();
        page.stickers.into_iter().map(|sticker| sticker.prompt).collect()
    }

    pub(crate) fn found(&self, text: &str) -> Vec<String> {
        self.prompts(&Query {
            text: text.to_owned(),
            ..Query::default()
        })
    }
}

pub(crate) fn new_sticker<'a>(png: &'a [u8], prompt: &'a str) -> NewSticker<'a> {
    NewSticker {
        png,
        thumbnail: b"thumbnail",
        pixels_sha256: "pixels",
        width: 512,
        height: 384,
        origin: Origin::Made,
        prompt,
        negative_prompt: "",
        recipe: None,
        parameters: None,
        finished: None,
        seed: None,
        model: None,
        model_sha256: None,
        device: None,
        bucket: None,
        adapters: &[],
        job: None,
    }
}

pub(crate) fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
