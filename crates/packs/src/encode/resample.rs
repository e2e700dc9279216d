//! Resampling: Lanczos in linear light on premultiplied colour, so that no edge gets a halo.

use std::sync::LazyLock;

use image::imageops::{self, FilterType};
use image::{ImageBuffer, Luma, Rgba, Rgba32FImage, RgbaImage};

/// Linear light of each sRGB byte (IEC 61966-2-1).
static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let value = byte as f32 / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    })
});

/// The sRGB byte of each 65,535th of linear light: fine enough for its steepest part, the darkest.
static SRGB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let byte = |step: u16| {
        let value = f32::from(step) / f32::from(u16::MAX);
        let encoded = if value <= 0.0031308 {
            value * 12.92
        } else {
            1.055 * value.powf(1.0 / 2.4) - 0.055
        };
        (encoded * 255.0).round() as u8
    };
    (0..=u16::MAX).map(byte).collect()
});

/// `image` cuts what a filter gives at 1. Lanczos gives more beside edges, in alpha as in colour: cutting one of them only would change
/// their quotient, the colour.
const HEADROOM: f32 = 0.5;

/// The picture with `width` x `height` pixels, both at least 1.
pub(super) fn resample(picture: &RgbaImage, width: u32, height: u32) -> RgbaImage {
    if picture.dimensions() == (width, height) {
        return picture.clone();
    }
    let linear = Rgba32FImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, a] = picture.get_pixel(x, y).0;
        let alpha = HEADROOM * f32::from(a) / 255.0;
        let premultiplied = |byte: u8| LINEAR[usize::from(byte)] * alpha;
        Rgba([premultiplied(r), premultiplied(g), premultiplied(b), alpha])
    });
    // Lanczos rings: a weak echo of an edge in what was wholly transparent, and weak holes in what was opaque.
    // A tent rings nowhere, so it tells both.
    let alpha: ImageBuffer<Luma<f32>, Vec<f32>> = ImageBuffer::from_fn(picture.width(), picture.height(), |x, y| {
        Luma([linear.get_pixel(x, y).0[3]])
    });
    let tent = imageops::resize(&alpha, width, height, FilterType::Triangle);
    let sharp = imageops::resize(&linear, width, height, FilterType::Lanczos3);
    RgbaImage::from_fn(width, height, |x, y| {
        straight(sharp.get_pixel(x, y).0, tent.get_pixel(x, y).0[0])
    })
}

/// Straight sRGB of a premultiplied linear pixel, with `tent` the alpha that a filter without ringing gives, all times [`HEADROOM`].
fn straight([r, g, b, a]: [f32; 4], tent: f32) -> Rgba<u8> {
    const SURE: f32 = 1e-4;
    let alpha = match tent {
        ..SURE => 0.0,
        tent if tent > HEADROOM - SURE => 1.0,
        _ => (a / HEADROOM).clamp(0.0, 1.0),
    };
    let byte = (alpha * 255.0).round() as u8;
    if byte == 0 {
        return Rgba([0; 4]);
    }
    // Where alpha was mended, colour still belongs to the one before.
    let weight = a.max(HEADROOM / 255.0);
    let colour = |value: f32| {
        let step = ((value / weight).clamp(0.0, 1.0) * f32::from(u16::MAX)).round();
        SRGB[step as usize]
    };
    Rgba([colour(r), colour(g), colour(b), byte])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An antialiased disc of one colour on transparent ground.
    fn disc(side: u32, colour: [u8; 3]) -> RgbaImage {
        let centre = (side as f32 - 1.0) / 2.0;
        let radius = side as f32 * 0.35;
        RgbaImage::from_fn(side, side, |x, y| {
            let distance = (x as f32 - centre).hypot(y as f32 - centre);
            let alpha = ((radius - distance + 0.5).clamp(0.0, 1.0) * 255.0).round() as u8;
            if alpha == 0 {
                Rgba([0; 4])
            } else {
                Rgba([colour[0], colour[1], colour[2], alpha])
            }
        })
    }

    #[test]
    fn every_byte_survives_the_way_to_linear_light_and_back() {
        for byte in 0..=255_u8 {
            assert_eq!(SRGB[(LINEAR[usize::from(byte)] * 65535.0).round() as usize], byte);
        }
    }

    #[test]
    fn a_disc_of_one_colour_keeps_that_colour_up_to_its_edge_at_every_scale() {
        for side in [64, 150, 331, 512] {
            let scaled = resample(&disc(200, [230, 30, 40]), side, side);
            for pixel in scaled.pixels().filter(|pixel| pixel.0[3] > 8) {
                let off = [230, 30, 40]
                    .iter()
                    .zip(pixel.0)
                    .map(|(a, b): (&u8, u8)| a.abs_diff(b))
                    .max()
                    .unwrap();
                assert!(off <= 2, "{pixel:?} at {side}");
            }
        }
    }

    #[test]
    fn nothing_rings_into_the_transparent_nor_into_the_opaque() {
        let block = RgbaImage::from_fn(100, 100, |x, y| {
            if (30..70).contains(&x) && (30..70).contains(&y) {
                Rgba([255; 4])
            } else {
                Rgba([0; 4])
            }
        });
        let scaled = resample(&block, 50, 50);
        for (x, y, pixel) in scaled.enumerate_pixels() {
            let outside = !(14..36).contains(&x) || !(14..36).contains(&y);
            let inside = (16..34).contains(&x) && (16..34).contains(&y);
            assert!(!outside || pixel.0 == [0; 4], "{x} {y} {pixel:?}");
            assert!(!inside || pixel.0 == [255; 4], "{x} {y} {pixel:?}");
        }
    }

    #[test]
    fn a_mix_of_black_and_white_has_the_light_of_both() {
        // Half the light of white is the byte 188 in sRGB, not 128.
        let stripes = RgbaImage::from_fn(128, 8, |x, _| {
            if x % 2 == 0 {
                Rgba([0, 0, 0, 255])
            } else {
                Rgba([255; 4])
            }
        });
        let scaled = resample(&stripes, 16, 1);
        assert!(
            scaled.get_pixel(8, 0).0[0].abs_diff(188) <= 1,
            "{:?}",
            scaled.get_pixel(8, 0)
        );
    }
}
