//! Stickers dragged out of the window as files.

use std::path::PathBuf;

use drag::{DragItem, DragMode, Image, Options};
use engine::Error;
use tauri::{Manager, Runtime, WebviewWindow};

use crate::Shell;

/// Starts the system's drag of these files, with the first as its picture. The button is down already.
///
/// # Errors
/// When the window is gone. That the drag itself did not begin is only logged: the person sees it.
pub(crate) fn start<R: Runtime>(window: &WebviewWindow<R>, files: Vec<PathBuf>, picture: Vec<u8>) -> Result<(), Error> {
    let on_main = window.clone();
    let begin = move || {
        let shell = on_main.state::<Shell>().inner().clone();
        shell.set_drags_out(true);
        if let Err(reason) = begin(&on_main, files, picture, shell.clone()) {
            shell.set_drags_out(false);
            log::warn!("the drag did not begin: {reason}");
        }
    };
    window
        .run_on_main_thread(begin)
        .map_err(|reason| Error::internal(format!("the drag did not begin: {reason}")))
}

fn begin<R: Runtime>(
    window: &WebviewWindow<R>,
    files: Vec<PathBuf>,
    picture: Vec<u8>,
    shell: Shell,
) -> Result<(), Box<dyn std::error::Error>> {
    #[cfg(target_os = "linux")]
    let window = &window.gtk_window()?;
    let ended = move |_, _| shell.set_drags_out(false);
    let options = Options {
        skip_animatation_on_cancel_or_failure: false,
        mode: DragMode::Copy,
    };
    Ok(drag::start_drag(
        window,
        DragItem::Files(files),
        Image::Raw(picture),
        ended,
        options,
    )?)
}
