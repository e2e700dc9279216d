//! The tiles of a Winograd convolution: 2x2 pixels of the output each, found through the 4x4 pixels of the padded input around them.
//!
//! Tiles come in "slots": as many consecutive ones of a picture as a vector has lanes.

use super::super::ConvShape;
use std::ops::Range;

/// Some slots and where their tiles are.
pub struct Tiles<'a> {
    pub shape: &'a ConvShape,
    pub lanes: usize,
    /// Counted over all pictures.
    pub slots: Range<usize>,
    /// Tiles that are neighbours in the rows of the picture, of which a slot has `lanes / piece`.
    pub piece: usize,
    /// Row and column of the first tile of each piece.
    positions: Vec<(usize, usize)>,
}

/// Slots of one picture.
pub fn slots_per_picture(shape: &ConvShape, lanes: usize) -> usize {
    (shape.output_area() / 4).div_ceil(lanes)
}

impl<'a> Tiles<'a> {
    pub fn new(shape: &'a ConvShape, lanes: usize, slots: Range<usize>) -> Self {
        let width = shape.output_width() / 2;
        let fits = |n: &usize| lanes.is_multiple_of(*n) && width.is_multiple_of(*n);
        let piece = [lanes, 8, 4, 2].into_iter().find(fits).unwrap_or(1);
        let per_picture = slots_per_picture(shape, lanes);
        let last = shape.output_area() / 4 - piece;
        let tile = |slot: usize, lane: usize| (slot % per_picture * lanes + lane).min(last);
        let pieces = slots
            .clone()
            .flat_map(|slot| (0..lanes).step_by(piece).map(move |lane| (slot, lane)));
        let positions = pieces
            .map(|(slot, lane)| (tile(slot, lane) / width, tile(slot, lane) % width))
            .collect();
        Self {
            shape,
            lanes,
            slots,
            piece,
            positions,
        }
    }

    /// The pictures of the slots, each with the range of its slots.
    pub fn pictures(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let per_picture = slots_per_picture(self.shape, self.lanes);
        let slots = self.slots.clone();
        (slots.start / per_picture..slots.end.div_ceil(per_picture)).map(move |picture| {
            let first = picture * per_picture;
            (picture, slots.start.max(first)..slots.end.min(first + per_picture))
        })
    }

    /// Row and column of the first tile of each piece of `slot`. Pieces past the picture's end repeat its last one.
    pub fn pieces(&self, slot: usize) -> &[(usize, usize)] {
        let count = self.lanes / self.piece;
        &self.positions[(slot - self.slots.start) * count..][..count]
    }

    /// How many lanes of `slot` are tiles of the picture.
    pub fn count(&self, slot: usize) -> usize {
        let first = slot % slots_per_picture(self.shape, self.lanes) * self.lanes;
        self.lanes.min(self.shape.output_area() / 4 - first)
    }
}
