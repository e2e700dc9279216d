//! A person's picture in the shape that the model was trained on.

use diffusion::Picture;
use image::imageops::{self, FilterType};
use image::{Rgba, Rgba32FImage, RgbaImage};

/// The margin around a cut-out sticker, as a share of the side: that of the built-in model's training pictures.
const MARGIN: f64 = 0.04;
/// Alpha up to which a pixel is ground.
const GROUND: u8 = 8;

/// The picture in a square of `side` pixels, none of its proportions changed. A cut-out is cropped to what is visible and
/// centred with a small margin; an opaque picture touches two sides. What is left over is transparent.
pub fn fit(picture: &RgbaImage, side: u32) -> RgbaImage {
    let cut_out = picture.pixels().any(|pixel| pixel[3] <= GROUND);
    let (left, top, width, height) = match visible(picture) {
        Some(visible) if cut_out => visible,
        _ => (0, 0, picture.width(), picture.height()),
    };
    let room = if cut_out {
        (f64::from(side) * (1.0 - 2.0 * MARGIN)).round()
    } else {
        f64::from(side)
    };
    let factor = room / f64::from(width.max(height));
    let scaled = |length: u32| ((f64::from(length) * factor).round() as u32).clamp(1, side);
    let view = imageops::crop_imm(picture, left, top, width, height).to_image();
    let small = resize(&view, scaled(width), scaled(height));
    let mut fitted = RgbaImage::new(side, side);
    let place = |length: u32| i64::from((side - length) / 2);
    imageops::replace(&mut fitted, &small, place(small.width()), place(small.height()));
    fitted
}

/// Left, top, width and height of what is visible, if anything is.
fn visible(picture: &RgbaImage) -> Option<(u32, u32, u32, u32)> {
    let seen = || picture.enumerate_pixels().filter(|(_, _, pixel)| pixel[3] > GROUND);
    let (left, right) = (seen().map(|p| p.0).min()?, seen().map(|p| p.0).max()?);
    let (top, bottom) = (seen().map(|p| p.1).min()?, seen().map(|p| p.1).max()?);
    Some((left, top, right - left + 1, bottom - top + 1))
}

/// Lanczos through premultiplied colour, so that no ground shines through the edges.
fn resize(picture: &RgbaImage, width: u32, height: u32) -> RgbaImage {
    let mut premultiplied = Rgba32FImage::new(picture.width(), picture.height());
    for (to, from) in premultiplied.pixels_mut().zip(picture.pixels()) {
        let alpha = f32::from(from[3]) / 255.0;
        let [r, g, b] = [0, 1, 2].map(|channel| f32::from(from[channel]) / 255.0 * alpha);
        *to = Rgba([r, g, b, alpha]);
    }
    let small = imageops::resize(&premultiplied, width, height, FilterType::Lanczos3);
    let byte = |value: f32| (255.0 * value.clamp(0.0, 1.0)).round() as u8;
    let mut straight = RgbaImage::new(width, height);
    for (to, Rgba([r, g, b, alpha])) in straight.pixels_mut().zip(small.pixels()) {
        let alpha = alpha.clamp(0.0, 1.0);
        if alpha * 255.0 >= 1.0 {
            *to = Rgba([byte(r / alpha), byte(g / alpha), byte(b / alpha), byte(alpha)]);
        }
    }
    straight
}

/// The mean alpha of each latent position of a square picture, in [0, 1], row by row; `factor` pixels a position.
pub fn latent_alpha(picture: &RgbaImage, factor: u32) -> Vec<f32> {
    let (columns, rows) = (picture.width() / factor, picture.height() / factor);
    let mut sums = vec![0u32; (columns * rows) as usize];
    for (x, y, pixel) in picture.enumerate_pixels() {
        sums[(y / factor * columns + x / factor) as usize] += u32::from(pixel[3]);
    }
    let whole = (255 * factor * factor) as f32;
    sums.into_iter().map(|sum| sum as f32 / whole).collect()
}

/// As the model's crate has pictures.
pub fn to_picture(picture: &RgbaImage) -> Picture {
    Picture {
        width: picture.width(),
        height: picture.height(),
        rgba: picture.as_raw().clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_out_is_centred_with_a_margin() {
        let mut picture = RgbaImage::new(300, 200);
        for (x, y) in (10..110).flat_map(|x| (20..70).map(move |y| (x, y))) {
            picture.put_pixel(x, y, Rgba([255, 0, 0, 255]));
        }
        let fitted = fit(&picture, 100);
        let (left, top, width, height) = visible(&fitted).unwrap();
        assert_eq!((left, top, width, height), (4, 27, 92, 46));
        assert!(
            fitted
                .pixels()
                .filter(|pixel| pixel[3] > 200)
                .all(|pixel| pixel[0] > 250 && pixel[1] < 5)
        );
    }

    #[test]
    fn an_opaque_picture_keeps_all_of_itself() {
        let fitted = fit(&RgbaImage::from_pixel(80, 40, Rgba([1, 2, 3, 255])), 64);
        assert_eq!(visible(&fitted), Some((0, 16, 64, 32)));
    }

    #[test]
    fn an_empty_picture_stays_empty() {
        assert!(fit(&RgbaImage::new(5, 5), 16).pixels().all(|pixel| pixel[3] == 0));
    }

    #[test]
    fn alpha_is_averaged_over_each_latent_position() {
        let mut picture = RgbaImage::new(4, 4);
        picture.put_pixel(2, 0, Rgba([0, 0, 0, 255]));
        assert_eq!(latent_alpha(&picture, 2), [0.0, 0.25, 0.0, 0.0]);
    }
}
