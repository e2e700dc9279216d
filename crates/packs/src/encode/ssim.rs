//! How much of a picture is left: structural similarity (Wang, Bovik, Sheikh and Simoncelli 2004).

use image::RgbaImage;

/// A window's side, in pixels.
const WINDOW: usize = 7;

/// The mean SSIM of sRGB colour over white and over black ground, the lower of both; 1: the same. Windows of 7x7 pixels of equal
/// weight, constants 0.01 and 0.03, mean of the three channels, as scikit-image's `structural_similarity` has them by default (with
/// `use_sample_covariance=False`). Both pictures have one size.
pub(super) fn ssim(first: &RgbaImage, second: &RgbaImage) -> f64 {
    let over = |ground: u8| {
        (0..3)
            .map(|channel| mean_ssim(first, second, channel, ground))
            .sum::<f64>()
            / 3.0
    };
    over(0).min(over(255))
}

/// Sums over a window: x, y, x², y², xy.
type Sums = [f64; 5];

fn mean_ssim(first: &RgbaImage, second: &RgbaImage, channel: usize, ground: u8) -> f64 {
    let (width, height) = (first.width() as usize, first.height() as usize);
    let (across, down) = (WINDOW.min(width), WINDOW.min(height));
    let (first, second) = (composite(first, channel, ground), composite(second, channel, ground));
    let at = |x: usize, y: usize| {
        let (a, b) = (first[y * width + x], second[y * width + x]);
        [a, b, a * a, b * b, a * b]
    };
    // Columns of `down` pixels slide down the picture, and the window slides across them. All sums are of whole numbers: exact.
    let mut columns: Vec<Sums> = (0..width)
        .map(|x| (0..down).map(|y| at(x, y)).fold([0.0; 5], plus))
        .collect();
    let (mut total, mut windows) = (0.0, 0.0);
    for top in 0..=height - down {
        let mut window = columns[..across].iter().copied().fold([0.0; 5], plus);
        for left in 0..=width - across {
            total += window_ssim(window, (across * down) as f64);
            windows += 1.0;
            if left + across < width {
                window = minus(plus(window, columns[left + across]), columns[left]);
            }
        }
        if top + down < height {
            for (x, column) in columns.iter_mut().enumerate() {
                *column = minus(plus(*column, at(x, top + down)), at(x, top));
            }
        }
    }
    total / windows
}

fn window_ssim([x, y, xx, yy, xy]: Sums, pixels: f64) -> f64 {
    const C1: f64 = 0.01 * 255.0 * 0.01 * 255.0;
    const C2: f64 = 0.03 * 255.0 * 0.03 * 255.0;
    let (x, y) = (x / pixels, y / pixels);
    let (variance_x, variance_y, covariance) = (xx / pixels - x * x, yy / pixels - y * y, xy / pixels - x * y);
    ((2.0 * x * y + C1) * (2.0 * covariance + C2)) / ((x * x + y * y + C1) * (variance_x + variance_y + C2))
}

fn plus(a: Sums, b: Sums) -> Sums {
    std::array::from_fn(|at| a[at] + b[at])
}

fn minus(a: Sums, b: Sums) -> Sums {
    std::array::from_fn(|at| a[at] - b[at])
}

/// One channel over a grey ground, as whole numbers from 0 to 255.
fn composite(picture: &RgbaImage, channel: usize, ground: u8) -> Vec<f64> {
    let over = |[colour, alpha]: [u32; 2]| (colour * alpha + u32::from(ground) * (255 - alpha) + 127) / 255;
    picture
        .pixels()
        .map(|pixel| f64::from(over([pixel.0[channel].into(), pixel.0[3].into()])))
        .collect()
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    /// Width, height and SSIM, as tests/fixtures/ssim.py prints them.
    const SCIKIT_IMAGE: [(u32, u32, f64); 3] = [
        (64, 48, 0.34960832078861515),
        (33, 7, 0.7663647169907531),
        (7, 19, 0.7738698806367497),
    ];

    /// The pictures of tests/fixtures/ssim.py.
    fn picture(width: u32, height: u32, noise: u32) -> RgbaImage {
        RgbaImage::from_fn(width, height, |x, y| {
            let wave = |a: u32, b: u32| u32::midpoint((x * a + y * b) % 256, (x * y * noise) % 23) as u8;
            Rgba([wave(7, 3), wave(2, 11), wave(5, 5), ((x * 9 + y * noise) % 256) as u8])
        })
    }

    #[test]
    fn the_numbers_are_scikit_images() {
        for (width, height, expected) in SCIKIT_IMAGE {
            let found = ssim(&picture(width, height, 1), &picture(width, height, 5));
            assert!(
                (found - expected).abs() < 1e-9,
                "{width}x{height}: {found} instead of {expected}"
            );
        }
    }

    #[test]
    fn a_picture_is_like_itself_and_one_invisible_difference_is_none() {
        let first = picture(40, 30, 1);
        assert!((ssim(&first, &first) - 1.0).abs() < 1e-12);
        let clear = |colour: u8| RgbaImage::from_pixel(9, 3, Rgba([colour, colour, colour, 0]));
        assert!((ssim(&clear(0), &clear(200)) - 1.0).abs() < 1e-12);
    }
}
