//! A sticker as it is printed in its cell.

use std::borrow::Cow;

use image::{Rgba, RgbaImage, imageops};

use super::cut::{CutLine, cut_lines};
use super::layout::Layout;
use super::nearest::Nearest;
use super::request::{Cut, DOTS, SheetRequest};
use crate::{Canvas, Error, Measured, place};

/// Half opaque and more: the sticker.
const EDGE: u8 = 128;
/// As good as opaque: such a pixel's colour is the sticker's own, without any of the shadow behind it.
const SOLID: u8 = 250;
/// Dots inside the edge that take a solid colour, so that neither paper nor shadow shines through where the edge is soft.
const SOFT: f64 = 4.0;
/// Square millimetres: smaller pieces tear the paper and are not cut.
const LEAST_PIECE: f64 = 1.0;
/// Pixels a dot and side with which a sticker is traced at most: more are finer than what is printed, and a wide offset of many pixels
/// takes gigabytes.
const TRACED: u32 = 2;

/// A sticker as it is printed.
pub(super) struct Artwork {
    /// What is printed, at 300 dpi.
    pub(super) picture: RgbaImage,
    /// From the cell's corner to the picture's, in dots.
    pub(super) corner: (u32, u32),
    /// Where it is cut, in dots from the cell's corner.
    pub(super) lines: Vec<CutLine>,
}

impl Artwork {
    pub(super) fn new(picture: &RgbaImage, layout: &Layout, request: &SheetRequest) -> Result<Self, Error> {
        let empty = || Error::Picture("the picture is empty: nothing of it is visible".to_owned());
        let visible = Measured::of(picture).visible.ok_or_else(empty)?;
        let trimmed = imageops::crop_imm(picture, visible.x, visible.y, visible.width, visible.height).to_image();
        let scaled = place(&trimmed, Canvas::LongSide(layout.sticker), 0)?;
        let traced = traced(&trimmed, layout.sticker);
        let scale = f64::from(layout.sticker) / f64::from(traced.width().max(traced.height()));
        let offset = match request.cut {
            Cut::Kiss => f64::from(request.offset_mm) * DOTS / scale,
            Cut::Die => 0.0,
        };
        let corner = (
            (layout.cell() - scaled.width()) / 2,
            (layout.cell() - scaled.height()) / 2,
        );
        let stretch = [
            f64::from(scaled.width()) / f64::from(traced.width()),
            f64::from(scaled.height()) / f64::from(traced.height()),
        ];
        let lines = cut_lines(&traced, offset as f32);
        let lines = cut_pieces(lines.into_iter().map(|line| moved(line, stretch, corner)).collect());
        if lines.is_empty() {
            return Err(Error::Picture(
                "the picture is nowhere half opaque, so there is nothing to cut; make it more opaque in Finish"
                    .to_owned(),
            ));
        }
        Ok(match request.cut {
            Cut::Kiss => Self {
                picture: scaled,
                corner,
                lines,
            },
            Cut::Die => Self {
                picture: bled(&scaled, layout.reach),
                corner: (corner.0 - layout.reach, corner.1 - layout.reach),
                lines,
            },
        })
    }
}

/// The picture that is traced: before it is scaled, at the precision of the sticker's own pixels, but for those of which there are many
/// more than dots. It has the proportions of `picture`, and at most [`TRACED`] pixels for each of the `dots` of its longer side.
fn traced(picture: &RgbaImage, dots: u32) -> Cow<'_, RgbaImage> {
    let (longest, most) = (picture.width().max(picture.height()), TRACED * dots);
    if longest <= most {
        return Cow::Borrowed(picture);
    }
    let scaled = |side: u32| ((f64::from(side) * f64::from(most) / f64::from(longest)).round() as u32).max(1);
    // The mean of what each pixel covers: half of it opaque is where the edge lies.
    Cow::Owned(imageops::thumbnail(
        picture,
        scaled(picture.width()),
        scaled(picture.height()),
    ))
}

/// From pixels of the traced picture to dots of the cell.
fn moved(line: CutLine, stretch: [f64; 2], corner: (u32, u32)) -> CutLine {
    let to_dots = |[x, y]: [f32; 2]| {
        [
            (f64::from(x) * stretch[0] + f64::from(corner.0)) as f32,
            (f64::from(y) * stretch[1] + f64::from(corner.1)) as f32,
        ]
    };
    CutLine {
        points: line.points.into_iter().map(to_dots).collect(),
    }
}

/// Without specks; the largest piece stays whatever its size.
fn cut_pieces(mut lines: Vec<CutLine>) -> Vec<CutLine> {
    let least = LEAST_PIECE * DOTS * DOTS;
    let mut first = true;
    lines.retain(|line| std::mem::take(&mut first) || line.area() >= least);
    lines
}

/// The picture with its edge's colours going on for `reach` dots outside, and nothing else there: no shadow, no soft edge.
/// Holes stay as they are.
fn bled(picture: &RgbaImage, reach: u32) -> RgbaImage {
    let (width, height) = (picture.width() + 2 * reach, picture.height() + 2 * reach);
    let mut canvas = RgbaImage::new(width, height);
    imageops::replace(&mut canvas, picture, i64::from(reach), i64::from(reach));
    let outside = outside(&canvas);
    let edge: Vec<(u32, u32)> = canvas
        .enumerate_pixels()
        .filter(|(x, y, pixel)| pixel.0[3] >= EDGE && touches(&outside, *x, *y, (width, height)))
        .map(|(x, y, _)| (x, y))
        .collect();
    let solid = canvas
        .enumerate_pixels()
        .filter(|(_, _, pixel)| pixel.0[3] >= SOLID)
        .map(|(x, y, _)| (x, y));
    let solid: Vec<_> = solid.collect();
    let (to_edge, to_solid) = (nearest(&edge, (width, height)), nearest(&solid, (width, height)));
    let own_colour = |(x, y): &(u32, u32)| {
        let near = to_solid.at(*x as usize, *y as usize).filter(|(_, away)| *away <= SOFT);
        let (x, y) = near.map_or((*x, *y), |(point, _)| solid[point]);
        let [red, green, blue, _] = canvas.get_pixel(x, y).0;
        Rgba([red, green, blue, u8::MAX])
    };
    let colours: Vec<_> = edge.iter().map(own_colour).collect();
    for (x, y, pixel) in canvas.enumerate_pixels_mut() {
        let found = to_edge.at(x as usize, y as usize);
        let alpha = pixel.0[3];
        *pixel = match found {
            Some((point, away)) if outside[(y * width + x) as usize] && away <= f64::from(reach) => colours[point],
            _ if outside[(y * width + x) as usize] => Rgba([0; 4]),
            Some((point, away)) if away <= SOFT && (EDGE..SOLID).contains(&alpha) => colours[point],
            _ => *pixel,
        };
    }
    canvas
}

/// Which of some pixels is nearest to each.
fn nearest(pixels: &[(u32, u32)], (width, height): (u32, u32)) -> Nearest {
    let centres = pixels.iter().map(|(x, y)| [f64::from(*x) + 0.5, f64::from(*y) + 0.5]);
    Nearest::new(centres.collect(), width as usize, height as usize)
}

/// For each pixel, whether a way leads from it out of the picture without crossing the sticker.
fn outside(picture: &RgbaImage) -> Vec<bool> {
    let (width, height) = picture.dimensions();
    let mut outside = vec![false; (width * height) as usize];
    let border = (0..width).flat_map(|x| [(x, 0), (x, height - 1)]);
    let mut waiting: Vec<_> = border
        .chain((0..height).flat_map(|y| [(0, y), (width - 1, y)]))
        .collect();
    while let Some((x, y)) = waiting.pop() {
        let known = &mut outside[(y * width + x) as usize];
        if *known || picture.get_pixel(x, y).0[3] >= EDGE {
            continue;
        }
        *known = true;
        waiting.extend(neighbours(x, y, (width, height)));
    }
    outside
}

/// Whether one of the four neighbours is outside, or the border of the picture.
fn touches(outside: &[bool], x: u32, y: u32, size: (u32, u32)) -> bool {
    let mut count = 0;
    let found = neighbours(x, y, size).any(|(x, y)| {
        count += 1;
        outside[(y * size.0 + x) as usize]
    });
    found || count < 4
}

fn neighbours(x: u32, y: u32, (width, height): (u32, u32)) -> impl Iterator<Item = (u32, u32)> {
    let ways = [(-1, 0), (1, 0), (0, -1), (0, 1)];
    let moved = ways
        .into_iter()
        .filter_map(move |(dx, dy)| Some((x.checked_add_signed(dx)?, y.checked_add_signed(dy)?)));
    moved.filter(move |(x, y)| *x < width && *y < height)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A red ring with a soft blue shadow to its right, and a hole.
    fn ring() -> RgbaImage {
        RgbaImage::from_fn(120, 100, |x, y| {
            let away = (f64::from(x) - 49.5).hypot(f64::from(y) - 49.5);
            match away {
                ..20.0 => Rgba([0; 4]),
                20.0..45.0 => Rgba([220, 20, 20, 255]),
                _ if x > 60 && away < 65.0 => Rgba([0, 0, 90, 60]),
                _ => Rgba([0; 4]),
            }
        })
    }

    fn artwork(request: SheetRequest) -> (Artwork, Layout) {
        let layout = Layout::new(&request).unwrap();
        (Artwork::new(&ring(), &layout, &request).unwrap(), layout)
    }

    #[test]
    fn a_die_cut_sticker_bleeds_its_edge_over_its_shadow_and_keeps_its_hole() {
        let (art, layout) = artwork(SheetRequest {
            cut: Cut::Die,
            ..SheetRequest::default()
        });
        assert_eq!(art.lines.len(), 1);
        let reach = layout.reach as f32;
        for [x, y] in &art.lines[0].points {
            let (x, y) = (x - art.corner.0 as f32, y - art.corner.1 as f32);
            assert!(x >= reach - 1.0 && y >= reach - 1.0);
            for away in [-5.0, 5.0, reach - 3.0] {
                // Along the ring's radius; its centre is where the picture's is, but for the shadow.
                let scale = layout.sticker as f32 / 115.0;
                let centre = [reach + 45.5 * scale, reach + 45.5 * scale];
                let length = (x - centre[0]).hypot(y - centre[1]);
                let at = |from: f32, centre: f32| (centre + (from - centre) * (1.0 + away / length)) as u32;
                let (x, y) = (at(x, centre[0]), at(y, centre[1]));
                if x < art.picture.width() && y < art.picture.height() {
                    let [red, green, blue, alpha] = art.picture.get_pixel(x, y).0;
                    assert!(
                        red > 200 && green < 40 && blue < 40 && alpha >= SOLID,
                        "{:?}",
                        (away, red, green, blue, alpha)
                    );
                }
            }
        }
        let hole = art
            .picture
            .get_pixel(art.picture.height() / 2, art.picture.height() / 2);
        assert_eq!(hole.0[3], 0);
    }

    #[test]
    fn a_kiss_cut_sticker_is_printed_as_it_is_and_cut_around() {
        let (art, layout) = artwork(SheetRequest::default());
        let shadow = art
            .picture
            .pixels()
            .filter(|pixel| (1..128).contains(&pixel.0[3]))
            .count();
        assert!(shadow > 1000);
        assert_eq!(art.lines.len(), 1);
        let leftmost = art.lines[0]
            .points
            .iter()
            .map(|point| point[0])
            .fold(f32::MAX, f32::min);
        assert!((leftmost - (art.corner.0 as f32 - layout.reach as f32)).abs() < 2.0 * layout.sticker as f32 / 115.0);
    }

    #[test]
    fn specks_are_not_cut_but_a_sticker_always_is() {
        let speckled = RgbaImage::from_fn(200, 200, |x, y| {
            let inside = x > 40 || (x < 2 && y < 2);
            if inside { Rgba([9, 9, 9, 255]) } else { Rgba([0; 4]) }
        });
        let request = SheetRequest {
            cut: Cut::Die,
            ..SheetRequest::default()
        };
        let layout = Layout::new(&request).unwrap();
        assert_eq!(Artwork::new(&speckled, &layout, &request).unwrap().lines.len(), 1);
        let dot = RgbaImage::from_fn(9, 9, |x, y| {
            if (x, y) == (4, 4) {
                Rgba([1, 2, 3, 255])
            } else {
                Rgba([0; 4])
            }
        });
        assert_eq!(Artwork::new(&dot, &layout, &request).unwrap().lines.len(), 1);
    }

    #[test]
    fn a_picture_that_is_nowhere_half_opaque_says_why_it_is_not_cut() {
        let veil = RgbaImage::from_pixel(40, 30, Rgba([200, 10, 10, 120]));
        for cut in [Cut::Kiss, Cut::Die] {
            let request = SheetRequest {
                cut,
                ..SheetRequest::default()
            };
            let layout = Layout::new(&request).unwrap();
            let Err(Error::Picture(text)) = Artwork::new(&veil, &layout, &request) else {
                panic!("it was cut");
            };
            assert!(text.contains("nowhere half opaque"), "{text}");
        }
    }

    #[test]
    fn large_pictures_are_traced_at_two_pixels_a_dot_and_cut_at_the_same_place() {
        let side = 3000_u32;
        let disc = RgbaImage::from_fn(side, side, |x, y| {
            let away = (f64::from(x) + 0.5 - 1500.0).hypot(f64::from(y) + 0.5 - 1500.0);
            Rgba([9, 9, 9, if away < 1500.0 { 255 } else { 0 }])
        });
        assert_eq!(traced(&disc, 59).dimensions(), (118, 118));
        assert_eq!(traced(&disc, 1500).dimensions(), (side, side));
        let request = SheetRequest {
            sticker_mm: 5.0,
            offset_mm: 10.0,
            ..SheetRequest::default()
        };
        let layout = Layout::new(&request).unwrap();
        let art = Artwork::new(&disc, &layout, &request).unwrap();
        assert_eq!(art.lines.len(), 1);
        let (middle, radius) = (f64::from(layout.cell()) / 2.0, 12.5 * DOTS);
        for [x, y] in &art.lines[0].points {
            let away = (f64::from(*x) - middle).hypot(f64::from(*y) - middle);
            assert!((away - radius).abs() < 1.0, "{away} instead of {radius}");
        }
    }
}
