//! Style distance against prompt alignment, a point a row.

use std::collections::BTreeSet;

use super::super::types::{ALIGNMENT, STYLE};
use super::super::{Better, Cell, Column, Report, Row, number};
use super::Theme;
use super::axis::Axis;
use super::canvas::{Canvas, shortened, text_width};
use super::marker::{RADIUS, marker};
use super::place::{Box2, Point, places};

const SIZE: [f64; 2] = [760.0, 520.0];
/// Left, top, right, bottom of the area of points.
const AREA: [f64; 4] = [74.0, 34.0, 736.0, 446.0];
const LABEL_HEIGHT: f64 = 18.0;

/// The trade-off plot: style distance to the right, prompt alignment upwards, each row a labelled point with the cross of its
/// intervals. Where no row has both figures it says so.
pub fn trade_off_svg(report: &Report, theme: Theme) -> String {
    let mut canvas = Canvas::new(theme);
    let title = "Style against prompt alignment";
    let columns = [STYLE, ALIGNMENT].map(|id| report.column(id));
    let rows = report.rows.iter().zip(series(&report.rows)).enumerate();
    let points: Vec<Shown> = rows
        .filter_map(|(number, (row, series))| Shown::new(number, series, row))
        .collect();
    let ([Some(style), Some(alignment)], false) = (columns, points.is_empty()) else {
        let sentence = "No row has both a style distance and a prompt alignment.";
        canvas.text(
            [SIZE[0] / 2.0, 60.0],
            sentence,
            "middle",
            &format!("fill=\"{}\"", theme.muted()),
        );
        return canvas.finish("trade-off", [SIZE[0], 120.0], title, sentence);
    };
    let [left, top, right, bottom] = AREA;
    let x = Axis::new(points.iter().flat_map(|point| point.style.ends()), [left, right], 7.0);
    let y = Axis::new(
        points.iter().flat_map(|point| point.alignment.ends()),
        [bottom, top],
        6.0,
    );
    frame(&mut canvas, [&x, &y], [style, alignment]);
    let hint = better(&mut canvas, style.better, alignment.better);
    draw_points(&mut canvas, &points, [&x, &y], hint);
    footer(&mut canvas, report, points.len());
    canvas.finish(
        "trade-off",
        SIZE,
        title,
        &description(report, &points, style, alignment),
    )
}

/// A row that has both figures.
struct Shown {
    number: usize,
    series: usize,
    label: String,
    style: Cell,
    alignment: Cell,
}

impl Shown {
    fn new(number: usize, series: usize, row: &Row) -> Option<Self> {
        Some(Self {
            number,
            series,
            label: shortened(&row.display_name(), 210.0),
            style: *row.cells.get(STYLE)?,
            alignment: *row.cells.get(ALIGNMENT)?,
        })
    }
}

/// Objectives by their colours and shapes.
const OBJECTIVES: [&str; 8] = [
    "style_tailoring",
    "alignment_only",
    "style_only",
    "style_then_alignment",
    "prompt_engineering",
    "alignment_then_style",
    "domain_align",
    "joint",
];

/// The colour and shape of each row: those of its objective, which are the same in every report; by place where rows share an
/// objective or have an unknown one.
fn series(rows: &[Row]) -> Vec<usize> {
    let known: Option<Vec<usize>> = rows
        .iter()
        .map(|row| OBJECTIVES.iter().position(|name| *name == row.name))
        .collect();
    let differ = |series: &Vec<usize>| series.iter().collect::<BTreeSet<_>>().len() == series.len();
    known.filter(differ).unwrap_or_else(|| (0..rows.len()).collect())
}

impl Cell {
    /// All that an axis must hold.
    pub(super) fn ends(&self) -> [f64; 3] {
        [self.low, self.value, self.high]
    }
}

fn frame(canvas: &mut Canvas, [x, y]: [&Axis; 2], [style, alignment]: [&Column; 2]) {
    let [left, top, right, bottom] = AREA;
    let grid = format!("stroke=\"{}\"", canvas.theme.line());
    let muted = format!("fill=\"{}\"", canvas.theme.muted());
    for (at, text) in x.ticks() {
        canvas.line([at, top], [at, bottom], &grid);
        canvas.text([at, bottom + 20.0], &text, "middle", &muted);
    }
    for (at, text) in y.ticks() {
        canvas.line([left, at], [right, at], &grid);
        canvas.text([left - 10.0, at + 4.5], &text, "end", &muted);
    }
    canvas.text(
        [f64::midpoint(left, right), bottom + 44.0],
        &axis_title(style),
        "middle",
        "",
    );
    canvas.text([14.0, top - 14.0], &axis_title(alignment), "start", "");
}

/// "Style distance (lower is better)".
pub(super) fn axis_title(column: &Column) -> String {
    let better = match column.better {
        Better::Higher => "higher is better",
        Better::Lower => "lower is better",
    };
    format!("{} ({better})", shortened(&column.label, 420.0))
}

/// An arrow in the corner that every row would like to be in. Returns what it covers.
fn better(canvas: &mut Canvas, style: Better, alignment: Better) -> Box2 {
    let [left, top, right, bottom] = AREA;
    let [corner_x, across] = if style == Better::Higher {
        [right - 8.0, -1.0]
    } else {
        [left + 8.0, 1.0]
    };
    let [corner_y, down] = if alignment == Better::Higher {
        [top + 8.0, 1.0]
    } else {
        [bottom - 8.0, -1.0]
    };
    let colour = canvas.theme.muted();
    canvas.raw(&format!(
        "<path d=\"M{corner_x} {:.1}V{corner_y}H{:.1}M{corner_x} {corner_y}L{:.1} {:.1}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>",
        corner_y + 8.0 * down,
        corner_x + 8.0 * across,
        corner_x + 15.0 * across,
        corner_y + 15.0 * down,
    ));
    let anchor = if across > 0.0 { "start" } else { "end" };
    let place = [corner_x + 20.0 * across, corner_y + 12.0 * down + 5.0];
    canvas.text(place, "better", anchor, &format!("fill=\"{colour}\""));
    let far = corner_x + (24.0 + text_width("better")) * across;
    let low = corner_y + 26.0 * down;
    Box2([
        corner_x.min(far),
        corner_y.min(low),
        corner_x.max(far),
        corner_y.max(low),
    ])
}

fn draw_points(canvas: &mut Canvas, points: &[Shown], [x, y]: [&Axis; 2], hint: Box2) {
    let at = |point: &Shown| [x.place(point.style.value), y.place(point.alignment.value)];
    let cross = |point: &Shown| {
        let [px, py] = at(point);
        let across = [point.style.low, point.style.high].map(|end| [x.place(end), py]);
        let up = [point.alignment.low, point.alignment.high].map(|end| [px, y.place(end)]);
        vec![across, up]
    };
    let asked: Vec<Point> = points
        .iter()
        .map(|point| Point {
            at: at(point),
            lines: cross(point),
            label: [text_width(&point.label) + 4.0, LABEL_HEIGHT],
        })
        .collect();
    let labels = places(&asked, Box2(AREA), &[hint]);
    for (point, asked) in points.iter().zip(&asked) {
        let style = format!(
            "stroke=\"{}\" stroke-width=\"1.6\" stroke-opacity=\"0.75\"",
            canvas.theme.series(point.series)
        );
        for [from, to] in &asked.lines {
            canvas.line(*from, *to, &style);
        }
    }
    for (asked, label) in asked.iter().zip(&labels) {
        let Some(near) = label.map(|label| label.nearest(asked.at)) else {
            continue;
        };
        let length = (near[0] - asked.at[0]).hypot(near[1] - asked.at[1]);
        if length > RADIUS + 12.0 {
            canvas.line(
                asked.at,
                near,
                &format!("stroke=\"{}\" stroke-width=\"1\"", canvas.theme.muted()),
            );
        }
    }
    for (point, asked) in points.iter().zip(&asked) {
        marker(canvas, point.series, asked.at);
    }
    for (point, label) in points.iter().zip(&labels) {
        let Some(Box2([left, top, right, _])) = label else {
            continue;
        };
        let halo = canvas.theme.surface();
        let style = format!("paint-order=\"stroke\" stroke=\"{halo}\" stroke-width=\"3\" stroke-linejoin=\"round\"");
        canvas.text(
            [f64::midpoint(*left, *right), top + 13.5],
            &point.label,
            "middle",
            &style,
        );
    }
}

fn footer(canvas: &mut Canvas, report: &Report, shown: usize) {
    let mut text = format!(
        "Crosses are {} intervals over prompts.",
        number::percent(report.confidence)
    );
    let lacking = match report.rows.len() - shown {
        0 => String::new(),
        1 => " One row lacks a figure and is not drawn.".to_owned(),
        lacking => format!(" {lacking} rows lack a figure and are not drawn."),
    };
    text.push_str(&lacking);
    let style = format!("fill=\"{}\" font-size=\"12\"", canvas.theme.muted());
    canvas.text([AREA[0], SIZE[1] - 8.0], &text, "start", &style);
}

fn description(report: &Report, points: &[Shown], style: &Column, alignment: &Column) -> String {
    let intro = format!(
        "A point for each row: {} to the right, {} upwards.",
        axis_title(style),
        axis_title(alignment)
    );
    let said = |cell: &Cell, column: &Column| {
        let [value, interval] = number::cell(cell, column, number::decimals(report, column));
        format!("{value} ({interval})")
    };
    let said = points.iter().map(|point| {
        let label = report.row_label(point.number);
        let [style, alignment] = [said(&point.style, style), said(&point.alignment, alignment)];
        format!("{label}: {style}, {alignment}.")
    });
    std::iter::once(intro).chain(said).collect::<Vec<_>>().join(" ")
}
