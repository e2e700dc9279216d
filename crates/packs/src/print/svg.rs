//! Cut lines for plotters.

use std::fmt::Write;

use super::cut::CutLine;
use super::request::{Cut, DOTS, SheetRequest};

/// A sticker's path, in mm; its cell's corner is given in dots.
pub(super) fn path(name: &str, lines: &[CutLine], corner: (u32, u32)) -> String {
    let mut data = String::new();
    for line in lines {
        for (place, [x, y]) in line.points.iter().enumerate() {
            let [x, y] =
                [(x, corner.0), (y, corner.1)].map(|(dot, corner)| (f64::from(*dot) + f64::from(corner)) / DOTS);
            let command = if place == 0 { 'M' } else { 'L' };
            // Writing to a text cannot fail.
            let _ = write!(data, "{command}{x:.3} {y:.3}");
        }
        data.push('Z');
    }
    format!("<path d=\"{data}\"><title>{}</title></path>", escaped(name))
}

/// A page with its paths. Plotters' programs take the unit from the size, which is that of the paper.
pub(super) fn document(paths: &[String], request: &SheetRequest) -> String {
    let (width, height) = request.paper.size();
    let layer = match request.cut {
        Cut::Kiss => "kiss-cut",
        Cut::Die => "die-cut",
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" viewBox=\"0 0 {width} {height}\">\n\
         <g id=\"{layer}\" fill=\"none\" stroke=\"#ff00ff\" stroke-width=\"0.1\">\n{}\n</g>\n</svg>\n",
        paths.join("\n")
    )
}

fn escaped(text: &str) -> String {
    let shown: String = text.chars().filter(|letter| !letter.is_control()).collect();
    shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
