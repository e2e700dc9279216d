//! What is compared, and how.

use std::collections::BTreeSet;
use std::path::PathBuf;

use diffusion::pipeline::ModelFolder;

use super::error::{EvaluationError, Result};
use crate::data::DataSet;
use crate::metrics::{Bootstrap, Wins};
use crate::objective::Objective;
use crate::report;
use crate::training::FEWEST;

/// What stands for the prompt in [`RowPlan::prompt_form`].
pub(super) const PROMPT: &str = "{prompt}";
/// The fewest prompts whose figures have an interval.
const FEWEST_PROMPTS: usize = 2;

/// A comparison of models on the same prompts and seeds.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The report's heading.
    pub title: String,
    /// The program and its version.
    pub program: String,
    /// The command that makes the report again.
    pub command: String,
    /// The base model.
    pub model: ModelFolder,
    /// What is drawn: at least 2, each once. Alignment is measured against these words, whatever [`RowPlan::prompt_form`] adds.
    pub prompts: Vec<String>,
    /// What each prompt is drawn with, each once. Diversity needs at least 2.
    pub seeds: Vec<u64>,
    /// The style's name in the report.
    pub style_name: String,
    /// Pictures of the style, at least [`FEWEST`].
    pub style: DataSet,
    /// The rows. The others are compared with the first.
    pub rows: Vec<RowPlan>,
    /// The same training with other cuts, each with [`RowPlan::cut`]. One that is among the rows, too, is drawn once.
    pub sweep: Vec<RowPlan>,
    /// The captions that the rows were trained on, for telling which prompts were held out. Empty where that is not known.
    pub captions: BTreeSet<String>,
    /// The other sets that the report names, such as the content set.
    pub data_sets: Vec<report::DataSet>,
    /// What people said of pairs. Empty where nobody was asked.
    pub wins: Vec<PairedWins>,
    /// Sentences to add to the report's notes.
    pub notes: Vec<String>,
    /// How intervals are made. Its seed is the report's.
    pub bootstrap: Bootstrap,
    /// Where drawn pictures are kept: made if it is not there. What lies in it from an earlier evaluation of the same model,
    /// adapter, prompt and seed is not drawn again.
    pub pictures: PathBuf,
}

/// One model of the comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct RowPlan {
    /// What it learnt.
    pub objective: Objective,
    /// What a person called the run.
    pub label: Option<String>,
    /// T' as a fraction of the training timesteps, where the objective has one.
    pub cut: Option<f64>,
    /// A LoRA of [`Self::model`].
    pub adapter: Option<PathBuf>,
    /// A diffusers folder other than the base: that of a full fine-tuning.
    pub model: Option<PathBuf>,
    /// What is drawn, with `{prompt}` for the prompt: "a paper cut of {prompt}". `None` for the prompt alone.
    pub prompt_form: Option<String>,
    /// Training steps. 0 for the base.
    pub steps: u64,
    /// How many of its pictures passed people's blind review. `None` where nobody was asked.
    pub review: Option<Review>,
}

/// Verdicts of a blind review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    /// Pictures that passed.
    pub passed: usize,
    /// Pictures that were judged, at least 1.
    pub judged: usize,
}

/// Which of two rows people found better, pair by pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairedWins {
    /// What was judged: "prompt alignment", "overall".
    pub judged: String,
    /// The place in [`Evaluation::rows`] of the first row.
    pub first: usize,
    /// The place of the second.
    pub second: usize,
    /// The verdicts.
    pub wins: Wins,
}

impl RowPlan {
    /// The base model, prompted with the style's words.
    pub fn base(prompt_form: impl Into<String>) -> Self {
        Self {
            prompt_form: Some(prompt_form.into()),
            ..Self::trained(Objective::PromptEngineering, 0)
        }
    }

    /// A row of an objective, without its adapter or model yet.
    pub fn trained(objective: Objective, steps: u64) -> Self {
        Self {
            objective,
            label: None,
            cut: None,
            adapter: None,
            model: None,
            prompt_form: None,
            steps,
            review: None,
        }
    }

    /// What it is called in messages: as in the report.
    pub(super) fn display_name(&self) -> String {
        self.row(None).display_name()
    }

    /// The report's row without figures.
    pub(super) fn row(&self, adapter: Option<String>) -> report::Row {
        report::Row {
            name: self.objective.name().to_owned(),
            label: self.label.clone(),
            cut: self.cut,
            adapter,
            steps: self.steps,
            cells: std::collections::BTreeMap::new(),
        }
    }

    fn problem(&self) -> Option<String> {
        let name = self.display_name();
        if self.cut.is_some_and(|cut| !(cut > 0.0 && cut < 1.0)) {
            return Some(format!(
                "the cut of the row `{name}` lies outside 0 to 1; choose one between"
            ));
        }
        if self.prompt_form.as_ref().is_some_and(|form| !form.contains(PROMPT)) {
            return Some(format!(
                "the prompt form of the row `{name}` has no {PROMPT}, so every picture would be the same; add it"
            ));
        }
        if self
            .review
            .is_some_and(|review| review.judged == 0 || review.passed > review.judged)
        {
            return Some(format!(
                "the review of the row `{name}` has more passes than verdicts, or none; correct it or leave it out"
            ));
        }
        None
    }
}

impl Evaluation {
    /// Refuses what would fail after hours of drawing.
    ///
    /// # Errors
    /// A sentence that says what is missing or wrong.
    pub fn check(&self) -> Result<()> {
        self.problem()
            .map_or(Ok(()), |problem| Err(EvaluationError::Plan(problem)))
    }

    fn problem(&self) -> Option<String> {
        let (prompts, style) = (self.prompts.len(), self.style.examples.len());
        if prompts < FEWEST_PROMPTS {
            return Some(format!(
                "there are {prompts} prompts; intervals need at least {FEWEST_PROMPTS}, add some"
            ));
        }
        if self.seeds.is_empty() {
            return Some("there is no seed to draw with; choose at least one".to_owned());
        }
        if style < FEWEST {
            return Some(format!(
                "the style set has {style} pictures; a comparison with it needs at least {FEWEST}"
            ));
        }
        if self.rows.is_empty() {
            return Some("there is no row to measure; choose at least one model".to_owned());
        }
        self.repeated()
            .or_else(|| self.rows.iter().chain(&self.sweep).find_map(RowPlan::problem))
            .or_else(|| {
                let cutless = self.sweep.iter().find(|row| row.cut.is_none())?;
                Some(format!(
                    "`{}` of the sweep has no cut; give it one",
                    cutless.display_name()
                ))
            })
            .or_else(|| self.wins_problem())
            .or_else(|| self.bootstrap_problem())
    }

    fn repeated(&self) -> Option<String> {
        let (mut prompts, mut seeds) = (BTreeSet::new(), BTreeSet::new());
        for prompt in &self.prompts {
            if prompt.trim().is_empty() {
                return Some("a prompt is empty; fill it in or take it out".to_owned());
            }
            if !prompts.insert(prompt.trim()) {
                return Some(format!("the prompt `{prompt}` is there twice; take one out"));
            }
        }
        let again = self.seeds.iter().find(|seed| !seeds.insert(**seed))?;
        Some(format!("the seed {again} is there twice; take one out"))
    }

    fn wins_problem(&self) -> Option<String> {
        let rows = self.rows.len();
        let wrong = self.wins.iter().find(|wins| wins.first.max(wins.second) >= rows)?;
        Some(format!(
            "the wins judged by `{}` name a row that is not there",
            wrong.judged
        ))
    }

    fn bootstrap_problem(&self) -> Option<String> {
        let Bootstrap {
            resamples, confidence, ..
        } = self.bootstrap;
        if resamples == 0 {
            return Some("an interval needs resamples; 2000 are usual".to_owned());
        }
        (!(confidence > 0.0 && confidence < 1.0))
            .then(|| "the confidence must lie between 0 and 1; 0.95 is usual".to_owned())
    }

    /// How many pictures each row has.
    pub(super) fn pictures_of_a_row(&self) -> usize {
        self.prompts.len() * self.seeds.len()
    }
}
