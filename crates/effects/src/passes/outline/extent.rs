//! How far an outline reaches, and the room that it needs.

use crate::{Corners, Error, Linear, MAX_SIDE, Outline};

/// The sizes of the canvases that an outline works on.
#[derive(Clone, Debug)]
pub(super) struct Extent {
    /// How far the shape is grown in the first step, in pixels.
    pub reach: f32,
    /// How far the nearest place of the shape has to be found, in pixels.
    pub search: f32,
    /// How far it is shrunk afterwards, or, mitred, grown and shrunk.
    pub closing: f32,
    /// Whole pixels by which the canvas grows on each side.
    pub growth: u32,
    /// The size of the picture with its outline.
    pub canvas: [u32; 2],
    /// Whole pixels around the picture while the outline is made: room for what is shrunk again.
    pub margin: u32,
    /// The size of the working canvas.
    pub work: [u32; 2],
}

impl Extent {
    /// Of an outline around a picture of this size.
    pub(super) fn new(outline: &Outline, width: u32, height: u32) -> Result<Self, Error> {
        let closing = (outline.bridge / 2.0 - outline.width).max(0.0);
        let furthest = match outline.corners {
            Corners::Round => outline.width,
            Corners::Mitre => outline.width * 2.0,
        };
        let growth = furthest.ceil() as u32 + 1;
        let margin = growth + closing.ceil() as u32 + 2;
        let canvas = [width + 2 * growth, height + 2 * growth];
        if canvas[0].max(canvas[1]) > MAX_SIDE {
            return Err(Error::TooLarge {
                width: canvas[0],
                height: canvas[1],
            });
        }
        let reach = outline.width + closing;
        Ok(Self {
            reach,
            search: match outline.corners {
                Corners::Round => reach + 2.0,
                Corners::Mitre => reach.max(furthest) + 4.0,
            },
            closing,
            growth,
            canvas,
            margin,
            work: [width + 2 * margin, height + 2 * margin],
        })
    }

    /// The picture's pixel at a place of the grown canvas, transparent around it.
    pub(super) fn source(&self, picture: &Linear, x: i32, y: i32) -> [f32; 4] {
        let (x, y) = (x - self.growth as i32, y - self.growth as i32);
        if x < 0 || y < 0 || x >= picture.width as i32 || y >= picture.height as i32 {
            return [0.0; 4];
        }
        picture.at(x as u32, y as u32)
    }
}
