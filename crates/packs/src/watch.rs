//! Where pictures come from, and who is told how far it is.

use std::ops::ControlFlow;

use image::RgbaImage;

use crate::Error;

/// Where the pictures of stickers are. Asked from several threads at once, and more than once for a picture.
pub trait Pictures: Sync {
    /// The picture of the sticker with this [`key`](crate::Sticker::key), straight sRGB.
    fn read(&self, key: &str) -> Result<RgbaImage, Error>;
}

impl<F: Fn(&str) -> Result<RgbaImage, Error> + Sync> Pictures for F {
    fn read(&self, key: &str) -> Result<RgbaImage, Error> {
        self(key)
    }
}

/// Hears how far it is and may stop it. Told from several threads.
pub trait Watch: Sync {
    /// `done` pictures of `of` are ready. A break ends it with [`Error::Stopped`].
    fn step(&self, done: u32, of: u32) -> ControlFlow<()>;
}

impl<F: Fn(u32, u32) -> ControlFlow<()> + Sync> Watch for F {
    fn step(&self, done: u32, of: u32) -> ControlFlow<()> {
        self(done, of)
    }
}

/// Lets it run to the end.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn step(&self, _: u32, _: u32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
