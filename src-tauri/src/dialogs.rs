//! The system's file dialogs. Only they name paths.

use std::path::PathBuf;

use engine::Error;
use rfd::AsyncFileDialog;
use tauri::{Runtime, WebviewWindow};

/// Pictures that can be imported.
const PICTURES: &[&str] = &["png", "webp", "jpg", "jpeg", "svg"];

/// A dialog with this title, in front of the window.
///
/// # Errors
/// When the system has no dialogs: they would look as if the person had closed them.
fn dialog<R: Runtime>(window: &WebviewWindow<R>, title: &str) -> Result<AsyncFileDialog, Error> {
    if !are_available() {
        return Err(Error::input(
            "this system shows no file dialogs; install xdg-desktop-portal with a backend, or zenity",
        ));
    }
    Ok(AsyncFileDialog::new().set_title(title).set_parent(window))
}

pub(crate) async fn pictures<R: Runtime>(window: &WebviewWindow<R>) -> Result<Option<Vec<PathBuf>>, Error> {
    let dialog = dialog(window, "Import pictures")?.add_filter("Pictures", PICTURES);
    // Where zenity stands in for the portal, a closed dialog gives an empty list.
    let chosen = dialog.pick_files().await.filter(|files| !files.is_empty());
    Ok(chosen.map(|files| files.iter().map(|file| file.path().to_path_buf()).collect()))
}

pub(crate) async fn folder<R: Runtime>(window: &WebviewWindow<R>, title: &str) -> Result<Option<PathBuf>, Error> {
    let chosen = dialog(window, title)?.pick_folder().await;
    Ok(chosen.map(|folder| folder.path().to_path_buf()))
}

pub(crate) async fn adapter<R: Runtime>(window: &WebviewWindow<R>) -> Result<Option<PathBuf>, Error> {
    let dialog = dialog(window, "Import an adapter")?.add_filter("LoRA adapters", &["safetensors"]);
    Ok(dialog.pick_file().await.map(|file| file.path().to_path_buf()))
}

pub(crate) async fn save<R: Runtime>(
    window: &WebviewWindow<R>,
    title: &str,
    name: &str,
    kind: (&str, &str),
) -> Result<Option<PathBuf>, Error> {
    let dialog = dialog(window, title)?.add_filter(kind.0, &[kind.1]).set_file_name(name);
    Ok(dialog.save_file().await.map(|file| file.path().to_path_buf()))
}

/// On Linux the portal answers on the session bus, and zenity stands in for it. Without either a dialog returns at once.
#[cfg(target_os = "linux")]
fn are_available() -> bool {
    has_portal() || is_on_path("zenity")
}

#[cfg(target_os = "linux")]
fn has_portal() -> bool {
    let bus = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
        || std::env::var_os("XDG_RUNTIME_DIR").is_some_and(|folder| std::path::Path::new(&folder).join("bus").exists());
    let services = ["/usr/share", "/usr/local/share"]
        .map(|share| std::path::Path::new(share).join("dbus-1/services/org.freedesktop.portal.Desktop.service"));
    bus && services.iter().any(|service| service.exists())
}

#[cfg(target_os = "linux")]
fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

#[cfg(not(target_os = "linux"))]
fn are_available() -> bool {
    true
}
