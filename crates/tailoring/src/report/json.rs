//! The report as JSON.

use super::{Error, Report, SCHEMA};

/// Indented JSON with a line end.
pub fn to_json(report: &Report) -> Result<String, Error> {
    report.check()?;
    let mut text = serde_json::to_string_pretty(report).map_err(|reason| Error::Json(reason.to_string()))?;
    text.push('\n');
    Ok(text)
}

/// Reads what [`to_json`] wrote.
pub fn from_json(text: &str) -> Result<Report, Error> {
    let wrong = |reason: serde_json::Error| Error::Json(reason.to_string());
    let value: serde_json::Value = serde_json::from_str(text).map_err(wrong)?;
    // Another schema may have other fields: that is the better sentence.
    if let Some(found) = value["schema"].as_u64().filter(|found| *found != u64::from(SCHEMA)) {
        let expected = SCHEMA;
        return Err(Error::Schema { expected, found });
    }
    let report: Report = serde_json::from_value(value).map_err(wrong)?;
    report.check()?;
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_report_comes_back_as_it_was_written() {
        let report = sample::report();
        let text = to_json(&report).unwrap();
        assert_eq!(from_json(&text).unwrap(), report);
        assert_eq!(to_json(&from_json(&text).unwrap()).unwrap(), text);
    }

    #[test]
    fn what_is_no_report_is_refused_with_a_sentence() {
        let later = from_json("{\"schema\": 2}").unwrap_err().to_string();
        assert_eq!(
            later,
            "the report has schema 2 and this program reads 1; make it again with this program"
        );
        for broken in [
            "",
            "[]",
            "{\"schema\": 1}",
            "{\"schema\": 1, \"rows\": 1e999}",
            &"[".repeat(9999),
        ] {
            assert!(matches!(from_json(broken), Err(Error::Json(_))), "{broken}");
        }
    }

    #[test]
    fn a_report_that_contradicts_itself_is_refused() {
        let refused = |change: &dyn Fn(&mut Report)| {
            let mut report = sample::report();
            change(&mut report);
            assert!(matches!(to_json(&report), Err(Error::Invalid(_))));
        };
        refused(&|report| report.rows[0].cells.values_mut().for_each(|cell| cell.value = f64::NAN));
        refused(&|report| {
            report.rows[0]
                .cells
                .values_mut()
                .for_each(|cell| cell.low = cell.high + 1.0);
        });
        refused(&|report| report.columns[0].id = "sty le".to_owned());
        refused(&|report| report.columns[1].id = report.columns[0].id.clone());
        refused(&|report| report.rows[1].name = "=cmd".to_owned());
        refused(&|report| report.rows[1].cut = Some(1.5));
        refused(&|report| report.sweep[0].cut = None);
        refused(&|report| report.comparisons[0].second = 99);
        refused(&|report| report.confidence = 95.0);
        for path in ["../a.png", "/a.png", "a.svg", "a//b.png", "C:\\a.png", ".a.png", ""] {
            refused(&|report| report.sheets[0].path = path.to_owned());
        }
    }
}
