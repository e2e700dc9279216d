//! The measured comparison of models: what it holds, and how it is written as JSON, CSV, Markdown and HTML with SVG plots.
//!
//! Everything a report says is in it already: nothing here measures, looks at a clock or draws at random, so the same report
//! is the same bytes.

mod check;
mod csv;
mod error;
mod escape;
mod html;
mod json;
mod markdown;
#[cfg(test)]
mod markup_check;
mod number;
mod plot;
#[cfg(test)]
mod sample;
mod types;
mod write;

pub use csv::csv;
pub use error::Error;
pub use html::html;
pub use json::{from_json, to_json};
pub use markdown::markdown;
pub use plot::{Theme, sweep_svg, trade_off_svg};
pub use types::{
    ALIGNMENT, Better, Cell, Column, Comparison, DataSet, How, Report, Row, SCHEMA, STYLE, Sheet, Unit, WinCount,
};
pub use write::{Picture, write};
