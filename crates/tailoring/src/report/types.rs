//! What a report holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the JSON form.
pub const SCHEMA: u32 = 1;
/// The id of the column that the trade-off plot and the sweep take as style distance.
pub const STYLE: &str = "style";
/// The id of the column that they take as prompt alignment.
pub const ALIGNMENT: &str = "alignment";

/// A comparison of rows (models) by columns (metrics).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The heading.
    pub title: String,
    /// The program and its version.
    pub program: String,
    /// The base model: its name or hash.
    pub model: String,
    /// What was trained and measured on.
    pub data_sets: Vec<DataSet>,
    /// The seed that everything random here follows from.
    pub seed: u64,
    /// The prompts that were drawn.
    pub prompts: Vec<String>,
    /// The seeds that each prompt was drawn with.
    pub seeds: Vec<u64>,
    /// The command that makes the report again.
    pub command: String,
    /// What the intervals hold, between 0 and 1.
    pub confidence: f64,
    /// The metrics, in order.
    pub columns: Vec<Column>,
    /// The models, in order. The first is what others are compared with.
    pub rows: Vec<Row>,
    /// The same model trained with several cuts, each with [`Row::cut`].
    #[serde(default)]
    pub sweep: Vec<Row>,
    /// Differences between two rows, prompt by prompt.
    #[serde(default)]
    pub comparisons: Vec<Comparison>,
    /// Which of two rows was better how often.
    #[serde(default)]
    pub wins: Vec<WinCount>,
    /// A sheet of samples of each row.
    #[serde(default)]
    pub sheets: Vec<Sheet>,
    /// What a reader should know besides, a sentence or more each.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// A set of pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DataSet {
    /// What it is called.
    pub name: String,
    /// What it was used for: "style", "content", "held-out style".
    pub role: String,
    /// How many pictures.
    pub count: usize,
    /// The hash of its contents.
    pub hash: String,
}

/// A metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// `alignment`, `style`, `diversity`, `quality`, `pass_rate`...: small letters, digits and `_`.
    pub id: String,
    /// Its heading.
    pub label: String,
    /// What its values are.
    pub unit: Unit,
    /// Which way is up.
    pub better: Better,
    /// Who judged.
    pub how: How,
    /// The metric and its model: "Fréchet distance on the built-in image encoder".
    pub measured_with: String,
}

/// What values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A plain number.
    Number,
    /// A share from 0 to 1, shown as percent.
    Share,
}

/// Which way a metric improves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// Who judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A program.
    Automatic,
    /// The author, on a saved sheet.
    ByEye,
    /// People, blind.
    People,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The objective: `prompt_engineering`, `style_tailoring`...: small letters, digits and `_`.
    pub name: String,
    /// What a person called the run.
    pub label: Option<String>,
    /// The fraction of training timesteps that belong to style, 0 to 1, where the objective has a split.
    pub cut: Option<f64>,
    /// The adapter's hash. `None` for the base.
    pub adapter: Option<String>,
    /// Training steps. 0 for the base.
    pub steps: u64,
    /// The figures by the id of their column. A metric that was not taken has none.
    pub cells: BTreeMap<String, Cell>,
}

/// A figure with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cell {
    /// The figure.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// `value / first row's value - 1`. `None` in the first row.
    pub relative_to_first: Option<f64>,
}

/// What one row has over another, prompt by prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The id of the column.
    pub column: String,
    /// The place in [`Report::rows`] of the first row.
    pub first: usize,
    /// The place of the second.
    pub second: usize,
    /// Second less first.
    pub difference: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How often chance alone does as much. `None` where no test was made.
    pub p_value: Option<f64>,
    /// How many prompts.
    pub prompts: usize,
}

/// How often one row was judged better than another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WinCount {
    /// What was judged: "prompt alignment", "overall".
    pub judged: String,
    /// Who judged.
    pub how: How,
    /// The place in [`Report::rows`] of the first row.
    pub first: usize,
    /// The place of the second.
    pub second: usize,
    /// Pairs that the first won.
    pub first_wins: usize,
    /// Pairs that the second won.
    pub second_wins: usize,
    /// Pairs that neither won.
    pub ties: usize,
    /// The first's share of the decided pairs, 0 to 1, with its interval.
    pub share: Option<Cell>,
}

/// Pictures of one row, prompts by seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sheet {
    /// The place in [`Report::rows`].
    pub row: usize,
    /// The PNG, relative to the report's folder, with `/`.
    pub path: String,
    /// The prompts, from top to bottom.
    pub prompts: Vec<String>,
    /// The seeds, from left to right.
    pub seeds: Vec<u64>,
}

impl Report {
    /// The column of an id.
    pub fn column(&self, id: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.id == id)
    }

    /// What the row at a place is called.
    pub fn row_label(&self, row: usize) -> String {
        self.rows.get(row).map(Row::display_name).unwrap_or_default()
    }

    /// Which rows have the best figure of a column; none where fewer than two have one.
    pub(super) fn best(&self, column: &Column) -> Option<f64> {
        let values: Vec<f64> = self
            .rows
            .iter()
            .filter_map(|row| Some(row.cells.get(&column.id)?.value))
            .collect();
        let best = match column.better {
            Better::Higher => values.iter().copied().reduce(f64::max),
            Better::Lower => values.iter().copied().reduce(f64::min),
        };
        best.filter(|_| values.len() > 1)
    }
}

impl Cell {
    /// A figure with its interval, beside that of the first row where there is one. A change is told only from a figure above 0.
    pub fn new(value: f64, [low, high]: [f64; 2], first: Option<f64>) -> Self {
        Self {
            value,
            low,
            high,
            relative_to_first: first.filter(|first| *first > 0.0).map(|first| value / first - 1.0),
        }
    }
}

impl Row {
    /// The row's name for people: the run's own, else the objective's in words, with the cut where there is one.
    pub fn display_name(&self) -> String {
        if let Some(label) = self.label.as_ref().filter(|label| !label.trim().is_empty()) {
            return label.clone();
        }
        let words = match self.name.as_str() {
            "prompt_engineering" => "Prompt engineering".to_owned(),
            "domain_align" => "Domain aligned".to_owned(),
            "alignment_only" => "Alignment only".to_owned(),
            "style_only" => "Style only".to_owned(),
            "alignment_then_style" => "Alignment, then style".to_owned(),
            "style_then_alignment" => "Style, then alignment".to_owned(),
            "joint" => "Joint, no split".to_owned(),
            "style_tailoring" => "Style Tailoring".to_owned(),
            other => other.replace('_', " "),
        };
        match self.cut {
            Some(cut) => format!("{words}, T′ {cut}"),
            None => words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_from_the_first_row_where_that_makes_sense() {
        let relative = |first| Cell::new(0.5, [0.4, 0.6], first).relative_to_first;
        assert_eq!(relative(Some(0.4)), Some(0.5 / 0.4 - 1.0));
        assert_eq!([relative(Some(-0.1)), relative(Some(0.0)), relative(None)], [None; 3]);
    }

    #[test]
    fn a_row_is_called_as_its_person_called_it() {
        let mut row = super::super::sample::report().rows.remove(7);
        assert_eq!(row.display_name(), "Style Tailoring, T′ 0.9");
        row.label = Some("  ".to_owned());
        assert_eq!(row.display_name(), "Style Tailoring, T′ 0.9");
        row.label = Some("My run".to_owned());
        assert_eq!(row.display_name(), "My run");
    }
}
