//! A job as a page shows it.

use library::{JobId, JobRecord, JobState, StickerId};
use serde::{Deserialize, Serialize};

use super::plan::JobPlan;

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// The prompt, or what the plan is about.
    pub title: String,
    /// Where it stands.
    pub state: JobState,
    /// Milliseconds since 1970.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub created_at: i64,
    /// Every picture in order.
    pub tiles: Vec<Tile>,
    /// Columns to lay the tiles out in; without a number as they fit.
    pub columns: Option<u32>,
    /// Why it failed and what to do.
    pub error: Option<String>,
    /// What a person should know, while it goes on.
    pub warnings: Vec<String>,
}

/// One picture of a job.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Tile {
    /// What it shows.
    pub prompt: String,
    /// What sets it apart within the job; empty when nothing does.
    pub label: String,
    /// Its seed.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub seed: u64,
    /// Once it is made.
    pub sticker: Option<StickerId>,
}

/// All jobs in their order.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Queue {
    /// Whether no further job is begun.
    pub paused: bool,
    /// The jobs.
    pub jobs: Vec<Job>,
}

/// How far the running job is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The job.
    pub job: JobId,
    /// What is made ready, while no step is done.
    pub stage: Option<String>,
    /// The step, from 1.
    pub step: u32,
    /// The number of steps.
    pub of: u32,
    /// The tiles that are denoised now: the first, and one past the last.
    pub tiles: (u32, u32),
    /// The mean time of a step.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub seconds_per_step: f64,
    /// The time to the end of the job.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub seconds_left: f64,
    /// What it is computed on.
    pub device: Option<String>,
}

/// What a person may do with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum JobAction {
    /// Stop it within a step; what is made stays, and it can go on later.
    Pause,
    /// Go on with a paused or interrupted job.
    Resume,
    /// Try what is missing of a failed or cancelled job once more.
    Retry,
    /// End it. What is made stays.
    Cancel,
    /// Take it out of the list. What is made stays.
    Remove,
}

impl JobAction {
    /// Whether a job in this state can be treated so.
    pub(crate) fn suits(self, state: JobState) -> bool {
        use JobState::{Cancelled, Failed, Interrupted, Paused, Queued, Running};
        match self {
            Self::Pause => matches!(state, Queued | Running),
            Self::Resume => matches!(state, Paused | Interrupted),
            Self::Retry => matches!(state, Failed | Cancelled),
            Self::Cancel => matches!(state, Queued | Running | Paused | Interrupted),
            Self::Remove => state != Running,
        }
    }
}

/// The job of a record. A plan that cannot be read gives a job without tiles, and says why.
pub(crate) fn job(record: JobRecord, made: &[(u32, StickerId)], warnings: Vec<String>) -> Job {
    let plan = JobPlan::from_json(&record.request);
    let mut tiles: Vec<Tile> = plan.iter().flat_map(JobPlan::tiles).map(tile).collect();
    for (tile, sticker) in made {
        if let Some(tile) = tiles.get_mut(*tile as usize) {
            tile.sticker = Some(sticker.clone());
        }
    }
    Job {
        id: record.id,
        title: record.title,
        state: record.state,
        created_at: record.created_at,
        columns: plan.as_ref().ok().and_then(JobPlan::columns),
        error: record.error.or_else(|| plan.err().map(|error| error.message)),
        tiles,
        warnings,
    }
}

fn tile(planned: super::plan::PlannedTile<'_>) -> Tile {
    Tile {
        prompt: planned.cell.request.prompt.clone(),
        label: planned.cell.label.clone(),
        seed: planned.seed,
        sticker: None,
    }
}
