//! Of the page.

use super::super::{markup_check::well_formed, sample};
use super::*;

fn page(report: &Report) -> String {
    let pictures = BTreeMap::from([(report.sheets[0].path.clone(), vec![1, 2, 3])]);
    html(report, &pictures)
}

#[test]
fn the_page_nests_and_names_everything() {
    let report = sample::report();
    let page = page(&report);
    // For eyes: STICKER_PLOTS=/tmp/plots.
    if let Some(folder) = std::env::var_os("STICKER_PLOTS") {
        std::fs::write(std::path::Path::new(&folder).join("report.html"), &page).unwrap();
    }
    well_formed(&page.replace("<!DOCTYPE html>", "").replace(STYLE, ""));
    for heading in [
        "Results",
        "Plots",
        "Sweep of T′",
        "Differences",
        "Wins",
        "Samples",
        "What was measured",
        "Data",
        "Notes",
    ] {
        assert!(page.contains(&format!("<h2>{heading}</h2>")), "{heading}");
    }
    assert_eq!(page.matches("<table>").count(), page.matches("<caption>").count());
    assert_eq!(page.matches("<svg").count(), 2);
    assert!(page.contains("data:image/png;base64,AQID"));
    assert!(page.contains("class=\"number best\">0.291<small>0.282 to 0.299</small><small>+11.1 %</small>"));
    assert!(page.contains("14</td>") && page.contains("70.0 %<small>48.1 to 85.5</small>"));
    assert!(page.contains("not tested") && page.contains("less than 0.001"));
}

#[test]
fn nothing_that_was_typed_becomes_markup_and_nothing_is_loaded() {
    let evil = "</title></style><script>alert('x')</script><img src=http://x onerror=\"x\">";
    let mut report = sample::report();
    let evil = || evil.to_owned();
    (report.title, report.program, report.model, report.command) = (evil(), evil(), evil(), evil());
    report.prompts = vec![evil()];
    report.notes = vec![evil()];
    report.rows[0].label = Some(evil());
    report.rows[1].adapter = Some(evil());
    report.columns[0].label = evil();
    report.columns[0].measured_with = evil();
    report.sheets[0].prompts = vec![evil()];
    report.wins[0].judged = evil();
    let set = &mut report.data_sets[0];
    (set.name, set.role, set.hash) = (evil(), evil(), evil());
    let page = page(&report);
    well_formed(&page.replace("<!DOCTYPE html>", "").replace(STYLE, ""));
    assert!(!page.contains("<script") && !page.contains("onerror=\"") && !page.contains("src=\"http"));
    assert_eq!(page.matches("<img").count(), 1);
}

#[test]
fn a_report_of_one_row_has_no_empty_sections() {
    let mut report = sample::report();
    report.rows.truncate(1);
    (report.sweep, report.comparisons, report.wins, report.sheets) = (vec![], vec![], vec![], vec![]);
    (report.notes, report.data_sets) = (vec![], vec![]);
    let page = html(&report, &BTreeMap::new());
    assert_eq!(
        page.matches("<h2>").count(),
        4,
        "results, plots, what was measured, and how to make it again"
    );
    assert!(!page.contains("number best"), "one row is not the best of anything");
}

#[test]
fn a_sheet_whose_picture_is_not_given_is_linked() {
    let report = sample::report();
    assert!(html(&report, &BTreeMap::new()).contains("<img src=\"sheets/style_tailoring.png\""));
    assert_eq!(html(&report, &BTreeMap::new()), html(&report, &BTreeMap::new()));
}
