//! Prompt alignment and style distance over the cut.

use super::super::types::{ALIGNMENT, STYLE};
use super::super::{Cell, Column, Report, number};
use super::Theme;
use super::axis::Axis;
use super::canvas::Canvas;
use super::marker::marker;
use super::trade_off::axis_title;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 74.0;
const RIGHT: f64 = 728.0;
/// A panel's height, with its title and the gap below.
const PANEL: f64 = 218.0;
const TOP: f64 = 34.0;
const FLOOR: f64 = 186.0;

/// The sweep of T': prompt alignment and style distance over the cut, a panel each, with intervals. `None` where fewer than two
/// cuts have a figure.
pub fn sweep_svg(report: &Report, theme: Theme) -> Option<String> {
    let panels: Vec<(&Column, Vec<(f64, Cell)>)> = [ALIGNMENT, STYLE]
        .into_iter()
        .filter_map(|id| Some((report.column(id)?, figures(report, id))))
        .filter(|(_, figures)| figures.len() > 1)
        .collect();
    if panels.is_empty() {
        return None;
    }
    let cuts = panels
        .iter()
        .flat_map(|(_, figures)| figures.iter().map(|(cut, _)| *cut));
    let x = Axis::new(cuts, [LEFT, RIGHT], 8.0);
    let mut canvas = Canvas::new(theme);
    for (number, (column, figures)) in panels.iter().enumerate() {
        panel(&mut canvas, number, column, figures, &x);
    }
    let bottom = PANEL * panels.len() as f64;
    for (at, text) in x.ticks() {
        canvas.text(
            [at, bottom - 12.0],
            &text,
            "middle",
            &format!("fill=\"{}\"", theme.muted()),
        );
    }
    canvas.text(
        [f64::midpoint(LEFT, RIGHT), bottom + 12.0],
        "T′: the fraction of training timesteps that belongs to style",
        "middle",
        "",
    );
    let footer = format!(
        "Lines up and down are {} intervals over prompts.",
        number::percent(report.confidence)
    );
    canvas.text(
        [LEFT, bottom + 38.0],
        &footer,
        "start",
        &format!("fill=\"{}\" font-size=\"12\"", theme.muted()),
    );
    let title = "Prompt alignment and style distance by T′";
    Some(canvas.finish("sweep", [WIDTH, bottom + 48.0], title, &description(report, &panels)))
}

/// The figures of a column by rising cut.
fn figures(report: &Report, id: &str) -> Vec<(f64, Cell)> {
    let mut figures: Vec<(f64, Cell)> = report
        .sweep
        .iter()
        .filter_map(|row| Some((row.cut?, *row.cells.get(id)?)))
        .collect();
    figures.sort_by(|first, second| first.0.total_cmp(&second.0));
    figures
}

fn panel(canvas: &mut Canvas, number: usize, column: &Column, figures: &[(f64, Cell)], x: &Axis) {
    let offset = PANEL * number as f64;
    let (top, floor) = (offset + TOP, offset + FLOOR);
    let y = Axis::new(figures.iter().flat_map(|(_, cell)| cell.ends()), [floor, top], 5.0);
    let grid = format!("stroke=\"{}\"", canvas.theme.line());
    for (at, _) in x.ticks() {
        canvas.line([at, top], [at, floor], &grid);
    }
    for (at, text) in y.ticks() {
        canvas.line([LEFT, at], [RIGHT, at], &grid);
        canvas.text(
            [LEFT - 10.0, at + 4.5],
            &text,
            "end",
            &format!("fill=\"{}\"", canvas.theme.muted()),
        );
    }
    marker(canvas, number, [20.0, offset + 16.0]);
    canvas.text([34.0, offset + 20.5], &axis_title(column), "start", "");
    let colour = canvas.theme.series(number);
    for (cut, cell) in figures {
        let ends = [cell.low, cell.high].map(|end| [x.place(*cut), y.place(end)]);
        canvas.line(
            ends[0],
            ends[1],
            &format!("stroke=\"{colour}\" stroke-width=\"1.6\" stroke-opacity=\"0.75\""),
        );
    }
    let places: Vec<[f64; 2]> = figures
        .iter()
        .map(|(cut, cell)| [x.place(*cut), y.place(cell.value)])
        .collect();
    let points: Vec<String> = places.iter().map(|[x, y]| format!("{x:.1},{y:.1}")).collect();
    canvas.raw(&format!(
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
        points.join(" ")
    ));
    for place in places {
        marker(canvas, number, place);
    }
}

fn description(report: &Report, panels: &[(&Column, Vec<(f64, Cell)>)]) -> String {
    let said = panels.iter().map(|(column, figures)| {
        let decimals = number::decimals(report, column);
        let said = figures
            .iter()
            .map(|(cut, cell)| format!("{} at {cut}", number::cell(cell, column, decimals)[0]));
        format!("{}: {}.", axis_title(column), said.collect::<Vec<_>>().join(", "))
    });
    said.collect::<Vec<_>>().join(" ")
}
