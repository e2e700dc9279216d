//! How numbers are shown.

use super::{Cell, Column, Report, Unit};

/// Decimals that tell a column's rows apart: two digits of the median interval; of the median figure where there is none.
pub(super) fn decimals(report: &Report, column: &Column) -> usize {
    let cells = || {
        report
            .rows
            .iter()
            .chain(&report.sweep)
            .filter_map(|row| row.cells.get(&column.id))
    };
    let widths = median(cells().map(|cell| cell.high - cell.low).collect());
    let typical = widths
        .or_else(|| median(cells().map(|cell| cell.value.abs() / 10.0).collect()))
        .unwrap_or(0.01);
    let scale = if column.unit == Unit::Share { 100.0 } else { 1.0 };
    (1.0 - (typical * scale).log10().floor()).clamp(0.0, 8.0) as usize
}

/// Of what is above 0.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.retain(|value| *value > 0.0);
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// A value of a column, without its `%`.
pub(super) fn shown(value: f64, column: &Column, decimals: usize) -> String {
    let scale = if column.unit == Unit::Share { 100.0 } else { 1.0 };
    fixed(value * scale, decimals)
}

/// "61.2 %" or "0.612", and what its interval is: "58.0 to 64.1".
pub(super) fn cell(cell: &Cell, column: &Column, decimals: usize) -> [String; 2] {
    let percent = if column.unit == Unit::Share { " %" } else { "" };
    let [value, low, high] = [cell.value, cell.low, cell.high].map(|value| shown(value, column, decimals));
    [format!("{value}{percent}"), format!("{low} to {high}")]
}

/// "+14.0 %".
pub(super) fn relative(relative: f64) -> String {
    let text = fixed(relative * 100.0, 1);
    if relative > 0.0 {
        format!("+{text} %")
    } else {
        format!("{text} %")
    }
}

/// "0.031", "less than 0.001".
pub(super) fn p_value(p_value: f64) -> String {
    if p_value < 0.001 {
        "less than 0.001".to_owned()
    } else {
        fixed(p_value, 3)
    }
}

/// "95 %".
pub(super) fn percent(share: f64) -> String {
    format!("{} %", (share * 1000.0).round() / 10.0)
}

/// With a true minus, and none before zeros.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    // Beyond this, digits of the exponent say more than a row of zeros.
    if value.abs() >= 1e9 {
        return format!("{value:.2e}").replace('-', "−");
    }
    let text = format!("{:.decimals$}", value.abs());
    let is_zero = text.bytes().all(|byte| byte == b'0' || byte == b'.');
    if value < 0.0 && !is_zero {
        format!("−{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_have_no_sign_and_negatives_a_true_minus() {
        assert_eq!(fixed(-0.0004, 3), "0.000");
        assert_eq!(fixed(-1.25, 1), "−1.2");
        assert_eq!(fixed(-2e12, 1), "−2.00e12");
        assert_eq!(relative(0.14), "+14.0 %");
        assert_eq!(percent(0.95), "95 %");
    }
}
