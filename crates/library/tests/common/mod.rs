//! What these tests share.
#![allow(dead_code, reason = "each test takes what it needs")]

pub mod png;

use library::{Library, NewSticker, Opened, Origin};
use png::png;

pub fn new_sticker<'a>(png: &'a [u8], prompt: &'a str) -> NewSticker<'a> {
    NewSticker {
        png,
        thumbnail: b"thumbnail",
        pixels_sha256: "pixels",
        width: 512,
        height: 512,
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

pub fn add(library: &Library, prompt: &str) -> library::Sticker {
    let png = png(prompt);
    library.add(&new_sticker(&png, prompt)).unwrap()
}

/// Opens a library in which nothing may be amiss.
pub fn open(folder: &std::path::Path) -> Library {
    let Opened { library, repairs } = Library::open(folder).unwrap();
    assert!(repairs.is_empty(), "{repairs:?}");
    library
}
