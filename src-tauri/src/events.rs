//! What happens, told to the page: events as JSON, previews as bytes.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use engine::{Error, Studio, StudioEvent};
use tauri::ipc::{Channel, InvokeResponseBody, IpcResponse};

use crate::Shell;

/// A page gets no more than ten previews a second.
const PREVIEW_INTERVAL: Duration = Duration::from_millis(100);
/// How often a thread that waits looks whether it is still wanted.
const PATIENCE: Duration = Duration::from_millis(500);

/// Bytes for the page: a preview (the format is `engine`'s `preview_frame`), or a picture (`engine::RenderedHead`).
pub struct Frame(Vec<u8>);

impl From<Vec<u8>> for Frame {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl specta::Type for Frame {
    fn definition(_: &mut specta::Types) -> specta::datatype::DataType {
        specta_typescript::define("ArrayBuffer").into()
    }
}

impl IpcResponse for Frame {
    fn body(self) -> tauri::Result<InvokeResponseBody> {
        Ok(InvokeResponseBody::Raw(self.0))
    }
}

/// From now on the page is told.
///
/// # Errors
/// When the studio could not be opened.
pub(crate) fn subscribe(shell: &Shell, events: Channel<StudioEvent>, previews: Channel<Frame>) -> Result<(), Error> {
    let studio = shell.studio()?;
    // A closed channel (the page is loaded again) is no reason to fail.
    studio.listen(Arc::new(move |event| drop(events.send(event))));
    let waiting = shell.take_waiting();
    let page = shell.new_page();
    shell.page_is_ready();
    let (weak, shell) = (Arc::downgrade(&studio), shell.clone());
    thread::Builder::new()
        .name("previews".to_owned())
        .spawn(move || send_previews(&weak, &shell, page, &previews))
        .map_err(|reason| Error::internal(format!("the system gave no thread: {reason}")))?;
    studio.warm_up();
    if !waiting.is_empty() {
        // Apart: many files take a while, and the page waits for this answer.
        tauri::async_runtime::spawn_blocking(move || studio.import_and_tell(&waiting));
    }
    Ok(())
}

/// Sends the newest preview whenever the page has drawn the one before. Ends with the studio, or when another page listens.
fn send_previews(studio: &Weak<Studio>, shell: &Shell, page: u64, channel: &Channel<Frame>) {
    let mut last = Instant::now();
    while shell.is_current(page) {
        let is_ready = shell.take_preview_turn(PATIENCE);
        let Some(studio) = studio.upgrade() else { return };
        if !is_ready {
            continue;
        }
        thread::sleep(PREVIEW_INTERVAL.saturating_sub(last.elapsed()));
        match studio.wait_for_preview(PATIENCE) {
            // The turn that was taken is another page's.
            _ if !shell.is_current(page) => shell.page_is_ready(),
            Some(frame) => {
                last = Instant::now();
                if channel.send(Frame(frame)).is_err() {
                    return;
                }
            }
            // Nothing was sent, so the page is still ready.
            None => shell.page_is_ready(),
        }
    }
}
