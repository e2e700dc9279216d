//! The canvas grows where an effect needs room.

use crate::{Error, MAX_SIDE};

/// Whole pixels that a canvas grows by on each side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Growth {
    /// Pixels.
    pub left: u32,
    /// Pixels.
    pub top: u32,
    /// Pixels.
    pub right: u32,
    /// Pixels.
    pub bottom: u32,
}

impl Growth {
    /// Width and height of the grown canvas.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`MAX_SIDE`].
    pub(crate) fn grown(self, width: u32, height: u32) -> Result<(u32, u32), Error> {
        let (width, height) = (width + self.left + self.right, height + self.top + self.bottom);
        if width > MAX_SIDE || height > MAX_SIDE {
            return Err(Error::TooLarge { width, height });
        }
        Ok((width, height))
    }
}
