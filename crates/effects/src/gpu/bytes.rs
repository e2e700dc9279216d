//! Pictures as bytes, on their way to the GPU and back.

use image::RgbaImage;

use super::{Frame, Gpu, Picture, shaders, uniforms};
use crate::Error;

uniforms! {
    /// Of decode and encode.
    Uniforms { size: [u32; 2], }
}

/// Straight-alpha sRGB bytes to a picture that passes work on.
pub(crate) fn decode(gpu: &mut Gpu, picture: &RgbaImage) -> Result<Picture, Error> {
    let (width, height) = picture.dimensions();
    let buffer = gpu.upload(picture.as_raw())?;
    let bytes = Picture { buffer, width, height };
    let mut frame = Frame::new(gpu, bytes);
    let uniforms = Uniforms { size: [width, height] };
    let pixels = frame.run(&shaders::DECODE, &uniforms, &[&frame.picture()], uniforms.size)?;
    frame.set(pixels, width, height);
    Ok(frame.finish())
}

/// The picture as straight-alpha sRGB bytes.
pub(crate) fn encode(gpu: &mut Gpu, picture: &Picture) -> Result<RgbaImage, Error> {
    let (width, height) = (picture.width, picture.height);
    let mut frame = Frame::new(gpu, picture.clone());
    let uniforms = Uniforms { size: [width, height] };
    let packed = frame.run(&shaders::ENCODE, &uniforms, &[&frame.picture()], uniforms.size)?;
    let mut bytes: Vec<u8> = frame.read(&packed)?;
    bytes.truncate(width as usize * height as usize * 4);
    RgbaImage::from_raw(width, height, bytes).ok_or_else(|| Error::Gpu("its result is incomplete".into()))
}
