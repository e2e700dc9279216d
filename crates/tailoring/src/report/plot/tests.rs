//! Of the drawings.

use super::super::markup_check::well_formed;
use super::super::sample;
use super::canvas::text_width;
use super::place::{Box2, Point, places};
use super::*;

/// Writes the drawings of a case to a folder, for eyes: STICKER_PLOTS=/tmp/plots.
fn look(name: &str, report: &super::super::Report) {
    let Some(folder) = std::env::var_os("STICKER_PLOTS") else {
        return;
    };
    for (theme, suffix) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let path = |plot: &str| std::path::Path::new(&folder).join(format!("{name}-{plot}-{suffix}.svg"));
        std::fs::write(path("trade-off"), trade_off_svg(report, theme)).unwrap();
        if let Some(sweep) = sweep_svg(report, theme) {
            std::fs::write(path("sweep"), sweep).unwrap();
        }
    }
}

fn cases() -> Vec<(&'static str, super::super::Report)> {
    let report = sample::report();
    let (mut overlapping, mut one, mut empty, mut hostile) =
        (report.clone(), report.clone(), report.clone(), report.clone());
    let middle = report.rows[7].cells.clone();
    for row in &mut overlapping.rows[2..] {
        row.cells = middle.clone();
    }
    one.rows.truncate(1);
    one.sweep.truncate(1);
    empty
        .rows
        .iter_mut()
        .skip(1)
        .for_each(|row| row.cells.retain(|id, _| id != "style"));
    empty.rows[0].cells.clear();
    empty
        .sweep
        .iter_mut()
        .for_each(|row| row.cells.retain(|id, _| id != "style"));
    hostile.rows[0].label = Some("<script>alert(1)</script>\u{0}]]>".to_owned());
    hostile.rows[1].label = Some("猫".repeat(200));
    hostile.columns[1].label = "\"><b>&".to_owned();
    vec![
        ("eight", report),
        ("overlapping", overlapping),
        ("one", one),
        ("empty", empty),
        ("hostile", hostile),
    ]
}

#[test]
fn every_drawing_is_well_formed_and_refers_to_nothing_outside() {
    for (name, report) in cases() {
        look(name, &report);
        for theme in [Theme::Light, Theme::Dark, Theme::Page] {
            for svg in std::iter::once(trade_off_svg(&report, theme)).chain(sweep_svg(&report, theme)) {
                well_formed(&svg);
                for forbidden in ["<script", "href", "url(", "NaN", "inf"] {
                    assert!(!svg.contains(forbidden), "{name}: {forbidden} in {svg}");
                }
                assert_eq!(svg.matches("http").count(), 1, "only the name of the format: {name}");
            }
        }
    }
}

#[test]
fn each_row_is_a_point_with_its_label_and_its_cross() {
    let report = sample::report();
    let svg = trade_off_svg(&report, Theme::Light);
    let labels = svg.matches("paint-order").count();
    let crosses = svg.matches("stroke-opacity").count();
    let shapes = svg.matches("<polygon").count() + svg.matches("<circle").count();
    assert_eq!([labels, crosses, shapes], [8, 16, 8]);
    assert!(
        svg.contains("Style Tailoring, T′ 0.9: 7.3 (6.6 to 8.1), 0.281 (0.272 to 0.290)"),
        "{svg}"
    );
}

#[test]
fn what_cannot_be_drawn_says_so() {
    let (_, empty) = cases().remove(3);
    assert!(trade_off_svg(&empty, Theme::Light).contains("No row has both"));
    assert!(sweep_svg(&empty, Theme::Light).is_some_and(|svg| svg.matches("<polyline").count() == 1));
    let (_, one) = cases().remove(2);
    assert_eq!(sweep_svg(&one, Theme::Light), None);
    let mut lacking = sample::report();
    lacking.rows[3].cells.remove("style");
    assert!(trade_off_svg(&lacking, Theme::Light).contains("One row lacks a figure"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn labels_never_overlap_each_other_nor_a_point(
        at in proptest::collection::vec((80.0..730.0, 40.0..440.0), 1..12),
        crowd in 0.02..1.0,
    ) {
        let point = |(x, y): &(f64, f64)| Point {
            at: [400.0 + (x - 400.0) * crowd, 240.0 + (y - 240.0) * crowd],
            lines: Vec::new(),
            label: [text_width("Alignment, then style"), 18.0],
        };
        let points: Vec<Point> = at.iter().map(point).collect();
        let area = Box2([74.0, 34.0, 736.0, 446.0]);
        let labels = places(&points, area, &[]);
        for (number, label) in labels.iter().enumerate() {
            let label = label.unwrap();
            proptest::prop_assert!(!labels[..number].iter().flatten().any(|other| other.overlaps(&label)));
            proptest::prop_assert!(!points.iter().any(|point| Box2::around(point.at, 7.0).overlaps(&label)));
        }
    }
}
