//! The queue's jobs, so that a restart goes on where the program ended.

use rusqlite::{OptionalExtension, Row, Transaction};

use crate::database::Failure;
use crate::text_enum::text_enum;
use crate::{Error, JobId, Library, StickerId};

text_enum! {
    /// How far a job is.
    JobState {
        /// It waits for its turn.
        Queued = "queued",
        /// It is at work.
        Running = "running",
        /// A person has stopped it for a while.
        Paused = "paused",
        /// The program ended while it was at work.
        Interrupted = "interrupted",
        /// Every picture is made.
        Done = "done",
        /// It ended with an error.
        Failed = "failed",
        /// A person has ended it.
        Cancelled = "cancelled",
    }
}

const COLUMNS: &str = "id, title, state, created_at, request, pictures, error";

/// A job.
#[derive(Clone, Debug, PartialEq)]
pub struct JobRecord {
    /// The job.
    pub id: JobId,
    /// What a person sees of it.
    pub title: String,
    /// How far it is.
    pub state: JobState,
    /// ms since 1970.
    pub created_at: i64,
    /// What was asked for, as JSON. Not looked into.
    pub request: String,
    /// How many pictures it makes.
    pub pictures: u32,
    /// Why it failed and what to do.
    pub error: Option<String>,
}

/// A job that comes into the queue.
#[derive(Clone, Copy, Debug)]
pub struct NewJob<'a> {
    /// What a person sees of it.
    pub title: &'a str,
    /// What is asked for, as JSON. Not looked into.
    pub request: &'a str,
    /// How many pictures it makes.
    pub pictures: u32,
    /// What [`Library::prompt_history`] shall remember.
    pub prompts: &'a [String],
}

impl Library {
    /// Puts a job at the end of the queue.
    pub fn add_job(&self, new: &NewJob<'_>) -> Result<JobRecord, Error> {
        self.database.write(|transaction| {
            let id = self.ids.next()?;
            transaction.execute(
                "INSERT INTO job (id, position, created_at, title, state, request, pictures)
                 VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM job), ?2, ?3, 'queued', ?4, ?5)",
                (&id.text, id.created_at, new.title, new.request, new.pictures),
            )?;
            let mut statement =
                transaction.prepare_cached("INSERT INTO job_prompt (job, place, prompt) VALUES (?1, ?2, ?3)")?;
            for (place, prompt) in new.prompts.iter().enumerate() {
                statement.execute((&id.text, place as u32, prompt))?;
            }
            Ok(JobRecord {
                id: JobId::of(&id),
                title: new.title.to_owned(),
                state: JobState::Queued,
                created_at: id.created_at,
                request: new.request.to_owned(),
                pictures: new.pictures,
                error: None,
            })
        })
    }

    /// Every job in the order of the queue, ended ones too.
    pub fn jobs(&self) -> Result<Vec<JobRecord>, Error> {
        self.database.read(|transaction| {
            let mut statement = transaction.prepare_cached(&format!("SELECT {COLUMNS} FROM job ORDER BY position"))?;
            let jobs = statement.query_map([], to_job)?.collect::<rusqlite::Result<_>>()?;
            Ok(jobs)
        })
    }

    /// One job.
    pub fn job(&self, id: &JobId) -> Result<Option<JobRecord>, Error> {
        self.database.read(|transaction| {
            let mut statement = transaction.prepare_cached(&format!("SELECT {COLUMNS} FROM job WHERE id = ?1"))?;
            Ok(statement.query_row([id], to_job).optional()?)
        })
    }

    /// Says how far a job is; `error` takes the place of what stood there.
    pub fn set_job_state(&self, id: &JobId, state: JobState, error: Option<&str>) -> Result<(), Error> {
        self.database.write(|transaction| {
            let changed = transaction
                .prepare_cached("UPDATE job SET state = ?2, error = ?3 WHERE id = ?1")?
                .execute((id, state, error))?;
            found(changed, id)
        })
    }

    /// Puts a job right before another one, or last.
    pub fn move_job(&self, id: &JobId, before: Option<&JobId>) -> Result<(), Error> {
        self.database.write(|transaction| {
            let mut order = order(transaction)?;
            let place = |order: &[JobId], id| order.iter().position(|one| one == id);
            let from = place(&order, id).ok_or_else(|| Error::not_found("job", id.as_str()))?;
            let job = order.remove(from);
            let to = match before {
                Some(before) if before == id => from,
                Some(before) => place(&order, before).ok_or_else(|| Error::not_found("job", before.as_str()))?,
                None => order.len(),
            };
            order.insert(to, job);
            let mut statement = transaction.prepare_cached("UPDATE job SET position = ?2 WHERE id = ?1")?;
            for (position, id) in order.iter().enumerate() {
                statement.execute((id, position as u32))?;
            }
            Ok(())
        })
    }

    /// Forgets a job; its stickers stay.
    pub fn remove_job(&self, id: &JobId) -> Result<(), Error> {
        self.database.write(|transaction| {
            let changed = transaction.execute("DELETE FROM job WHERE id = ?1", [id])?;
            found(changed, id)
        })
    }

    /// The stickers of a job by their places in it, those in the trash too.
    pub fn job_stickers(&self, id: &JobId) -> Result<Vec<(u32, StickerId)>, Error> {
        self.database.read(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT tile, id FROM sticker WHERE job = ?1 ORDER BY tile")?;
            let stickers = statement
                .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(stickers)
        })
    }

    /// Nothing runs when the program has just started. Returns how many jobs an end cut short.
    pub(crate) fn interrupt_jobs(&self) -> Result<usize, Error> {
        self.database.write(|transaction| {
            Ok(transaction.execute("UPDATE job SET state = 'interrupted' WHERE state = 'running'", [])?)
        })
    }
}

fn found(changed: usize, id: &JobId) -> Result<(), Failure> {
    match changed {
        0 => Err(Error::not_found("job", id.as_str()).into()),
        _ => Ok(()),
    }
}

fn order(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<JobId>> {
    let mut statement = transaction.prepare_cached("SELECT id FROM job ORDER BY position")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn to_job(row: &Row<'_>) -> rusqlite::Result<JobRecord> {
    Ok(JobRecord {
        id: row.get(0)?,
        title: row.get(1)?,
        state: row.get(2)?,
        created_at: row.get(3)?,
        request: row.get(4)?,
        pictures: row.get(5)?,
        error: row.get(6)?,
    })
}
