//! WebP by libwebp: without loss, nearly so, or lossy with alpha.

use image::RgbaImage;
use webp::{Encoder, WebPConfig};

use crate::Error;

/// What a lossy file keeps, each from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quality {
    /// Of colour.
    pub colour: u8,
    /// Of alpha; at 100 nothing of it is lost.
    pub alpha: u8,
}

/// How near to the picture a nearly lossless file is (libwebp's `near_lossless`), falling in size: 100 would be without loss, and
/// 0 saves little more than 40.
pub(super) const NEAR: [u8; 2] = [80, 40];

/// Every visible pixel as it is.
pub(super) fn lossless(picture: &RgbaImage) -> Result<Vec<u8>, Error> {
    nearly_lossless(picture, 100)
}

/// Every visible pixel nearly as it is: the last bits change where one sees it least.
pub(super) fn nearly_lossless(picture: &RgbaImage, near: u8) -> Result<Vec<u8>, Error> {
    let mut config = config()?;
    config.lossless = 1;
    config.near_lossless = i32::from(near);
    // For lossless files this is how long it tries.
    config.quality = 75.0;
    encode(picture, &config)
}

/// With loss.
pub(super) fn lossy(picture: &RgbaImage, quality: Quality) -> Result<Vec<u8>, Error> {
    let mut config = config()?;
    config.quality = f32::from(quality.colour);
    config.alpha_quality = i32::from(quality.alpha);
    // Stickers have hard edges between strong colours: plain halving of the colour channels smears those.
    config.use_sharp_yuv = 1;
    encode(picture, &config)
}

/// libwebp's own settings: `exact` is off, so that colour under transparent pixels costs nothing.
fn config() -> Result<WebPConfig, Error> {
    WebPConfig::new().map_err(|()| Error::Internal("libwebp is of another version than its header".to_owned()))
}

fn encode(picture: &RgbaImage, config: &WebPConfig) -> Result<Vec<u8>, Error> {
    /// libwebp's `WEBP_MAX_DIMENSION`.
    const MOST: u32 = 16383;
    if picture.width().max(picture.height()) > MOST {
        let message = format!("WebP pictures have at most {MOST} pixels a side; this one has more");
        return Err(Error::Picture(message));
    }
    let encoder = Encoder::from_rgba(picture.as_raw(), picture.width(), picture.height());
    let written = encoder.encode_advanced(config);
    let bytes = written.map_err(|error| Error::Internal(format!("could not write a WebP file ({error:?})")))?;
    Ok(bytes.to_vec())
}
