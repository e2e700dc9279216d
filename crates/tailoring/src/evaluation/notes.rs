//! What a reader of the report should know besides.

use std::collections::BTreeSet;

use super::encoders::Encoders;
use super::plan::{Evaluation, RowPlan};
use super::subject::Subject;
use crate::data::WANTED_PICTURES;

/// The most prompts that a note names.
const NAMED: usize = 8;

/// The notes, each a sentence or more; the caller's last.
pub fn notes(evaluation: &Evaluation, subjects: &[Subject], encoders: &Encoders<'_>) -> Vec<String> {
    let mut notes = vec![drawn(evaluation, subjects), held_out(evaluation), judged(evaluation)];
    notes.extend(style(evaluation));
    if evaluation.seeds.len() < 2 {
        notes.push("Each prompt was drawn with one seed only, so there is no diversity to measure.".to_owned());
    }
    if encoders.lpips.is_none() && evaluation.seeds.len() > 1 {
        let text = "Diversity is the distance of features, because no LPIPS weights were added: compare rows with each other, not with \
                    figures of the literature.";
        notes.push(text.to_owned());
    }
    let rows = evaluation.rows.iter().chain(&evaluation.sweep);
    let mut of_rows: Vec<String> = Vec::new();
    for (row, subject) in rows.zip(subjects) {
        for note in [prompted(row), whole_model(row, subject)].into_iter().flatten() {
            if !of_rows.contains(&note) {
                of_rows.push(note);
            }
        }
    }
    notes.extend(of_rows);
    notes.extend(evaluation.notes.iter().cloned());
    notes
}

fn drawn(evaluation: &Evaluation, subjects: &[Subject]) -> String {
    let defaults = subjects.first().map(|subject| subject.model.defaults());
    let how = defaults.map_or_else(String::new, |defaults| {
        format!(
            ", with the model's sampler, {} steps and guidance {}",
            defaults.num_inference_steps, defaults.guidance_scale
        )
    });
    format!(
        "Every row drew the same {} prompts with the same {} seeds, {} pictures a row{how}. Intervals resample prompts.",
        evaluation.prompts.len(),
        evaluation.seeds.len(),
        evaluation.pictures_of_a_row()
    )
}

/// Which prompts are those of training pictures, without regard to case, spaces and punctuation at their end.
fn held_out(evaluation: &Evaluation) -> String {
    if evaluation.captions.is_empty() {
        return "It was not said which captions the rows were trained on, so prompts may be among them.".to_owned();
    }
    let captions: BTreeSet<String> = evaluation.captions.iter().map(|caption| plain(caption)).collect();
    let seen: Vec<&str> = evaluation
        .prompts
        .iter()
        .map(String::as_str)
        .filter(|prompt| captions.contains(&plain(prompt)))
        .collect();
    let of = evaluation.prompts.len();
    if seen.is_empty() {
        return format!("All {of} prompts were held out: none is the caption of a training picture.");
    }
    let mut named: Vec<String> = seen.iter().take(NAMED).map(|prompt| format!("“{prompt}”")).collect();
    if seen.len() > NAMED {
        named.push(format!("and {} more", seen.len() - NAMED));
    }
    format!(
        "{} of {of} prompts were held out; {} captions of training pictures: {}.",
        of - seen.len(),
        if seen.len() == 1 {
            "1 is among the"
        } else {
            "the others are among the"
        },
        named.join(", ")
    )
}

fn plain(prompt: &str) -> String {
    let words: Vec<String> = prompt.split_whitespace().map(str::to_lowercase).collect();
    words
        .join(" ")
        .trim_end_matches(|end: char| end.is_ascii_punctuation() || end.is_whitespace())
        .to_owned()
}

fn judged(evaluation: &Evaluation) -> String {
    let pictures: usize = evaluation
        .rows
        .iter()
        .chain(&evaluation.sweep)
        .filter_map(|row| Some(row.review?.judged))
        .sum();
    let pairs: usize = evaluation
        .wins
        .iter()
        .map(|pair| pair.wins.first + pair.wins.second + pair.wins.ties)
        .sum();
    if pictures + pairs == 0 {
        return "All figures are automatic. Nobody was asked to judge, and no rating was invented.".to_owned();
    }
    format!(
        "People judged {pictures} pictures and {pairs} pairs, blind; all other figures are automatic. Where nobody judged there is no \
         figure: no rating was invented."
    )
}

fn style(evaluation: &Evaluation) -> Vec<String> {
    let (count, drawn) = (evaluation.style.examples.len(), evaluation.pictures_of_a_row());
    let mut notes = vec![format!(
        "Style distances compare {drawn} pictures of a row with the {count} of the style set. The Fréchet distance of so few is too \
         large, by about as much in every row: compare rows with each other, not with other reports. The kernel distance has no such \
         bias."
    )];
    if count < WANTED_PICTURES {
        notes.push(format!(
            "The style set has fewer than {WANTED_PICTURES} pictures, so style distances say little."
        ));
    }
    notes
}

fn prompted(row: &RowPlan) -> Option<String> {
    let form = row.prompt_form.as_ref()?;
    Some(format!(
        "{} was prompted with “{form}”; its alignment is measured against the prompt alone.",
        row.display_name()
    ))
}

fn whole_model(row: &RowPlan, subject: &Subject) -> Option<String> {
    row.model.as_ref()?;
    let hash: String = subject.model_sha256.chars().take(12).collect();
    Some(format!(
        "{} is drawn with a model of its own, SHA-256 {hash}….",
        row.display_name()
    ))
}
