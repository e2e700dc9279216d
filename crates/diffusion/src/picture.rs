//! Pictures as they cross this crate's border.

/// Pixels in straight-alpha sRGB, four bytes each, row by row from the top left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// `4 · width · height` bytes.
    pub rgba: Vec<u8>,
}

impl Picture {
    /// The number of pixels.
    pub fn pixels(&self) -> usize {
        self.width as usize * self.height as usize
    }
}
