//! Pictures as they cross this crate's border.

/// Pixels in straight-alpha sRGB, four bytes each, row by row from the top left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub rgba: Vec<u8>,
}

impl Picture {
    /// The number of pixels.
    pub fn pixels(&self) -> usize {
        self.width as usize * self.height as usize
    }
}
