//! A studio as a window uses it: on a folder of its own, with a generator that computes nothing, and once with the built-in model.

mod adapters;
mod built_in;
mod disk;
mod drafts;
mod fake;
mod finishing;
mod hostile;
mod imports;
mod jobs;
mod models;
mod origins;
mod out;
mod packing;
mod restart;
mod settings;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use library::{JobId, JobState, Query, Sticker, StickerId};
use tempfile::TempDir;

use super::*;
use fake::Script;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder with a studio in it that can be closed and opened again.
struct Bench {
    root: TempDir,
    script: Arc<Script>,
    studio: Option<Studio>,
    events: Arc<Mutex<Vec<StudioEvent>>>,
}

impl Bench {
    /// Makes every picture at once.
    fn start() -> Self {
        Self::with(Script::default())
    }

    /// Makes so many pictures and then stands still until more are allowed.
    fn making(pictures: usize) -> Self {
        let script = Script::default();
        script.allow_only(pictures);
        Self::with(script)
    }

    fn with(script: Script) -> Self {
        Self::within(tempfile::tempdir().unwrap(), script)
    }

    fn within(root: TempDir, script: Script) -> Self {
        let mut bench = Self {
            root,
            script: Arc::new(script),
            studio: None,
            events: Arc::default(),
        };
        bench.open();
        bench
    }

    fn places(&self) -> Places {
        Places::within(self.root.path())
    }

    fn open(&mut self) {
        let studio = self.script.open(self.places()).unwrap();
        let events = self.events.clone();
        studio.listen(Arc::new(move |event| events.lock().unwrap().push(event)));
        self.studio = Some(studio);
    }

    fn close(&mut self) {
        self.studio = None;
    }

    fn reopen(&mut self) {
        self.close();
        self.open();
    }

    fn studio(&self) -> &Studio {
        self.studio.as_ref().expect("the studio is open")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn submit(&self, prompt: &str, count: u32, seed: u32) -> JobId {
        let draft = Draft {
            count,
            seed: Some(seed),
            ..draft(prompt)
        };
        self.studio().submit(&draft).unwrap().id
    }

    fn act(&self, id: &JobId, action: JobAction) -> Result<(), Error> {
        self.studio().job_action(id, action)
    }

    fn job(&self, id: &JobId) -> Job {
        let jobs = self.studio().queue().unwrap().jobs;
        jobs.into_iter()
            .find(|job| job.id == *id)
            .expect("the job is in the queue")
    }

    /// Waits until a job is so, and returns it.
    fn until(&self, id: &JobId, state: JobState) -> Job {
        wait_for(&format!("job is {state:?}"), || {
            let job = self.job(id);
            (job.state == state).then_some(job)
        })
    }

    /// One finished sticker of this prompt.
    fn sticker(&self, prompt: &str) -> StickerId {
        let id = self.submit(prompt, 1, 7);
        let job = self.until(&id, JobState::Done);
        job.tiles[0].sticker.clone().unwrap()
    }

    fn stickers(&self) -> Vec<Sticker> {
        self.studio().stickers(&Query::default(), 0, 1000).unwrap().stickers
    }

    /// Everything told since the last time.
    fn told(&self) -> Vec<StudioEvent> {
        std::mem::take(&mut *self.events.lock().unwrap())
    }
}

fn draft(prompt: &str) -> Draft {
    Draft {
        prompt: prompt.into(),
        ..Draft::default()
    }
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "waited too long: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The pictures of a job that are there: tile and seed.
fn made(job: &Job) -> Vec<(usize, u64)> {
    let tiles = job.tiles.iter().enumerate();
    tiles
        .filter(|(_, tile)| tile.sticker.is_some())
        .map(|(place, tile)| (place, tile.seed))
        .collect()
}

/// Small models and adapters that python diffusers wrote.
fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/parity/fixtures")
        .join(path)
}

fn is_sentence(error: &Error) {
    let message = &error.message;
    assert!(
        message.len() > 15 && message.contains(' ') && !message.contains("Error"),
        "{message}"
    );
    assert!(
        !message.ends_with('.') && !message.starts_with(char::is_uppercase),
        "{message}"
    );
}
