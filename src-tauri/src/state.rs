//! What the commands share.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use engine::{Error, Places, Startup, Studio};
use tauri::{AppHandle, Manager, Runtime};

/// The studio behind the window. It is opened on a worker thread while the page loads; commands wait for it.
#[derive(Clone)]
pub struct Shell(Arc<Inner>);

struct Inner {
    places: Places,
    opened: Mutex<Opened>,
    changed: Condvar,
    /// Files named on the command line before the page listened.
    waiting_files: Mutex<Vec<PathBuf>>,
    preview: PreviewTurn,
    /// Stickers of this window are being dragged: they are not to be imported into it.
    drags_out: AtomicBool,
}

#[derive(Default)]
enum Opened {
    #[default]
    NotYet,
    Ready(Arc<Studio>),
    Refused(Error),
    Closed,
}

/// Whether the page has drawn the last preview: only one is under way at a time.
#[derive(Default)]
struct PreviewTurn {
    is_page_ready: Mutex<bool>,
    changed: Condvar,
    /// How often a page has begun to listen: a page that was loaded again takes the place of the one before.
    pages: AtomicU64,
}

impl Shell {
    /// A shell whose studio will be opened in these places.
    pub fn new(places: Places) -> Self {
        Self(Arc::new(Inner {
            places,
            opened: Mutex::default(),
            changed: Condvar::new(),
            waiting_files: Mutex::default(),
            preview: PreviewTurn::default(),
            drags_out: AtomicBool::new(false),
        }))
    }

    /// Opens the studio; called once, on a worker thread.
    pub fn open(&self) {
        let opened = match Studio::open(self.0.places.clone()) {
            Ok(studio) => Opened::Ready(Arc::new(studio)),
            Err(error) => Opened::Refused(error),
        };
        *self.opened() = opened;
        self.0.changed.notify_all();
    }

    /// The studio, once it is open. Blocks until then.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub fn studio(&self) -> Result<Arc<Studio>, Error> {
        let waiting = self
            .0
            .changed
            .wait_while(self.opened(), |opened| matches!(opened, Opened::NotYet));
        match &*waiting.unwrap_or_else(PoisonError::into_inner) {
            Opened::Ready(studio) => Ok(studio.clone()),
            Opened::Refused(error) => Err(error.clone()),
            Opened::NotYet | Opened::Closed => Err(Error::internal("the studio is closing")),
        }
    }

    /// The studio, if it is open now.
    pub(crate) fn if_open(&self) -> Option<Arc<Studio>> {
        match &*self.opened() {
            Opened::Ready(studio) => Some(studio.clone()),
            Opened::NotYet | Opened::Refused(_) | Opened::Closed => None,
        }
    }

    /// What the page needs first.
    ///
    /// # Errors
    /// When the library cannot be read although it is open.
    pub fn startup(&self) -> Result<Startup, Error> {
        match self.studio() {
            Ok(studio) => studio.startup(),
            Err(reason) => Ok(Studio::refused(&self.0.places, &reason)),
        }
    }

    /// Keeps files until the page listens.
    pub(crate) fn add_waiting(&self, files: Vec<PathBuf>) {
        self.waiting_files().extend(files);
    }

    /// The files that were kept.
    pub(crate) fn take_waiting(&self) -> Vec<PathBuf> {
        std::mem::take(&mut self.waiting_files())
    }

    fn waiting_files(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.0.waiting_files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a drag over the window began in it.
    pub(crate) fn drags_out(&self) -> bool {
        self.0.drags_out.load(Ordering::Relaxed)
    }

    /// Notes that a drag out of the window begins or ends.
    pub(crate) fn set_drags_out(&self, drags_out: bool) {
        self.0.drags_out.store(drags_out, Ordering::Relaxed);
    }

    /// The page can take a preview.
    pub(crate) fn page_is_ready(&self) {
        *self
            .0
            .preview
            .is_page_ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.0.preview.changed.notify_all();
    }

    /// A page begins to listen; the number tells it from those before.
    pub(crate) fn new_page(&self) -> u64 {
        self.0.preview.pages.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether no other page has begun to listen since.
    pub(crate) fn is_current(&self, page: u64) -> bool {
        self.0.preview.pages.load(Ordering::Relaxed) == page
    }

    /// Waits until the page can take a preview, and takes its turn. `false` when it is not ready in time.
    pub(crate) fn take_preview_turn(&self, most: Duration) -> bool {
        let turn = &self.0.preview;
        let ready = turn.is_page_ready.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = turn.changed.wait_timeout_while(ready, most, |ready| !*ready);
        std::mem::take(&mut *waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    fn opened(&self) -> MutexGuard<'_, Opened> {
        self.0.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the studio, once the commands that still hold it are through: the running job is told to stop and noted as interrupted, and the
/// library is closed. What holds it longer than five seconds is left to the end of the process, which loses nothing that was told.
pub(crate) fn close<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>().inner().clone();
    let opened = std::mem::replace(&mut *shell.opened(), Opened::Closed);
    // The thread of the previews ends when another page listens.
    shell.new_page();
    shell.page_is_ready();
    let Opened::Ready(mut studio) = opened else { return };
    for _ in 0..250 {
        match Arc::try_unwrap(studio) {
            Ok(last) => return drop(last),
            Err(held) => {
                studio = held;
                thread::sleep(Duration::from_millis(20));
            }
        }
    }
}
