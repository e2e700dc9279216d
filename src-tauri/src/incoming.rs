//! Files that come from the desktop: dropped on the window, or named on the command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use engine::StudioEvent;
use tauri::{AppHandle, DragDropEvent, Manager, Runtime, Window, WindowEvent};

use crate::Shell;

/// Files dropped on the window are imported; the page only learns that there are some, and what came of it.
pub(crate) fn on_window_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    let WindowEvent::DragDrop(event) = event else { return };
    let app = window.app_handle();
    if app.state::<Shell>().drags_out() {
        return;
    }
    match event {
        DragDropEvent::Enter { .. } => tell_over(app, true),
        DragDropEvent::Drop { paths, .. } => {
            tell_over(app, false);
            import(app, paths.clone());
        }
        DragDropEvent::Leave => tell_over(app, false),
        _ => {}
    }
}

/// At once, so that "over" and "not any more" come in their order. Before the studio is open there is no page to tell.
fn tell_over<R: Runtime>(app: &AppHandle<R>, over: bool) {
    if let Some(studio) = app.state::<Shell>().if_open() {
        studio.tell(StudioEvent::FilesOver { over });
    }
}

/// Takes the files of a command line in. `folder` is where a second start was typed.
pub(crate) fn take_arguments<R: Runtime>(
    app: &AppHandle<R>,
    arguments: impl IntoIterator<Item = OsString>,
    folder: Option<&Path>,
) {
    let files: Vec<PathBuf> = arguments
        .into_iter()
        .map(PathBuf::from)
        .filter(|path| !path.to_string_lossy().starts_with('-'))
        .map(|path| folder.map_or_else(|| path.clone(), |folder| folder.join(&path)))
        .collect();
    if files.is_empty() {
        return;
    }
    match folder {
        Some(_) => import(app, files),
        // The page does not listen yet.
        None => app.state::<Shell>().add_waiting(files),
    }
}

fn import<R: Runtime>(app: &AppHandle<R>, files: Vec<PathBuf>) {
    let shell = app.state::<Shell>().inner().clone();
    tauri::async_runtime::spawn_blocking(move || match shell.studio() {
        Ok(studio) => studio.import_and_tell(&files),
        Err(error) => log::warn!("dropped files are not imported: {error}"),
    });
}
