//! Placing a picture on a platform's canvas.

use image::{RgbaImage, imageops};

use super::resample::resample;
use crate::{Canvas, Error, Measured};

/// The picture as the platform's canvas wants it: one that fits is left as it is, any other is trimmed to what is visible,
/// scaled to the room inside `margin` (pixels on each side) and centred. Only [`Canvas::Within`] leaves small pictures small.
pub fn place(picture: &RgbaImage, canvas: Canvas, margin: u32) -> Result<RgbaImage, Error> {
    let empty = || Error::Picture("the picture is empty: nothing of it is visible".to_owned());
    let visible = Measured::of(picture).visible.ok_or_else(empty)?;
    let Some((width, height)) = canvas
        .bounds()
        .filter(|_| !canvas.takes(picture.width(), picture.height()))
    else {
        return Ok(picture.clone());
    };
    let trimmed = imageops::crop_imm(picture, visible.x, visible.y, visible.width, visible.height).to_image();
    // Rooms of tiny canvases stay larger than nothing.
    let margin = margin.min((width.min(height) - 1) / 4);
    let room = (width - 2 * margin, height - 2 * margin);
    let fitted = fit(trimmed.dimensions(), room, canvas);
    let content = resample(&trimmed, fitted.0, fitted.1);
    let (width, height) = match canvas {
        Canvas::LongSide(_) => (fitted.0 + 2 * margin, fitted.1 + 2 * margin),
        Canvas::Within { step, .. } => (
            (fitted.0 + 2 * margin).next_multiple_of(step),
            (fitted.1 + 2 * margin).next_multiple_of(step),
        ),
        Canvas::Exact { .. } | Canvas::Free => (width, height),
    };
    let mut placed = RgbaImage::new(width, height);
    let (left, top) = ((width - fitted.0) / 2, (height - fitted.1) / 2);
    imageops::replace(&mut placed, &content, i64::from(left), i64::from(top));
    Ok(placed)
}

/// The largest size of the same aspect inside the room.
fn fit((width, height): (u32, u32), room: (u32, u32), canvas: Canvas) -> (u32, u32) {
    let scale = (f64::from(room.0) / f64::from(width)).min(f64::from(room.1) / f64::from(height));
    let scale = if matches!(canvas, Canvas::Within { .. }) {
        scale.min(1.0)
    } else {
        scale
    };
    let side = |length: u32, most: u32| ((f64::from(length) * scale).round() as u32).clamp(1, most);
    (side(width, room.0), side(height, room.1))
}

#[cfg(test)]
mod tests {
    use image::Rgba;
    use proptest::prelude::*;

    use super::*;
    use crate::Platform;

    /// A red block of a size on a larger transparent ground.
    fn block(width: u32, height: u32) -> RgbaImage {
        let inside = |x: u32, y: u32| (7..7 + width).contains(&x) && (3..3 + height).contains(&y);
        RgbaImage::from_fn(width + 20, height + 11, |x, y| {
            if inside(x, y) {
                Rgba([200, 30, 30, 255])
            } else {
                Rgba([0; 4])
            }
        })
    }

    fn placed(width: u32, height: u32, platform: Platform) -> (RgbaImage, Measured) {
        let still = platform.limits().still;
        let placed = place(&block(width, height), still.canvas, still.margin).unwrap();
        let measured = Measured::of(&placed);
        (placed, measured)
    }

    #[test]
    fn a_picture_that_fits_already_is_left_as_it_is() {
        let mut picture = block(492, 501);
        picture.put_pixel(0, 0, Rgba([9, 8, 7, 0]));
        assert_eq!(picture.dimensions(), (512, 512));
        let still = Platform::Whatsapp.limits().still;
        assert_eq!(place(&picture, still.canvas, still.margin).unwrap(), picture);
    }

    #[test]
    fn a_wide_picture_is_centred_inside_the_margin() {
        let (placed, measured) = placed(600, 300, Platform::Whatsapp);
        assert_eq!(placed.dimensions(), (512, 512));
        let visible = measured.visible.unwrap();
        assert_eq!(
            (visible.x, visible.y, visible.width, visible.height),
            (16, 136, 480, 240)
        );
    }

    #[test]
    fn telegrams_long_side_is_512_and_the_other_follows() {
        assert_eq!(placed(100, 50, Platform::Telegram).0.dimensions(), (512, 256));
        assert_eq!(placed(50, 100, Platform::Telegram).0.dimensions(), (256, 512));
        assert_eq!(placed(1, 4000, Platform::Telegram).0.dimensions(), (1, 512));
    }

    #[test]
    fn lines_sides_are_even_and_small_pictures_stay_small() {
        assert_eq!(placed(81, 51, Platform::Line).0.dimensions(), (102, 72));
        assert_eq!(placed(900, 900, Platform::Line).0.dimensions(), (320, 320));
    }

    #[test]
    fn an_empty_picture_is_refused() {
        let error = place(&RgbaImage::new(512, 512), Canvas::Free, 0).unwrap_err();
        assert!(error.to_string().contains("empty"), "{error}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_is_placed_the_platform_takes(width in 1_u32..700, height in 1_u32..700, place in 0_usize..13) {
            let platform = Platform::ALL[place];
            let (placed, measured) = placed(width, height, platform);
            prop_assert!(platform.limits().still.canvas.takes(placed.width(), placed.height()));
            prop_assert!(measured.visible.is_some());
        }
    }
}
