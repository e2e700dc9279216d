//! Reads and writes PNG files without the engine.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use png::text_metadata::{ITXtChunk, TEXtChunk};

/// A PNG file's pixels and texts.
pub struct PngFile {
    pub width: u32,
    pub height: u32,
    pub rgba: Vec<u8>,
    pub text: Vec<TEXtChunk>,
    pub international_text: Vec<ITXtChunk>,
}

impl PngFile {
    pub fn read(path: impl AsRef<Path>) -> Self {
        let mut reader = png::Decoder::new(BufReader::new(File::open(path).unwrap()))
            .read_info()
            .unwrap();
        let mut rgba = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut rgba).unwrap();
        reader.finish().unwrap();
        let info = reader.info();
        assert_eq!(
            (info.color_type, info.bit_depth),
            (png::ColorType::Rgba, png::BitDepth::Eight)
        );
        Self {
            width: info.width,
            height: info.height,
            rgba,
            text: info.uncompressed_latin1_text.clone(),
            international_text: info.utf8_text.clone(),
        }
    }

    pub fn write(&self, path: impl AsRef<Path>) {
        let mut encoder = png::Encoder::new(BufWriter::new(File::create(path).unwrap()), self.width, self.height);
        encoder.set_color(png::ColorType::Rgba);
        for chunk in &self.text {
            encoder
                .add_text_chunk(chunk.keyword.clone(), chunk.text.clone())
                .unwrap();
        }
        for chunk in &self.international_text {
            encoder
                .add_itxt_chunk(chunk.keyword.clone(), chunk.get_text().unwrap())
                .unwrap();
        }
        encoder.write_header().unwrap().write_image_data(&self.rgba).unwrap();
    }

    /// A red square without any text.
    pub fn plain(side: u32) -> Self {
        let rgba = [200, 30, 30, 255].repeat((side * side) as usize);
        Self {
            width: side,
            height: side,
            rgba,
            text: Vec::new(),
            international_text: Vec::new(),
        }
    }

    /// Alpha of every pixel.
    pub fn alpha(&self) -> impl Iterator<Item = u8> {
        self.rgba.chunks_exact(4).map(|pixel| pixel[3])
    }
}
