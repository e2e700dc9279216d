//! The report's figures as CSV.

use super::{Report, Row};

/// One row a line (RFC 4180): its part (`comparison` or `sweep`), name, label, cut, adapter and steps, then for each column the
/// figure, `_low`, `_high` and `_relative`. A figure that was not taken is empty. Numbers are written in full.
pub fn csv(report: &Report) -> String {
    let mut header: Vec<String> = ["part", "name", "label", "cut", "adapter", "steps"]
        .map(str::to_owned)
        .to_vec();
    for column in &report.columns {
        header.extend(["", "_low", "_high", "_relative"].map(|end| format!("{}{end}", column.id)));
    }
    let rows = report.rows.iter().map(|row| line(report, "comparison", row));
    let sweep = report.sweep.iter().map(|row| line(report, "sweep", row));
    std::iter::once(joined(&header)).chain(rows).chain(sweep).collect()
}

fn line(report: &Report, part: &str, row: &Row) -> String {
    let mut fields = vec![
        part.to_owned(),
        row.name.clone(),
        row.display_name(),
        row.cut.map(|cut| cut.to_string()).unwrap_or_default(),
        row.adapter.clone().unwrap_or_default(),
        row.steps.to_string(),
    ];
    for column in &report.columns {
        let numbers = row.cells.get(&column.id).map_or([None; 4], |cell| {
            [
                Some(cell.value),
                Some(cell.low),
                Some(cell.high),
                cell.relative_to_first,
            ]
        });
        fields.extend(numbers.map(|number| number.map(|number| number.to_string()).unwrap_or_default()));
    }
    joined(&fields)
}

fn joined(fields: &[String]) -> String {
    let quoted: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    format!("{}\r\n", quoted.join(","))
}

fn quoted(field: &str) -> String {
    if field.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn lines_are_those_of_the_rfc() {
        let mut report = sample::report();
        report.columns.truncate(2);
        report.rows.truncate(2);
        report.sweep.truncate(1);
        report.rows[1].label = Some("say \"hi\",\nnow".to_owned());
        report.rows[1].cells.remove("style");
        let written = csv(&report);
        let expected = "part,name,label,cut,adapter,steps,\
            alignment,alignment_low,alignment_high,alignment_relative,style,style_low,style_high,style_relative\r\n\
            comparison,prompt_engineering,Prompt engineering,,,0,0.262,0.251,0.272,,14.8,13.9,15.9,\r\n\
            comparison,domain_align,\"say \"\"hi\"\",\nnow\",,5f1e,400,0.258,0.246,0.269,-0.0153,,,,\r\n\
            sweep,style_tailoring,\"Style Tailoring, T′ 0.5\",0.5,5f1e,1000,0.272,0.262,0.282,0.0382,10.9,10.2,11.8,-0.264\r\n";
        assert_eq!(written, expected);
    }
}
