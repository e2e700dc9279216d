//! Pictures to normalised pixels, as transformers' `CLIPImageProcessor` and `BitImageProcessor` (of DINOv2) do it.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::config::read_json_object;
use image::{Rgb, RgbImage, RgbaImage};
use serde::Deserialize;
use serde_json::{Value, json};

use super::resample::resize_bicubic;
use super::{EncoderError, Result};

/// `Resampling.BICUBIC` in Pillow.
const BICUBIC: u64 = 3;

/// The largest side that a configuration may ask for, in pixels.
const MOST: u32 = 4096;

/// The longest side of a picture after resizing, over its shortest, so that a strip of pixels cannot ask for absurd memory.
const MOST_ASPECT: u32 = 64;

/// What a picture is resized to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resize {
    /// The shorter side to so many pixels, the longer in proportion, rounded down.
    ShortestEdge(u32),
    /// Width and height, whatever the proportions were.
    Exact(u32, u32),
}

/// Resizing, centre crop and normalisation.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageProcessor {
    /// First, by Pillow's bicubic resampling.
    pub resize: Resize,
    /// Width and height in pixels of the centre that is kept; not larger than the resized picture.
    pub crop: (u32, u32),
    /// Subtracted from red, green and blue in [0, 1].
    pub mean: [f32; 3],
    /// Then divided by.
    pub std: [f32; 3],
    /// What transparent pictures are laid on: sRGB. transformers drops alpha instead, which shows what lies hidden under it.
    pub ground: [u8; 3],
}

impl ImageProcessor {
    /// CLIP's: resized to `side`, cropped to a square, with the mean and deviation of CLIP's training pictures, over white.
    pub fn clip(side: u32) -> Self {
        Self {
            resize: Resize::ShortestEdge(side),
            crop: (side, side),
            mean: [0.48145466, 0.4578275, 0.40821073],
            std: [0.26862954, 0.261_302_6, 0.275_777_1],
            ground: [255; 3],
        }
    }

    /// Reads `preprocessor_config.json`. What it leaves out is as in transformers' `CLIPImageProcessor`; the ground is white.
    pub fn open(path: &Path) -> Result<Self> {
        let mut values = read_json_object(path)?;
        values.retain(|_, value| !value.is_null());
        let file: File =
            serde_json::from_value(Value::Object(values)).map_err(|error| refuse(path, error.to_string()))?;
        file.check(path)?;
        let resize = match file.size {
            Size::Side(edge) | Size::ShortestEdge { shortest_edge: edge } => Resize::ShortestEdge(edge),
            Size::Exact { height, width } => Resize::Exact(width, height),
        };
        let resized = match resize {
            Resize::ShortestEdge(edge) => (edge, edge),
            Resize::Exact(width, height) => (width, height),
        };
        let crop = match file.crop_size {
            _ if !file.do_center_crop => resized,
            Size::Side(side) | Size::ShortestEdge { shortest_edge: side } => (side, side),
            Size::Exact { height, width } => (width, height),
        };
        let sides = [resized.0, resized.1, crop.0, crop.1];
        if sides.iter().any(|side| !(1..=MOST).contains(side)) || crop.0 > resized.0 || crop.1 > resized.1 {
            return Err(refuse(path, "`size` or `crop_size` is out of range".to_owned()));
        }
        Ok(Self {
            resize,
            crop,
            mean: file.image_mean,
            std: file.image_std,
            ground: [255; 3],
        })
    }

    /// The same over another ground.
    #[must_use]
    pub fn over(mut self, ground: [u8; 3]) -> Self {
        self.ground = ground;
        self
    }

    /// What [`ImageProcessor::open`] reads, without the ground.
    pub fn to_json(&self) -> Value {
        let size = match self.resize {
            Resize::ShortestEdge(edge) => json!({"shortest_edge": edge}),
            Resize::Exact(width, height) => json!({"height": height, "width": width}),
        };
        json!({
            "image_processor_type": "CLIPImageProcessor",
            "do_convert_rgb": true, "do_resize": true, "do_center_crop": true, "do_rescale": true, "do_normalize": true,
            "size": size, "crop_size": {"height": self.crop.1, "width": self.crop.0}, "resample": BICUBIC,
            "rescale_factor": 1.0 / 255.0, "image_mean": self.mean, "image_std": self.std,
        })
    }

    /// Resized and cropped, before the numbers are normalised.
    pub fn crop(&self, picture: &RgbaImage) -> Result<RgbImage> {
        let (width, height) = picture.dimensions();
        if width == 0 || height == 0 || width.max(height) / width.min(height) >= MOST_ASPECT {
            let sentence = format!(
                "a picture of {width} by {height} pixels cannot be compared; its sides must not differ by more \
                                    than {MOST_ASPECT} times"
            );
            return Err(EncoderError::Request(sentence));
        }
        let (to_width, to_height) = match self.resize {
            Resize::Exact(width, height) => (width, height),
            // In this order, so that it rounds as python's `int(size * long / short)`.
            Resize::ShortestEdge(edge) if width <= height => (edge, in_proportion(edge, height, width)),
            Resize::ShortestEdge(edge) => (in_proportion(edge, width, height), edge),
        };
        let resized = resize_bicubic(&over_ground(picture, self.ground), to_width, to_height);
        let (left, top) = ((to_width - self.crop.0) / 2, (to_height - self.crop.1) / 2);
        Ok(image::imageops::crop_imm(&resized, left, top, self.crop.0, self.crop.1).to_image())
    }

    /// `[batch, 3, height, width]`, normalised.
    pub fn batch(&self, pictures: &[RgbaImage], device: &Device) -> Result<Tensor<4>> {
        let (width, height) = (self.crop.0 as usize, self.crop.1 as usize);
        let mut values = Vec::with_capacity(pictures.len() * 3 * width * height);
        for picture in pictures {
            let cropped = self.crop(picture)?;
            for channel in 0..3 {
                let (mean, std) = (self.mean[channel], self.std[channel]);
                values.extend(
                    cropped
                        .pixels()
                        .map(|pixel| (f32::from(pixel.0[channel]) / 255.0 - mean) / std),
                );
            }
        }
        Ok(Tensor::from_data(
            TensorData::new(values, [pictures.len(), 3, height, width]),
            device,
        ))
    }
}

/// `picture` laid on a ground of one colour, rounded to the nearest, as `PIL.Image.paste` with its alpha as mask.
pub fn over_ground(picture: &RgbaImage, ground: [u8; 3]) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        let blend = |colour: u32, ground: u8| ((colour * alpha + u32::from(ground) * (255 - alpha) + 127) / 255) as u8;
        Rgb([blend(red, ground[0]), blend(green, ground[1]), blend(blue, ground[2])])
    })
}

fn in_proportion(edge: u32, long: u32, short: u32) -> u32 {
    (u64::from(edge) * u64::from(long) / u64::from(short)) as u32
}

fn refuse(path: &Path, reason: String) -> EncoderError {
    EncoderError::folder("image processor", path, reason)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Size {
    Side(u32),
    ShortestEdge { shortest_edge: u32 },
    Exact { height: u32, width: u32 },
}

#[expect(clippy::struct_excessive_bools, reason = "the file's own options")]
#[derive(Deserialize)]
#[serde(default)]
struct File {
    #[serde(rename = "do_resize")]
    resizes: bool,
    do_center_crop: bool,
    #[serde(rename = "do_rescale")]
    rescales: bool,
    #[serde(rename = "do_normalize")]
    normalizes: bool,
    size: Size,
    crop_size: Size,
    resample: u64,
    rescale_factor: f64,
    image_mean: [f32; 3],
    image_std: [f32; 3],
}

impl Default for File {
    fn default() -> Self {
        let clip = ImageProcessor::clip(224);
        Self {
            resizes: true,
            do_center_crop: true,
            rescales: true,
            normalizes: true,
            size: Size::ShortestEdge { shortest_edge: 224 },
            crop_size: Size::Side(224),
            resample: BICUBIC,
            rescale_factor: 1.0 / 255.0,
            image_mean: clip.mean,
            image_std: clip.std,
        }
    }
}

impl File {
    fn check(&self, path: &Path) -> Result<()> {
        if !(self.resizes && self.rescales && self.normalizes) {
            let reason = "`do_resize`, `do_rescale` and `do_normalize` must be true";
            return Err(refuse(path, reason.to_owned()));
        }
        if self.resample != BICUBIC || (self.rescale_factor * 255.0 - 1.0).abs() > 1e-6 {
            let reason = "`resample` must be 3 (bicubic) and `rescale_factor` 1 / 255";
            return Err(refuse(path, reason.to_owned()));
        }
        if !self.image_std.iter().all(|std| *std > 0.0) || !self.image_mean.iter().all(|mean| mean.is_finite()) {
            return Err(refuse(path, "`image_std` must be positive".to_owned()));
        }
        Ok(())
    }
}
