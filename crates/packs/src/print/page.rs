//! A page as a picture.

use image::RgbaImage;
use png::{BitDepth, ColorType, PixelDimensions, Unit};

use super::layout::Layout;
use super::request::{DOTS, MARK_GAP, MARK_LENGTH, Marks, SheetRequest};
use crate::Error;

/// 300 dots an inch, as PNG counts.
const DOTS_A_METRE: u32 = 11_811;
/// How thick a crop mark is, in mm.
pub(super) const MARK_WIDTH: f64 = 0.25;

/// Opaque pixels, white at first.
pub(super) struct Canvas {
    size: (u32, u32),
    bytes: Vec<u8>,
}

/// A crop mark, in mm from the paper's upper left corner: x, y, width and height.
pub(super) type Mark = [f64; 4];

impl Canvas {
    pub(super) fn new(size: (u32, u32)) -> Self {
        Self {
            size,
            bytes: vec![u8::MAX; size.0 as usize * size.1 as usize * 3],
        }
    }

    /// Draws a picture over what is there, blended like viewers of PDF do: in sRGB.
    pub(super) fn draw(&mut self, picture: &RgbaImage, (left, top): (u32, u32)) {
        for (x, y, pixel) in picture.enumerate_pixels() {
            let alpha = u32::from(pixel.0[3]);
            if let Some(below) = self.pixel(left + x, top + y) {
                for (below, colour) in below.iter_mut().zip(pixel.0) {
                    *below = ((u32::from(colour) * alpha + u32::from(*below) * (255 - alpha) + 127) / 255) as u8;
                }
            }
        }
    }

    /// Fills a mark with black.
    fn fill(&mut self, [x, y, width, height]: Mark) {
        let span = |from: f64, length: f64| ((from * DOTS).round() as u32)..(((from + length) * DOTS).round() as u32);
        for y in span(y, height) {
            for x in span(x, width) {
                if let Some(pixel) = self.pixel(x, y) {
                    pixel.fill(0);
                }
            }
        }
    }

    fn pixel(&mut self, x: u32, y: u32) -> Option<&mut [u8]> {
        let at = (y as usize * self.size.0 as usize + x as usize) * 3;
        (x < self.size.0).then_some(())?;
        self.bytes.get_mut(at..at + 3)
    }

    /// As a file that says how large it is on paper.
    pub(super) fn png(&self) -> Result<Vec<u8>, Error> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.size.0, self.size.1);
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_pixel_dims(Some(PixelDimensions {
            xppu: DOTS_A_METRE,
            yppu: DOTS_A_METRE,
            unit: Unit::Meter,
        }));
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&self.bytes)?;
            writer.finish()
        });
        written.map_err(|reason| Error::Internal(format!("could not encode the page: {reason}")))?;
        Ok(file)
    }
}

pub(super) fn draw_marks(canvas: &mut Canvas, layout: &Layout, request: &SheetRequest) {
    for mark in marks(layout, request) {
        canvas.fill(mark);
    }
}

/// Two marks at each corner of the part inside the margin.
pub(super) fn marks(layout: &Layout, request: &SheetRequest) -> Vec<Mark> {
    if request.marks == Marks::None {
        return Vec::new();
    }
    let (width, height) = request.paper.size();
    let margin = f64::from(layout.margin) / DOTS;
    let half = MARK_WIDTH / 2.0;
    let ends = |size: f64| {
        [
            (margin, margin - MARK_GAP - MARK_LENGTH),
            (size - margin, size - margin + MARK_GAP),
        ]
    };
    let mut marks = Vec::new();
    for (x, left) in ends(width) {
        for (y, top) in ends(height) {
            marks.push([left, y - half, MARK_LENGTH, MARK_WIDTH]);
            marks.push([x - half, top, MARK_WIDTH, MARK_LENGTH]);
        }
    }
    marks
}
