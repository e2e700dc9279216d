//! From a plan to its report.

use std::ops::ControlFlow;
use std::path::Path;

use burn::tensor::Device;
use diffusion::pipeline::LoadOptions;
use image::RgbaImage;
use sha2::{Digest, Sha256};

use super::cells::{cells, columns, comparisons, wins};
use super::draw::Drawing;
use super::encoders::Encoders;
use super::error::{EvaluationError, Result};
use super::figures::{Figures, Judge};
use super::files::read;
use super::notes::notes;
use super::plan::Evaluation;
use super::sheet::sheet;
use super::subject::{Subject, subjects};
use crate::report::{DataSet, Picture, Report, Row, SCHEMA};
use crate::training::fit;
use crate::training::hexadecimal;

/// What a watcher is told.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// Pictures being drawn: told after every denoising step and every picture.
    Drawing {
        /// The row's name.
        row: &'a str,
        /// The PNG file that was just finished.
        picture: Option<&'a Path>,
        /// Pictures that are there, those of an earlier evaluation included.
        done: usize,
        /// Pictures in all.
        of: usize,
    },
    /// Rows being measured: told before each.
    Measuring {
        /// The row's name.
        row: &'a str,
        /// Rows done.
        done: usize,
        /// Rows in all, the sweep's included.
        of: usize,
    },
}

/// Told of the progress; a break ends the evaluation, which can be gone on with later.
pub type Watch<'a> = dyn FnMut(Progress<'_>) -> ControlFlow<()> + 'a;

/// How an evaluation ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The report and the pictures of its sheets, for [`crate::report::write`].
    Done(Box<Report>, Vec<Picture>),
    /// `watch` ended it. Pictures drawn so far are kept.
    Cancelled,
}

/// What the rows came to so far.
#[derive(Default)]
struct Measured {
    rows: Vec<Row>,
    figures: Vec<Figures>,
    sheets: Vec<(crate::report::Sheet, Picture)>,
}

impl Evaluation {
    /// Draws every row on `device` and measures it. With the same plan, encoders and device the report is the same to the byte,
    /// also where it was stopped and gone on with.
    ///
    /// # Errors
    /// A plan that makes no comparison; a model, an adapter or a picture that cannot be used; a full disk; a failed device.
    /// Plans, files of adapters and the style set are checked before anything is drawn.
    pub fn run(
        &self,
        encoders: &Encoders<'_>,
        (device, options): (&Device, &LoadOptions),
        watch: &mut Watch<'_>,
    ) -> Result<Outcome> {
        self.check()?;
        let subjects = subjects(self, options)?;
        let (style, style_hash) = self.style_pictures()?;
        let judge = Judge::new(self, &style, (encoders, device))?;
        drop(style);
        if Drawing::new(self, &subjects).draw((device, options), watch)?.is_break() {
            return Ok(Outcome::Cancelled);
        }
        let mut measured = Measured::default();
        for (place, subject) in subjects.iter().enumerate() {
            let progress = Progress::Measuring {
                row: &subject.name,
                done: place,
                of: subjects.len(),
            };
            if watch(progress).is_break() {
                return Ok(Outcome::Cancelled);
            }
            self.measure(place, subject, (&judge, &mut measured))?;
        }
        let (sheets, pictures) = measured.sheets.into_iter().unzip();
        let mut rows = measured.rows;
        let report = Report {
            schema: SCHEMA,
            title: self.title.clone(),
            program: self.program.clone(),
            model: self.model_name(&subjects),
            data_sets: self.named_sets(style_hash),
            seed: self.bootstrap.seed,
            prompts: self.prompts.clone(),
            seeds: self.seeds.clone(),
            command: self.command.clone(),
            confidence: self.bootstrap.confidence,
            columns: columns(self, encoders),
            sweep: rows.split_off(self.rows.len()),
            rows,
            comparisons: comparisons(self, &measured.figures)?,
            wins: wins(self),
            sheets,
            notes: notes(self, &subjects, encoders),
        };
        Ok(Outcome::Done(Box::new(report), pictures))
    }

    fn measure(&self, place: usize, subject: &Subject, (judge, measured): (&Judge<'_>, &mut Measured)) -> Result<()> {
        let plan = self.rows.iter().chain(&self.sweep).nth(place);
        let Some(plan) = plan else { return Ok(()) };
        let pictures = self.pictures(subject)?;
        let figures = judge.measure(&pictures)?;
        let mut row = plan.row(subject.adapter.as_ref().map(|(_, hash)| hash.clone()));
        let first = measured.rows.first().map(|first| &first.cells);
        row.cells = cells(&figures, plan.review, &self.bootstrap, first)?;
        measured.rows.push(row);
        // Only rows are compared and shown; the sweep is a curve.
        if place < self.rows.len() {
            measured.figures.push(figures);
            measured.sheets.push(sheet(self, place, &pictures)?);
        }
        Ok(())
    }

    /// A row's pictures, prompt by prompt and seed by seed.
    fn pictures(&self, subject: &Subject) -> Result<Vec<RgbaImage>> {
        let pairs = self
            .prompts
            .iter()
            .flat_map(|prompt| self.seeds.iter().map(move |seed| (prompt, *seed)));
        pairs.map(|(prompt, seed)| read(&subject.file(prompt, seed))).collect()
    }

    /// The style as a training sees it, and a hash over files and captions.
    fn style_pictures(&self) -> Result<(Vec<RgbaImage>, String)> {
        let side = self.model.defaults().size;
        let (mut pictures, mut hash) = (Vec::new(), Sha256::new());
        for example in &self.style.examples {
            let unusable = |reason: crate::data::DataError| EvaluationError::Picture {
                name: example.name.clone(),
                reason: reason.to_string(),
            };
            hash.update(Sha256::digest(example.picture.bytes().map_err(unusable)?));
            hash.update(Sha256::digest(&example.caption));
            pictures.push(fit(&example.picture.decode().map_err(unusable)?, side));
        }
        Ok((pictures, hexadecimal(&hash.finalize())))
    }

    fn named_sets(&self, style_hash: String) -> Vec<DataSet> {
        let style = DataSet {
            name: self.style_name.clone(),
            role: "style".to_owned(),
            count: self.style.examples.len(),
            hash: style_hash,
        };
        std::iter::once(style).chain(self.data_sets.iter().cloned()).collect()
    }

    fn model_name(&self, subjects: &[Subject]) -> String {
        let name = self.model.name();
        let base = subjects
            .iter()
            .find(|subject| subject.model.path() == self.model.path());
        match base {
            Some(base) => format!(
                "{name} (SHA-256 {}…)",
                base.model_sha256.chars().take(12).collect::<String>()
            ),
            None => name,
        }
    }
}
