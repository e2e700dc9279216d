//! A report for tests, shaped like a real one. Its figures are invented and stay here.

use std::collections::BTreeMap;

use super::*;

const ROWS: [(&str, u64, [[f64; 4]; 3]); 8] = [
    (
        "prompt_engineering",
        0,
        [
            [0.262, 0.251, 0.272, 0.0],
            [14.8, 13.9, 15.9, 0.0],
            [0.412, 0.39, 0.43, 0.0],
        ],
    ),
    (
        "domain_align",
        400,
        [
            [0.258, 0.246, 0.269, -0.0153],
            [13.1, 12.2, 14.1, -0.115],
            [0.42, 0.4, 0.44, 0.019],
        ],
    ),
    (
        "alignment_only",
        1000,
        [
            [0.291, 0.282, 0.299, 0.111],
            [14.1, 13.2, 15.0, -0.047],
            [0.38, 0.36, 0.4, -0.08],
        ],
    ),
    (
        "style_only",
        1000,
        [
            [0.214, 0.2, 0.228, -0.183],
            [6.2, 5.6, 7.0, -0.581],
            [0.25, 0.22, 0.28, -0.39],
        ],
    ),
    (
        "alignment_then_style",
        2000,
        [
            [0.229, 0.216, 0.241, -0.126],
            [6.9, 6.2, 7.7, -0.534],
            [0.28, 0.25, 0.3, -0.32],
        ],
    ),
    (
        "style_then_alignment",
        2000,
        [
            [0.279, 0.269, 0.288, 0.065],
            [11.6, 10.8, 12.5, -0.216],
            [0.35, 0.33, 0.37, -0.15],
        ],
    ),
    (
        "joint",
        1000,
        [
            [0.268, 0.257, 0.278, 0.023],
            [9.4, 8.7, 10.3, -0.365],
            [0.36, 0.34, 0.38, -0.13],
        ],
    ),
    (
        "style_tailoring",
        1000,
        [
            [0.281, 0.272, 0.29, 0.073],
            [7.3, 6.6, 8.1, -0.507],
            [0.39, 0.37, 0.41, -0.05],
        ],
    ),
];
const SWEEP: [(f64, [[f64; 4]; 3]); 4] = [
    (
        0.5,
        [
            [0.272, 0.262, 0.282, 0.0382],
            [10.9, 10.2, 11.8, -0.264],
            [0.4, 0.38, 0.42, -0.03],
        ],
    ),
    (
        0.7,
        [
            [0.279, 0.269, 0.288, 0.065],
            [9.1, 8.4, 9.9, -0.385],
            [0.4, 0.38, 0.42, -0.03],
        ],
    ),
    (
        0.9,
        [
            [0.281, 0.272, 0.29, 0.073],
            [7.3, 6.6, 8.1, -0.507],
            [0.39, 0.37, 0.41, -0.05],
        ],
    ),
    (
        0.95,
        [
            [0.262, 0.25, 0.273, 0.0],
            [6.8, 6.1, 7.6, -0.541],
            [0.36, 0.34, 0.38, -0.13],
        ],
    ),
];

fn cells(figures: &[[f64; 4]; 3]) -> BTreeMap<String, Cell> {
    let named = ["alignment", "style", "diversity"].into_iter().zip(figures);
    let cell = |[value, low, high, relative]: [f64; 4]| Cell {
        value,
        low,
        high,
        relative_to_first: Some(relative).filter(|relative| *relative != 0.0),
    };
    named.map(|(id, figures)| (id.to_owned(), cell(*figures))).collect()
}

fn row(name: &str, steps: u64, figures: &[[f64; 4]; 3]) -> Row {
    Row {
        name: name.to_owned(),
        label: None,
        cut: None,
        adapter: Some("5f1e".to_owned()).filter(|_| steps > 0),
        steps,
        cells: cells(figures),
    }
}

fn column(id: &str, label: &str, better: Better, measured_with: &str) -> Column {
    Column {
        id: id.to_owned(),
        label: label.to_owned(),
        unit: Unit::Number,
        better,
        how: How::Automatic,
        measured_with: measured_with.to_owned(),
    }
}

fn comparison(second: usize) -> Comparison {
    Comparison {
        column: "alignment".to_owned(),
        first: 0,
        second,
        difference: 0.019,
        low: 0.008,
        high: 0.031,
        p_value: Some(0.0004),
        prompts: 24,
    }
}

fn wins() -> WinCount {
    WinCount {
        judged: "overall".to_owned(),
        how: How::People,
        first: 7,
        second: 0,
        first_wins: 14,
        second_wins: 6,
        ties: 4,
        share: Some(Cell {
            value: 0.7,
            low: 0.481,
            high: 0.855,
            relative_to_first: None,
        }),
    }
}

pub(super) fn report() -> Report {
    let mut rows: Vec<Row> = ROWS
        .iter()
        .map(|(name, steps, figures)| row(name, *steps, figures))
        .collect();
    rows[7].cut = Some(0.9);
    let sweep = SWEEP.iter().map(|(cut, figures)| Row {
        cut: Some(*cut),
        ..row("style_tailoring", 1000, figures)
    });
    Report {
        schema: SCHEMA,
        title: "Style Tailoring on the built-in model".to_owned(),
        program: "Sticker Studio 0.1.0".to_owned(),
        model: "built-in".to_owned(),
        data_sets: vec![DataSet {
            name: "Paper cuts".to_owned(),
            role: "style".to_owned(),
            count: 64,
            hash: "9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d".to_owned(),
        }],
        seed: 7,
        prompts: vec![
            "a happy fox".to_owned(),
            "</title><script>alert('x')</script> & \"co\"".to_owned(),
        ],
        seeds: vec![1, 2],
        command: "sticker evaluate --seed 7 --out report".to_owned(),
        confidence: 0.95,
        columns: vec![
            column(
                "alignment",
                "Prompt alignment",
                Better::Higher,
                "cosine, built-in text and image encoders",
            ),
            column(
                "style",
                "Style distance",
                Better::Lower,
                "Fréchet distance, built-in image encoder",
            ),
            column(
                "diversity",
                "Scene diversity",
                Better::Higher,
                "mean feature distance, built-in image encoder",
            ),
        ],
        rows,
        sweep: sweep.collect(),
        comparisons: vec![
            comparison(7),
            Comparison {
                p_value: None,
                ..comparison(3)
            },
        ],
        wins: vec![wins()],
        sheets: vec![Sheet {
            row: 7,
            path: "sheets/style_tailoring.png".to_owned(),
            prompts: vec![
                "a happy fox".to_owned(),
                "</title><script>alert('x')</script> & \"co\"".to_owned(),
            ],
            seeds: vec![1, 2],
        }],
        notes: vec!["The figures of this report are invented.".to_owned()],
    }
}
