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
    // The crate writes the paths into addresses as they are.
    #[cfg(target_os = "linux")]
    let files = files.iter().map(|file| PathBuf::from(percent_encoded(file))).collect();
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

/// The path as it stands in a `file://` address (RFC 3986).
#[cfg(target_os = "linux")]
fn percent_encoded(path: &std::path::Path) -> String {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStrExt as _;
    let mut text = String::new();
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_an_address_is_encoded() {
        let path = std::path::Path::new("/home/me/My Stickers #1/100%/猫.png");
        assert_eq!(
            percent_encoded(path),
            "/home/me/My%20Stickers%20%231/100%25/%E7%8C%AB.png"
        );
    }
}
