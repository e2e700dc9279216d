//! From a form to a job: what the Create screen asks of a studio.

use std::path::PathBuf;

use library::{JobId, StickerId};

use super::draft::{Expansion, FieldError, MOODS, escape};
use super::overlay::over_default;
use super::plan::{Cell, JobPlan};
use super::{Draft, DraftCheck, Idea, Job, JobAction, Queue, Studio, ideas};
use crate::completion::check_effect_of_strength;
use crate::model_traits::ModelTraits;
use crate::recreate::{Original, RecreationFiles};
use crate::{Error, GenerateRequest, InitRequest, LoraRequest, ParametersText, Recipe, TransparencyChoice};

/// Under which name the library keeps the form.
const DRAFT: &str = "draft";
/// A form of more bytes is a slip of the hand (a pasted file), and not kept.
const MAX_DRAFT_BYTES: usize = 256 << 10;
/// A job has a title of at most so many characters.
const TITLE: usize = 120;

impl Studio {
    /// Says what a draft would make, and keeps it: the form is there again at the next start.
    ///
    /// # Errors
    /// When the draft cannot be kept. What is wrong with the draft itself is in the answer.
    pub fn check_draft(&self, draft: &Draft) -> Result<DraftCheck, Error> {
        let json = serde_json::to_string(draft)
            .map_err(|reason| Error::internal(format!("could not write the form: {reason}")))?;
        if json.len() <= MAX_DRAFT_BYTES {
            self.library.set_note(DRAFT, &json)?;
        }
        let expansion = Expansion::of(draft);
        let checked = expansion.clone().and_then(|expansion| self.plan(draft, &expansion, 0));
        let problem = checked.and_then(|plan| check_plan(&plan)).err();
        let expansion = expansion.ok();
        Ok(DraftCheck {
            pictures: expansion.as_ref().map_or(0, |expansion| expansion.pictures),
            prompts: expansion.map_or_else(Vec::new, |expansion| expansion.shown_prompts(&draft.plan)),
            problem: problem.map(Into::into),
        })
    }

    /// The form as it was left; one that a later version wrote is forgotten.
    pub(super) fn last_draft(&self) -> Result<Draft, Error> {
        let json = self.library.note(DRAFT)?;
        let stored = json.and_then(|json| serde_json::from_str(&json).ok());
        Ok(stored.and_then(|stored| over_default(stored).ok()).unwrap_or_default())
    }

    /// Puts a draft into the queue. The seed is chosen now, so that the job is the same whenever it runs.
    ///
    /// # Errors
    /// The first thing about it that cannot be done.
    pub fn submit(&self, draft: &Draft) -> Result<Job, Error> {
        let expansion = Expansion::of(draft).map_err(|problem| problem.error)?;
        let seed = match draft.seed {
            Some(seed) => seed,
            None => random(expansion.largest_seed())?,
        };
        let planned = self.plan(draft, &expansion, seed).map_err(|problem| problem.error)?;
        check_plan(&planned).map_err(|problem| problem.error)?;
        self.runner
            .add(&title(&draft.prompt), &planned, &[draft.prompt.trim().to_owned()])
    }

    /// Nearby seeds of a sticker, as a job.
    ///
    /// # Errors
    /// When what it was made with is not here any more.
    pub fn variations(&self, id: &StickerId, count: u32) -> Result<Job, Error> {
        let mut draft = self.draft_of(id)?;
        let next = draft.seed.unwrap_or(0).saturating_add(1);
        draft.count = count;
        // At the end of the seeds it goes on at their beginning.
        draft.seed = Some(if next > u32::MAX.saturating_sub(count) { 0 } else { next });
        self.submit(&draft)
    }

    /// The very same picture once more, as a job.
    ///
    /// # Errors
    /// When it has no recipe, or something that the recipe needs is not here any more.
    pub fn recreate(&self, id: &StickerId) -> Result<Job, Error> {
        let original = Original::open(&self.file(id)?)?;
        let recipe = &original.recipe;
        let files = RecreationFiles {
            model: self.model_of(recipe)?,
            loras: self.adapter_files(recipe)?,
            init: self.init_of(recipe)?,
            device: self.chosen().device,
        };
        let mut request = original.request(&files)?;
        request.memory_limit = self.chosen().memory_limit();
        for (lora, adapter) in request.loras.iter_mut().zip(&recipe.adapters) {
            lora.name = Some(adapter.name.clone());
        }
        let cell = Cell {
            request,
            label: String::new(),
            bucket: self.record(id)?.sticker.bucket,
        };
        let plan = JobPlan::new(vec![cell], None);
        check_plan(&plan).map_err(|problem| problem.error)?;
        self.runner.add(&title(&recipe.prompt), &plan, &[])
    }

    /// The draft that makes this sticker again; a person changes it.
    ///
    /// # Errors
    /// When it has no recipe, or something that the recipe needs is not here any more.
    pub fn draft_of(&self, id: &StickerId) -> Result<Draft, Error> {
        let record = self.record(id)?;
        let Some(json) = record.recipe.as_deref() else {
            let foreign = record.parameters.as_deref().and_then(foreign_draft);
            return foreign.ok_or_else(|| {
                Error::input(
                    "this picture has no recipe, so it cannot be made again; it may be used as a start picture",
                )
            });
        };
        let recipe = Recipe::from_json(json)?;
        let start = match &recipe.init {
            Some(init) => Some(super::StartPicture {
                sticker: self.start_of(&init.sha256)?,
                strength: init.strength,
            }),
            None => None,
        };
        Ok(Draft {
            // Braces of the finished prompt are no wildcards.
            prompt: escape(&recipe.prompt),
            negative_prompt: recipe.negative_prompt.clone(),
            style: recipe.style,
            bucket: record.sticker.bucket,
            count: 1,
            // The generator uses 32 bits of a seed.
            seed: Some(recipe.seed as u32),
            steps: Some(recipe.num_inference_steps as u32),
            guidance: Some(recipe.guidance_scale),
            sampler: Some(recipe.sampler),
            size: Some(recipe.width),
            transparent: recipe.transparency == TransparencyChoice::Auto,
            model: self.model_id_of(&recipe)?,
            adapters: self.adapter_uses(&recipe)?,
            start,
            plan: super::Plan::Single {},
        })
    }

    /// Different ideas; the same seed gives the same ones.
    ///
    /// # Errors
    /// When the program itself is damaged.
    pub fn ideas(&self, seed: u32, count: u32) -> Result<Vec<Idea>, Error> {
        ideas::ideas(seed, count as usize)
    }

    /// The moods that a form offers.
    pub fn moods(&self) -> Vec<String> {
        MOODS.iter().map(ToString::to_string).collect()
    }

    /// Prompts of the past that contain `text`, the newest first.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn prompt_history(&self, text: &str, limit: u32) -> Result<Vec<String>, Error> {
        Ok(self.library.prompt_history(text, limit)?)
    }

    /// All jobs as they are now.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn queue(&self) -> Result<Queue, Error> {
        self.runner.queue()
    }

    /// Begins no further job, or goes on.
    ///
    /// # Errors
    /// When the library cannot be written.
    pub fn pause_queue(&self, paused: bool) -> Result<(), Error> {
        self.runner.pause(paused)
    }

    /// Does with a job what a person asked for.
    ///
    /// # Errors
    /// When there is no such job, or it is in no state for that.
    pub fn job_action(&self, id: &JobId, action: JobAction) -> Result<(), Error> {
        self.runner.act(id, action)
    }

    /// Puts a job before another one, or last.
    ///
    /// # Errors
    /// When one of them is gone.
    pub fn move_job(&self, id: &JobId, before: Option<&JobId>) -> Result<(), Error> {
        self.runner.reorder(id, before)
    }

    fn plan(&self, draft: &Draft, expansion: &Expansion, seed: u32) -> Result<JobPlan, FieldError> {
        Ok(expansion.plan(draft, &self.base(draft)?, seed))
    }

    /// Every setting of a draft but prompt, count and seed, with ids turned into files.
    fn base(&self, draft: &Draft) -> Result<GenerateRequest, FieldError> {
        let chosen = self.chosen();
        let model = self
            .model_folder(draft.model.as_deref())
            .map_err(|error| FieldError::new("model", error))?;
        ModelTraits::read(model.as_deref()).map_err(|error| FieldError::new("model", error))?;
        let lora = |adapter: &super::AdapterUse| {
            let known = self
                .library
                .adapter(&adapter.id)?
                .ok_or_else(|| Error::input("an adapter of this form was deleted; take it out of the form"))?;
            Ok(LoraRequest {
                path: self.library.adapter_file(&adapter.id),
                weight: adapter.weight,
                name: Some(known.name),
            })
        };
        let loras: Result<Vec<_>, Error> = draft.adapters.iter().map(lora).collect();
        let init = match &draft.start {
            Some(start) => Some(InitRequest {
                path: self
                    .file(&start.sticker)
                    .map_err(|error| FieldError::new("start", error))?,
                strength: start.strength,
            }),
            None => None,
        };
        Ok(GenerateRequest {
            negative_prompt: draft.negative_prompt.clone(),
            style: draft.style,
            num_inference_steps: draft.steps.map(|steps| steps as usize),
            guidance_scale: draft.guidance,
            sampler: draft.sampler,
            size: draft.size,
            init,
            transparency: if draft.transparent {
                TransparencyChoice::Auto
            } else {
                TransparencyChoice::Off
            },
            loras: loras.map_err(|error| FieldError::new("adapters", error))?,
            model,
            device: chosen.device,
            memory_limit: chosen.memory_limit(),
            ..GenerateRequest::default()
        })
    }

    fn init_of(&self, recipe: &Recipe) -> Result<Option<PathBuf>, Error> {
        let Some(init) = &recipe.init else { return Ok(None) };
        Ok(Some(self.library.file(&self.start_of(&init.sha256)?)))
    }

    fn start_of(&self, sha256: &str) -> Result<StickerId, Error> {
        self.library
            .find_by_file_sha256(sha256)?
            .ok_or_else(|| Error::input("the picture that this sticker began from is not in the library any more"))
    }
}

/// Asks the engine's own checks of every cell. What reads files is asked of the first: the cells of one draft share model, adapters, start
/// picture and size.
fn check_plan(plan: &JobPlan) -> Result<(), FieldError> {
    let failed = |error: Error| FieldError::new(field_of(&error), error);
    let mut cells = plan.requests();
    let Some(first) = cells.next() else { return Ok(()) };
    let steps = first.complete().map_err(failed)?.num_inference_steps;
    for cell in cells {
        cell.check().map_err(failed)?;
        if let Some(init) = &cell.init {
            check_effect_of_strength(init.strength, cell.num_inference_steps.unwrap_or(steps)).map_err(failed)?;
        }
    }
    Ok(())
}

/// What another program's text says, as far as it means the same here: its models and samplers are not known by their names.
fn foreign_draft(parameters: &str) -> Option<Draft> {
    let ParametersText::A1111(text) = ParametersText::parse(parameters) else {
        return None;
    };
    let seed = text.setting("Seed").and_then(|seed| seed.parse::<u64>().ok());
    let number = |key| text.setting(key).and_then(|value| value.parse::<f32>().ok());
    (!text.prompt.is_empty()).then(|| Draft {
        prompt: escape(&text.prompt),
        negative_prompt: text.negative_prompt.clone(),
        count: 1,
        seed: seed.map(|seed| seed as u32),
        steps: number("Steps").map(|steps| steps as u32),
        guidance: number("CFG scale"),
        ..Draft::default()
    })
}

/// The field of the form that a sentence of the engine is about.
fn field_of(error: &Error) -> &'static str {
    let about = [
        ("size", "size"),
        ("strength", "start"),
        ("picture", "start"),
        ("steps", "steps"),
        ("guidance", "guidance"),
        ("style", "style"),
        ("adapter", "adapters"),
        ("negative prompt", "negativePrompt"),
        ("count", "count"),
        ("seed", "seed"),
        ("model", "model"),
    ];
    // Names and paths come after a colon, and may be any words.
    let sentence = error.message.split(": ").next().unwrap_or_default();
    let found = about.iter().find(|(word, _)| sentence.contains(word));
    found.map_or("prompt", |(_, field)| field)
}

fn title(prompt: &str) -> String {
    prompt.trim().chars().take(TITLE).collect()
}

fn random(most: u32) -> Result<u32, Error> {
    let drawn = getrandom::u32()
        .map_err(|reason| Error::internal(format!("the system gave no random seed ({reason}); choose one")))?;
    Ok(drawn.min(most))
}
