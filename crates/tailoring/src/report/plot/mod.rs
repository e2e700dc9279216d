//! The report's plots as SVG: no script, no font and no picture from elsewhere.

mod axis;
mod canvas;
mod marker;
mod place;
mod sweep;
mod theme;
mod trade_off;

pub use sweep::sweep_svg;
pub use theme::Theme;
pub use trade_off::trade_off_svg;

#[cfg(test)]
mod tests;
