//! PNG files with a recipe inside: A1111's `parameters` text for other tools, and the studio's own JSON.

use std::io::Cursor;
use std::path::Path;

use png::{BitDepth, ColorType, Decoder, Encoder, Limits, Transformations};

use crate::picture::read_limited;
use crate::{Error, Picture, Recipe};

/// A1111's keyword.
const PARAMETERS: &str = "parameters";
/// This program's keyword.
const RECIPE: &str = "sticker_studio";
/// A picture may have this many pixels.
const MAX_PIXELS: u64 = 64 << 20;
/// What the decoder may allocate besides the picture.
const MAX_DECODER_BYTES: usize = 64 << 20;
/// All texts of a file together may have this many bytes; what comes after them is not read.
const MAX_TEXT: usize = 4 << 20;

/// What a PNG file says besides its pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PngMetadata {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The text that A1111 and others write; see [`crate::ParametersText`].
    pub parameters: Option<String>,
    /// The studio's recipe, not yet read.
    pub recipe_json: Option<String>,
    /// Every other text, with its keyword.
    pub other: Vec<(String, String)>,
}

impl PngMetadata {
    /// The studio's recipe, if the file has one.
    ///
    /// # Errors
    /// When it is damaged, or of a later version.
    pub fn recipe(&self) -> Result<Option<Recipe>, Error> {
        self.recipe_json.as_deref().map(Recipe::from_json).transpose()
    }

    /// Takes one text in. The first of a keyword counts, as in other readers.
    fn add(&mut self, keyword: &str, text: String) {
        match keyword {
            PARAMETERS if self.parameters.is_none() => self.parameters = Some(text),
            RECIPE if self.recipe_json.is_none() => self.recipe_json = Some(text),
            PARAMETERS | RECIPE => {}
            _ => self.other.push((keyword.to_owned(), text)),
        }
    }
}

/// The bytes of an 8-bit RGBA PNG file (sRGB), with the recipe inside when there is one.
///
/// # Errors
/// When the picture's size and its bytes disagree.
pub fn encode_png(picture: &Picture, recipe: Option<&Recipe>) -> Result<Vec<u8>, Error> {
    let failed = |reason: png::EncodingError| Error::internal(format!("could not write a PNG: {reason}"));
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, picture.width, picture.height);
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    if let Some(recipe) = recipe {
        add_parameters(&mut encoder, recipe.to_a1111()).map_err(failed)?;
        encoder
            .add_itxt_chunk(RECIPE.to_owned(), recipe.to_json()?)
            .map_err(failed)?;
    }
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&picture.rgba).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// A `tEXt` chunk is Latin-1 only; every other text needs `iTXt`. Readers take both for the same.
fn add_parameters(encoder: &mut Encoder<'_, &mut Vec<u8>>, text: String) -> Result<(), png::EncodingError> {
    if text.chars().all(|character| u32::from(character) < 256) {
        encoder.add_text_chunk(PARAMETERS.to_owned(), text)
    } else {
        encoder.add_itxt_chunk(PARAMETERS.to_owned(), text)
    }
}

/// Reads a PNG file: its pixels as straight-alpha sRGB (16-bit values are rounded down), and its texts.
///
/// # Errors
/// When the file cannot be read, is no PNG, is damaged, or has more than 64 million pixels.
pub fn read_png(path: &Path) -> Result<(Picture, PngMetadata), Error> {
    decode_png(&read_limited(path)?).map_err(|reason| Error::input(format!("{reason}: {}", path.display())))
}

/// Whether a file begins as a PNG does.
pub(crate) fn is_png(beginning: &[u8]) -> bool {
    beginning.starts_with(b"\x89PNG\r\n\x1a\n")
}

/// The pixels and texts of a PNG file's bytes; a sentence without the path when they cannot be read.
pub(crate) fn decode_png(bytes: &[u8]) -> Result<(Picture, PngMetadata), String> {
    if !is_png(bytes) {
        return Err("this is no PNG file".to_owned());
    }
    let damaged = |reason: png::DecodingError| format!("the PNG file is damaged ({reason})");
    let mut decoder = Decoder::new_with_limits(
        Cursor::new(bytes),
        Limits {
            bytes: MAX_DECODER_BYTES,
        },
    );
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = (reader.info().width, reader.info().height);
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(format!("the picture of {width} x {height} pixels is too large"));
    }
    let length = reader
        .output_buffer_size()
        .ok_or_else(|| "the picture is too large".to_owned())?;
    let mut pixels = vec![0; length];
    let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
    pixels.truncate(frame.buffer_size());
    // Texts may stand behind the pixels. Damage there leaves the picture whole.
    if let Err(reason) = reader.finish() {
        log::warn!("a PNG file is damaged behind its pixels: {reason}");
    }
    let rgba = match frame.color_type {
        ColorType::Rgba => pixels,
        ColorType::GrayscaleAlpha => pixels.chunks_exact(2).flat_map(|p| [p[0], p[0], p[0], p[1]]).collect(),
        other => return Err(format!("the PNG file has the unexpected colour type {other:?}")),
    };
    Ok((
        Picture {
            width: frame.width,
            height: frame.height,
            rgba,
        },
        texts(reader.info()),
    ))
}

fn texts(info: &png::Info<'_>) -> PngMetadata {
    let plain = info
        .uncompressed_latin1_text
        .iter()
        .map(|chunk| (chunk.keyword.as_str(), Some(chunk.text.clone())));
    // These bound what they decompress to (2 MiB a chunk).
    let unicode = info
        .utf8_text
        .iter()
        .map(|chunk| (chunk.keyword.as_str(), chunk.get_text().ok()));
    let packed = info
        .compressed_latin1_text
        .iter()
        .map(|chunk| (chunk.keyword.as_str(), chunk.get_text().ok()));
    let mut metadata = PngMetadata {
        width: info.width,
        height: info.height,
        ..Default::default()
    };
    let mut room = MAX_TEXT;
    for (keyword, text) in plain.chain(unicode).chain(packed) {
        let Some(text) = text else { continue };
        match room.checked_sub(text.len()) {
            Some(rest) => room = rest,
            None => break,
        }
        metadata.add(keyword, text);
    }
    metadata
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::tests::recipe;

    fn picture() -> Picture {
        Picture {
            width: 2,
            height: 2,
            rgba: (0..16).map(|value| value * 16).collect(),
        }
    }

    /// The bytes of a PNG with any chunks before its pixels.
    fn png_with(add: impl FnOnce(&mut Encoder<'_, &mut Vec<u8>>), picture: &Picture) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, picture.width, picture.height);
        encoder.set_color(ColorType::Rgba);
        add(&mut encoder);
        encoder.write_header().unwrap().write_image_data(&picture.rgba).unwrap();
        bytes
    }

    #[test]
    fn pixels_and_recipe_survive_the_file() {
        let (read, metadata) = decode_png(&encode_png(&picture(), Some(&recipe())).unwrap()).unwrap();
        assert_eq!(read.rgba, picture().rgba, "also the colour of transparent pixels");
        assert_eq!(metadata.recipe(), Ok(Some(recipe())));
        assert_eq!(metadata.parameters, Some(recipe().to_a1111()));
        assert!(metadata.other.is_empty());
    }

    #[test]
    fn latin_text_is_written_as_text_and_any_other_as_international_text() {
        let latin = encode_png(
            &picture(),
            Some(&Recipe {
                full_prompt: "Überraschung".into(),
                ..recipe()
            }),
        )
        .unwrap();
        assert!(latin.windows(14).any(|window| window == b"tEXtparameters"));
        for prompt in ["一只戴墨镜的猫", "cat 😀"] {
            let recipe = Recipe {
                prompt: prompt.into(),
                full_prompt: prompt.into(),
                ..recipe()
            };
            let bytes = encode_png(&picture(), Some(&recipe)).unwrap();
            assert!(bytes.windows(14).any(|window| window == b"iTXtparameters"));
            let metadata = decode_png(&bytes).unwrap().1;
            assert!(
                metadata
                    .parameters
                    .as_deref()
                    .is_some_and(|text| text.starts_with(prompt)),
                "{metadata:?}"
            );
            assert_eq!(metadata.recipe(), Ok(Some(recipe)));
        }
    }

    #[test]
    fn texts_of_other_tools_are_kept_and_compressed_ones_are_read() {
        let bytes = png_with(
            |encoder| {
                encoder.add_ztxt_chunk(PARAMETERS.into(), "a cat".into()).unwrap();
                encoder.add_itxt_chunk("workflow".into(), "{}".into()).unwrap();
                encoder.add_text_chunk("Software".into(), "x".into()).unwrap();
            },
            &picture(),
        );
        let metadata = decode_png(&bytes).unwrap().1;
        assert_eq!(metadata.parameters.as_deref(), Some("a cat"));
        assert_eq!(
            metadata.other,
            [("Software".into(), "x".into()), ("workflow".into(), "{}".into())]
        );
        assert_eq!(metadata.recipe(), Ok(None));
    }

    #[test]
    fn other_kinds_of_png_become_rgba() {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 2, 1);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::Sixteen);
        encoder
            .write_header()
            .unwrap()
            .write_image_data(&[128, 0, 255, 255])
            .unwrap();
        assert_eq!(
            decode_png(&bytes).unwrap().0.rgba,
            [128, 128, 128, 255, 255, 255, 255, 255]
        );
    }

    #[test]
    fn a_text_that_would_unpack_to_gigabytes_is_left_out() {
        let bytes = png_with(
            |encoder| {
                encoder.add_ztxt_chunk("bomb".into(), "a".repeat(16 << 20)).unwrap();
                encoder.add_text_chunk(PARAMETERS.into(), "kept".into()).unwrap();
            },
            &picture(),
        );
        let metadata = decode_png(&bytes).unwrap().1;
        assert_eq!(
            (metadata.parameters.as_deref(), metadata.other.len()),
            (Some("kept"), 0)
        );
    }

    #[test]
    fn a_header_that_promises_a_huge_picture_allocates_nothing() {
        let mut bytes = encode_png(&picture(), None).unwrap();
        bytes[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        let crc = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(
            decode_png(&bytes).unwrap_err(),
            "the picture of 65536 x 65536 pixels is too large"
        );
    }

    #[test]
    fn damaged_files_are_refused_wherever_they_break() {
        let whole = encode_png(&picture(), Some(&recipe())).unwrap();
        assert!(decode_png(b"GIF89a").unwrap_err().contains("no PNG"));
        for end in 8..whole.len() - 30 {
            assert!(decode_png(&whole[..end]).is_err(), "cut at {end} of {}", whole.len());
        }
        for position in 8..whole.len() {
            let mut flipped = whole.clone();
            flipped[position] ^= 0xff;
            // Some flips lie in texts that may be lost; none may panic or give pixels of another size.
            if let Ok((picture, _)) = decode_png(&flipped) {
                assert_eq!((picture.width, picture.height), (2, 2), "flipped at {position}");
            }
        }
    }

    #[test]
    fn a_picture_whose_bytes_do_not_fit_its_size_is_not_written() {
        assert!(encode_png(&Picture { width: 3, ..picture() }, None).is_err());
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
            })
        })
    }
}
