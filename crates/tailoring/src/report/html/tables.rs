//! The page's tables.

use super::super::escape::markup;
use super::super::{Better, Column, How, Report, Row, Unit, number};

/// The rows by the columns.
pub(super) fn results(report: &Report) -> String {
    let caption = format!(
        "Each figure with its {} interval over prompts, and its change from the first row. ★ marks the best of a column.",
        number::percent(report.confidence)
    );
    figures(report, &report.rows, &caption)
}

/// The cuts by the columns.
pub(super) fn sweep(report: &Report) -> String {
    figures(report, &report.sweep, "The same training with other cuts.")
}

fn figures(report: &Report, rows: &[Row], caption: &str) -> String {
    let mut head = vec![plain_head("Row"), plain_head("Adapter"), number_head("Steps")];
    head.extend(report.columns.iter().map(|column| {
        let arrow = match column.better {
            Better::Higher => "higher is better",
            Better::Lower => "lower is better",
        };
        format!(
            "<th scope=\"col\" class=\"number\"><bdi>{}</bdi> <small>{arrow}</small></th>",
            markup(&column.label)
        )
    }));
    let is_main = std::ptr::eq(rows, report.rows.as_slice());
    let line = |row: &Row| {
        let mut fields = vec![
            format!("<th scope=\"row\"><bdi>{}</bdi></th>", markup(&row.display_name())),
            format!(
                "<td><code>{}</code></td>",
                row.adapter.as_deref().map_or("none".to_owned(), short_hash)
            ),
            number_field(&row.steps.to_string()),
        ];
        let best = |column: &Column| report.best(column).filter(|_| is_main);
        fields.extend(
            report
                .columns
                .iter()
                .map(|column| cell(report, row, column, best(column))),
        );
        fields.concat()
    };
    table(caption, &head, rows.iter().map(line))
}

fn cell(report: &Report, row: &Row, column: &Column, best: Option<f64>) -> String {
    let Some(cell) = row.cells.get(&column.id) else {
        return "<td class=\"number muted\">not measured</td>".to_owned();
    };
    let [value, interval] = number::cell(cell, column, number::decimals(report, column));
    let change = cell
        .relative_to_first
        .map(|change| format!("<small>{}</small>", number::relative(change)));
    let class = if best == Some(cell.value) { " best" } else { "" };
    format!(
        "<td class=\"number{class}\">{value}<small>{interval}</small>{}</td>",
        change.unwrap_or_default()
    )
}

/// Differences between two rows.
pub(super) fn comparisons(report: &Report) -> String {
    let head = [
        plain_head("Metric"),
        plain_head("Compared"),
        number_head("Difference"),
        number_head("p"),
        number_head("Prompts"),
    ];
    let lines = report.comparisons.iter().filter_map(|comparison| {
        let column = report.column(&comparison.column)?;
        // A difference is as fine as the figures it is of, and one digit more.
        let decimals = number::decimals(report, column) + 1;
        let shown = |value| number::shown(value, column, decimals);
        let points = if column.unit == Unit::Share { " points" } else { "" };
        let p_value = comparison.p_value.map_or("not tested".to_owned(), number::p_value);
        Some(format!(
            "<th scope=\"row\"><bdi>{}</bdi></th><td><bdi>{}</bdi> less <bdi>{}</bdi></td>\
             <td class=\"number\">{}{points}<small>{} to {}</small></td>{}{}",
            markup(&column.label),
            markup(&report.row_label(comparison.second)),
            markup(&report.row_label(comparison.first)),
            shown(comparison.difference),
            shown(comparison.low),
            shown(comparison.high),
            number_field(&p_value),
            number_field(&comparison.prompts.to_string())
        ))
    });
    let caption = format!(
        "On the same prompts and seeds, with {} intervals. p: two-sided, by random signs of the prompts' differences; not corrected for the number of comparisons.",
        number::percent(report.confidence)
    );
    table(&caption, &head, lines)
}

/// Paired verdicts.
pub(super) fn wins(report: &Report) -> String {
    let head = [
        plain_head("Judged"),
        plain_head("First"),
        plain_head("Second"),
        number_head("First won"),
        number_head("Second won"),
        number_head("Ties"),
        number_head("Share of the first"),
    ];
    let lines = report.wins.iter().map(|wins| {
        let share = wins
            .share
            .as_ref()
            .map_or("<td class=\"number muted\">none decided</td>".to_owned(), |share| {
                let [value, low, high] =
                    [share.value, share.low, share.high].map(|share| number::fixed(share * 100.0, 1));
                format!("<td class=\"number\">{value} %<small>{low} to {high}</small></td>")
            });
        let names =
            [wins.first, wins.second].map(|row| format!("<td><bdi>{}</bdi></td>", markup(&report.row_label(row))));
        let counts = [wins.first_wins, wins.second_wins, wins.ties].map(|count| number_field(&count.to_string()));
        let judged = format!("{}, {}", markup(&wins.judged), who(wins.how));
        format!(
            "<th scope=\"row\"><bdi>{judged}</bdi></th>{}{}{share}",
            names.concat(),
            counts.concat()
        )
    });
    let caption = format!(
        "Pairs of the same prompt and seed. Shares leave out ties; {} Wilson intervals.",
        number::percent(report.confidence)
    );
    table(&caption, &head, lines)
}

/// The metrics.
pub(super) fn columns(report: &Report) -> String {
    let head = [plain_head("Metric"), plain_head("Measured with"), plain_head("Judged")];
    let lines = report.columns.iter().map(|column| {
        format!(
            "<th scope=\"row\"><bdi>{}</bdi></th><td><bdi>{}</bdi></td><td>{}</td>",
            markup(&column.label),
            markup(&column.measured_with),
            who(column.how)
        )
    });
    table("How each column came about.", &head, lines)
}

/// The sets of pictures.
pub(super) fn data_sets(report: &Report) -> String {
    let head = [
        plain_head("Set"),
        plain_head("Used for"),
        number_head("Pictures"),
        plain_head("Hash"),
    ];
    let lines = report.data_sets.iter().map(|set| {
        format!(
            "<th scope=\"row\"><bdi>{}</bdi></th><td><bdi>{}</bdi></td>{}<td><code>{}</code></td>",
            markup(&set.name),
            markup(&set.role),
            number_field(&set.count.to_string()),
            markup(&set.hash)
        )
    });
    table("The pictures that were trained and measured on.", &head, lines)
}

fn who(how: How) -> &'static str {
    match how {
        How::Automatic => "automatic",
        How::ByEye => "by eye, on a saved sheet",
        How::People => "by people, blind",
    }
}

fn short_hash(hash: &str) -> String {
    markup(&hash.chars().take(12).collect::<String>())
}

fn plain_head(text: &str) -> String {
    format!("<th scope=\"col\">{text}</th>")
}

fn number_head(text: &str) -> String {
    format!("<th scope=\"col\" class=\"number\">{text}</th>")
}

fn number_field(text: &str) -> String {
    format!("<td class=\"number\">{text}</td>")
}

/// A table that scrolls by itself, with the keyboard too; nothing where it has no line.
fn table(caption: &str, head: &[String], lines: impl Iterator<Item = String>) -> String {
    let body: Vec<String> = lines.map(|line| format!("<tr>{line}</tr>\n")).collect();
    if body.is_empty() {
        return String::new();
    }
    let (caption, head, body) = (markup(caption), head.concat(), body.concat());
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{caption}\">\n<table>\n<caption>{caption}</caption>\n\
         <thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>\n"
    )
}
