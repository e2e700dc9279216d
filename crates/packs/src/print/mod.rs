//! Sheets to print, and the lines along which a plotter cuts.

mod artwork;
mod contour;
mod cut;
mod layout;
mod nearest;
mod offset;
mod page;
mod pdf;
mod request;
mod sheet;
mod simplify;
mod svg;

pub use cut::{CutLine, cut_lines};
pub use request::{Cut, Lines, Marks, PaperSize, SheetRequest};
pub use sheet::{Sheet, sheet};

#[cfg(test)]
mod tests;
