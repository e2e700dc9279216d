//! The report's table for a document.

use super::{Report, number};

/// A table in GitHub's Markdown: a row a line, each figure with its interval, the best of a column in bold.
pub fn markdown(report: &Report) -> String {
    let mut head = vec!["Row".to_owned()];
    head.extend(report.columns.iter().map(|column| match column.better {
        super::Better::Higher => format!("{} ↑", escaped(&column.label)),
        super::Better::Lower => format!("{} ↓", escaped(&column.label)),
    }));
    let mut lines = vec![joined(&head), format!("|---|{}", "--:|".repeat(report.columns.len()))];
    for row in &report.rows {
        let mut fields = vec![escaped(&row.display_name())];
        fields.extend(report.columns.iter().map(|column| {
            let Some(cell) = row.cells.get(&column.id) else {
                return "not measured".to_owned();
            };
            let [value, interval] = number::cell(cell, column, number::decimals(report, column));
            let bold = if report.best(column) == Some(cell.value) {
                "**"
            } else {
                ""
            };
            format!("{bold}{value}{bold} ({interval})")
        }));
        lines.push(joined(&fields));
    }
    lines.join("\n") + "\n"
}

fn joined(fields: &[String]) -> String {
    format!("| {} |", fields.join(" | "))
}

/// Letters that Markdown or HTML inside it would read.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '~' => escaped.extend(['\\', letter]),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            _ if letter.is_control() => escaped.push(' '),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_best_figure_of_a_column_is_bold_and_a_missing_one_says_so() {
        let mut report = sample::report();
        report.rows.truncate(2);
        report.columns.truncate(2);
        report.rows[1].cells.remove("style");
        report.rows[1].label = Some("a|b <i>".to_owned());
        let expected = "| Row | Prompt alignment ↑ | Style distance ↓ |\n|---|--:|--:|\n\
            | Prompt engineering | **0.262** (0.251 to 0.272) | 14.8 (13.9 to 15.9) |\n\
            | a\\|b &lt;i> | 0.258 (0.246 to 0.269) | not measured |\n";
        assert_eq!(markdown(&report), expected);
    }
}
