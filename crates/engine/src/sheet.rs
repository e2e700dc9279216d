//! A contact sheet: pictures side by side on a checkerboard, so that their alpha can be seen.

use crate::{Error, Picture};

/// The colours and the side of the checkerboard's squares.
const LIGHT: u8 = 255;
const DARK: u8 = 225;
const SQUARE: u32 = 8;
/// A sheet holds no more pixels than this (400 MB).
const MAX_PIXELS: u64 = 100_000_000;

/// How a contact sheet is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetOptions {
    /// Pictures in a row; without a number the sheet comes out nearly square.
    pub columns: Option<u32>,
    /// Pixels between pictures and around them.
    pub gap: u32,
}

impl Default for SheetOptions {
    fn default() -> Self {
        Self { columns: None, gap: 8 }
    }
}

/// Lays the pictures out row by row, each centred in a cell as large as the largest of them.
///
/// # Errors
/// When there is no picture, no column, or the sheet would be larger than 100 million pixels.
pub fn contact_sheet(pictures: &[Picture], options: &SheetOptions) -> Result<Picture, Error> {
    let count = u32::try_from(pictures.len()).map_err(|_| too_large())?;
    let columns = options.columns.unwrap_or_else(|| near_square(count)).min(count);
    if columns == 0 {
        return Err(Error::usage("a sheet needs at least one picture and one column"));
    }
    let cell_width = pictures.iter().map(|picture| picture.width).max().unwrap_or(0);
    let cell_height = pictures.iter().map(|picture| picture.height).max().unwrap_or(0);
    let width = side(columns, cell_width, options.gap);
    let height = side(count.div_ceil(columns), cell_height, options.gap);
    if width.saturating_mul(height) > MAX_PIXELS {
        return Err(too_large());
    }
    let mut sheet = checkerboard(width as u32, height as u32);
    for (index, picture) in (0..).zip(pictures) {
        let (row, column) = (index / columns, index % columns);
        let left = options.gap + column * (cell_width + options.gap) + (cell_width - picture.width) / 2;
        let top = options.gap + row * (cell_height + options.gap) + (cell_height - picture.height) / 2;
        draw_over(&mut sheet, picture, left, top);
    }
    Ok(sheet)
}

fn too_large() -> Error {
    Error::usage("the sheet would be too large; use fewer or smaller pictures")
}

/// Columns for `count` pictures: square, or up to half as wide again where that leaves fewer places empty.
fn near_square(count: u32) -> u32 {
    let square = f64::from(count).sqrt().ceil() as u32;
    let empty = |columns: u32| count.div_ceil(columns) * columns - count;
    (square..=square * 3 / 2)
        .min_by_key(|columns| empty((*columns).max(1)))
        .unwrap_or(square)
}

fn side(cells: u32, cell: u32, gap: u32) -> u64 {
    u64::from(cells) * (u64::from(cell) + u64::from(gap)) + u64::from(gap)
}

fn checkerboard(width: u32, height: u32) -> Picture {
    let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height {
        for x in 0..width {
            let value = if (x / SQUARE + y / SQUARE).is_multiple_of(2) {
                LIGHT
            } else {
                DARK
            };
            rgba.extend([value, value, value, 255]);
        }
    }
    Picture { width, height, rgba }
}

/// Composites `picture` over the opaque `sheet` in sRGB, as browsers do.
fn draw_over(sheet: &mut Picture, picture: &Picture, left: u32, top: u32) {
    let row_bytes = picture.width as usize * 4;
    for (y, row) in (0..).zip(picture.rgba.chunks_exact(row_bytes)) {
        let start = ((top + y) as usize * sheet.width as usize + left as usize) * 4;
        for (over, under) in row
            .chunks_exact(4)
            .zip(sheet.rgba[start..start + row_bytes].chunks_exact_mut(4))
        {
            let alpha = u32::from(over[3]);
            for (over, under) in over[..3].iter().zip(&mut under[..3]) {
                let mixed = u32::from(*over) * alpha + u32::from(*under) * (255 - alpha);
                *under = ((mixed + 127) / 255) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(side: u32, pixel: [u8; 4]) -> Picture {
        Picture {
            width: side,
            height: side,
            rgba: pixel.repeat((side * side) as usize),
        }
    }

    fn pixel(picture: &Picture, x: u32, y: u32) -> [u8; 4] {
        let start = ((y * picture.width + x) * 4) as usize;
        picture.rgba[start..start + 4].try_into().unwrap()
    }

    #[test]
    fn a_sheet_is_nearly_square_without_needless_gaps() {
        assert_eq!([0, 1, 2, 4, 7, 8, 10, 12].map(near_square), [0, 1, 2, 2, 4, 4, 5, 4]);
    }

    #[test]
    fn four_pictures_make_two_rows_of_two() {
        let pictures = vec![filled(10, [200, 0, 0, 255]); 4];
        let sheet = contact_sheet(
            &pictures,
            &SheetOptions {
                gap: 2,
                ..Default::default()
            },
        )
        .unwrap();
        assert_eq!((sheet.width, sheet.height), (26, 26));
        assert_eq!(
            pixel(&sheet, 14, 14),
            [200, 0, 0, 255],
            "the fourth picture begins after gap, picture, gap"
        );
        assert_eq!(pixel(&sheet, 13, 14), [255; 4], "and the gap shows the checkerboard");
    }

    #[test]
    fn what_is_transparent_shows_the_checkerboard() {
        let sheet = contact_sheet(
            &[filled(32, [9, 9, 9, 0])],
            &SheetOptions {
                columns: Some(1),
                gap: 0,
            },
        )
        .unwrap();
        assert_eq!(
            (pixel(&sheet, 0, 0), pixel(&sheet, 8, 0)),
            ([255; 4], [225, 225, 225, 255])
        );
        let sheet = contact_sheet(
            &[filled(8, [0, 0, 0, 51])],
            &SheetOptions {
                columns: Some(1),
                gap: 0,
            },
        )
        .unwrap();
        assert_eq!(pixel(&sheet, 0, 0), [204, 204, 204, 255], "a fifth of black over white");
    }

    #[test]
    fn a_smaller_picture_is_centred_in_its_cell() {
        let pictures = [filled(6, [0, 0, 0, 255]), filled(2, [0, 0, 0, 255])];
        let sheet = contact_sheet(
            &pictures,
            &SheetOptions {
                columns: Some(2),
                gap: 0,
            },
        )
        .unwrap();
        assert_eq!((sheet.width, sheet.height), (12, 6));
        assert_eq!((pixel(&sheet, 8, 2), pixel(&sheet, 7, 2)), ([0, 0, 0, 255], [255; 4]));
    }

    #[test]
    fn an_empty_sheet_is_refused() {
        assert!(contact_sheet(&[], &SheetOptions::default()).is_err());
        assert!(
            contact_sheet(
                &[filled(1, [0; 4])],
                &SheetOptions {
                    columns: Some(0),
                    gap: 0
                }
            )
            .is_err()
        );
    }
}
