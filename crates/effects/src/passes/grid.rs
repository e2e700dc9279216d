//! Values per pixel that are no colours: fields, seeds, labels.

use rayon::prelude::*;

/// A value per pixel, row by row from the top.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grid<T> {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// `width * height` of them.
    pub cells: Vec<T>,
}

impl<T: Copy + Default + Send + Sync> Grid<T> {
    /// Each value from its place, rows in parallel.
    pub(crate) fn from_fn(width: u32, height: u32, value: impl Fn(i32, i32) -> T + Sync) -> Self {
        let mut cells = vec![T::default(); width as usize * height as usize];
        cells
            .par_chunks_mut(width.max(1) as usize)
            .enumerate()
            .for_each(|(y, row)| {
                for (x, cell) in row.iter_mut().enumerate() {
                    *cell = value(x as i32, y as i32);
                }
            });
        Self { width, height, cells }
    }

    /// The value at a place, if that is inside.
    pub(crate) fn get(&self, x: i32, y: i32) -> Option<T> {
        let inside = (0..self.width as i32).contains(&x) && (0..self.height as i32).contains(&y);
        inside.then(|| self.at(x, y))
    }

    /// The value at a place that is inside.
    pub(crate) fn at(&self, x: i32, y: i32) -> T {
        self.cells[y as usize * self.width as usize + x as usize]
    }
}
