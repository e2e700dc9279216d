//! Figures to the report's columns, cells and comparisons.

use std::collections::BTreeMap;

use super::encoders::Encoders;
use super::error::Result;
use super::figures::{Distance, Figures};
use super::plan::{Evaluation, Review};
use crate::encoders::Backbone;
use crate::metrics::{
    Bootstrap, Estimate, difference_interval, paired_difference, percentile_interval, shifted_interval, wilson,
};
use crate::objective::Objective;
use crate::report::{ALIGNMENT, Better, Cell, Column, Comparison, How, STYLE, Unit, WinCount};

const CLIP_SCORE: &str = "clip_score";
const KERNEL: &str = "kernel_distance";
const DIVERSITY: &str = "diversity";
const PASS_RATE: &str = "pass_rate";

/// The columns that some row has a figure of.
pub fn columns(evaluation: &Evaluation, encoders: &Encoders<'_>) -> Vec<Column> {
    let automatic = |id: &str, label: &str, better, measured_with| Column {
        id: id.to_owned(),
        label: label.to_owned(),
        unit: Unit::Number,
        better,
        how: How::Automatic,
        measured_with,
    };
    let (joint, style) = (&encoders.joint.name, &encoders.style.name);
    let diversity = match encoders.lpips.map(crate::encoders::Lpips::backbone) {
        Some(Backbone::Alex) => "LPIPS 0.1, AlexNet".to_owned(),
        Some(Backbone::Vgg) => "LPIPS 0.1, VGG".to_owned(),
        None => format!("mean cosine distance of features, {style}"),
    };
    let mut columns = vec![
        automatic(
            ALIGNMENT,
            "Prompt alignment",
            Better::Higher,
            format!("mean cosine, {joint}"),
        ),
        automatic(
            CLIP_SCORE,
            "CLIPScore",
            Better::Higher,
            format!("2.5 max(cosine, 0), {joint}"),
        ),
        automatic(
            STYLE,
            "Style distance",
            Better::Lower,
            format!("Fréchet distance, {style}"),
        ),
        automatic(
            KERNEL,
            "Kernel style distance",
            Better::Lower,
            format!("KID, unbiased, cubic kernel, {style}"),
        ),
    ];
    if evaluation.seeds.len() > 1 {
        columns.push(automatic(DIVERSITY, "Scene diversity", Better::Higher, diversity));
    }
    if evaluation
        .rows
        .iter()
        .chain(&evaluation.sweep)
        .any(|row| row.review.is_some())
    {
        columns.push(Column {
            id: PASS_RATE.to_owned(),
            label: "Pass rate".to_owned(),
            unit: Unit::Share,
            better: Better::Higher,
            how: How::People,
            measured_with: "share of pictures that passed a blind review, Wilson interval".to_owned(),
        });
    }
    columns
}

/// A row's cells, beside those of the first row.
pub fn cells(
    figures: &Figures,
    review: Option<Review>,
    bootstrap: &Bootstrap,
    first: Option<&BTreeMap<String, Cell>>,
) -> Result<BTreeMap<String, Cell>> {
    let confidence = bootstrap.confidence;
    let mut estimates = vec![
        (ALIGNMENT, bootstrap.mean(&figures.alignment)?),
        (CLIP_SCORE, bootstrap.mean(&figures.clip_score)?),
        (STYLE, frechet_estimate(&figures.style, confidence)?),
        (KERNEL, kernel_estimate(&figures.kernel, confidence)?),
    ];
    if let Some(diversity) = &figures.diversity {
        estimates.push((DIVERSITY, bootstrap.mean(diversity)?));
    }
    if let Some(Review { passed, judged }) = review {
        estimates.push((PASS_RATE, wilson(passed, judged, confidence)?));
    }
    let cell = |(id, Estimate { value, low, high }): (&str, Estimate)| {
        let first = first.and_then(|cells| Some(cells.get(id)?.value));
        (id.to_owned(), Cell::new(value, [low, high], first))
    };
    Ok(estimates.into_iter().map(cell).collect())
}

/// As [`crate::metrics::FrechetReference::estimate`], of resamples that the comparisons use, too.
fn frechet_estimate(Distance { value, resamples }: &Distance, confidence: f64) -> Result<Estimate> {
    let [low, high] = shifted_interval(*value, resamples, confidence)?.map(|end| end.max(0.0));
    let value = *value;
    Ok(Estimate { value, low, high })
}

/// As [`crate::metrics::KernelReference::estimate`].
fn kernel_estimate(Distance { value, resamples }: &Distance, confidence: f64) -> Result<Estimate> {
    let [low, high] = percentile_interval(resamples, confidence)?;
    let value = *value;
    Ok(Estimate { value, low, high })
}

/// Every row against the first, and Style Tailoring against every row, in alignment, style and diversity.
pub fn comparisons(evaluation: &Evaluation, figures: &[Figures]) -> Result<Vec<Comparison>> {
    let rows = &evaluation.rows;
    let mut pairs: Vec<_> = (1..rows.len()).map(|row| (0, row)).collect();
    if let Some(tailored) = rows.iter().position(|row| row.objective == Objective::StyleTailoring) {
        pairs.extend(
            (1..rows.len())
                .filter(|row| *row != tailored)
                .map(|row| (row, tailored)),
        );
    }
    let mut comparisons = Vec::new();
    for pair in pairs {
        comparisons.extend(compare(pair, figures, &evaluation.bootstrap)?);
    }
    Ok(comparisons)
}

fn compare((first, second): (usize, usize), figures: &[Figures], bootstrap: &Bootstrap) -> Result<Vec<Comparison>> {
    let (a, b) = (&figures[first], &figures[second]);
    let comparison = |column: &str, Estimate { value, low, high }, p_value| Comparison {
        column: column.to_owned(),
        first,
        second,
        difference: value,
        low,
        high,
        p_value,
        prompts: a.alignment.len(),
    };
    let paired = |column: &str, a: &[f64], b: &[f64]| -> Result<Comparison> {
        let found = paired_difference(a, b, bootstrap)?;
        Ok(comparison(column, found.difference, Some(found.p_value)))
    };
    let style = difference_interval(
        b.style.value - a.style.value,
        &a.style.resamples,
        &b.style.resamples,
        bootstrap.confidence,
    )?;
    let mut found = vec![
        paired(ALIGNMENT, &a.alignment, &b.alignment)?,
        comparison(STYLE, style, None),
    ];
    if let (Some(a), Some(b)) = (&a.diversity, &b.diversity) {
        found.push(paired(DIVERSITY, a, b)?);
    }
    Ok(found)
}

/// What people said of pairs, with the share of the decided ones.
pub fn wins(evaluation: &Evaluation) -> Vec<WinCount> {
    let confidence = evaluation.bootstrap.confidence;
    let count = |pair: &super::PairedWins| WinCount {
        judged: pair.judged.clone(),
        how: How::People,
        first: pair.first,
        second: pair.second,
        first_wins: pair.wins.first,
        second_wins: pair.wins.second,
        ties: pair.wins.ties,
        // Where every pair is a tie, nothing was decided.
        share: pair
            .wins
            .share(confidence)
            .ok()
            .map(|Estimate { value, low, high }| Cell::new(value, [low, high], None)),
    };
    evaluation.wins.iter().map(count).collect()
}
