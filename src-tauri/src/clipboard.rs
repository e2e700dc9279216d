//! Stickers as images on the clipboard.

use std::borrow::Cow;
use std::sync::Mutex;

use arboard::{Clipboard, ImageData};
use engine::{Error, Picture};

/// On X11 and Wayland what is copied lives in the program that copied it, so the clipboard is kept open.
static CLIPBOARD: Mutex<Option<Clipboard>> = Mutex::new(None);

/// Puts a picture on the clipboard.
///
/// # Errors
/// When the system has no clipboard, or refuses.
pub(crate) fn copy(picture: Picture) -> Result<(), Error> {
    let failed = |reason: arboard::Error| {
        Error::input(format!(
            "the clipboard did not take the picture ({reason}); save it instead"
        ))
    };
    let mut kept = CLIPBOARD.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let clipboard = match kept.take() {
        Some(clipboard) => kept.insert(clipboard),
        None => kept.insert(Clipboard::new().map_err(failed)?),
    };
    let image = ImageData {
        width: picture.width as usize,
        height: picture.height as usize,
        bytes: Cow::Owned(picture.rgba),
    };
    clipboard.set_image(image).map_err(failed)
}
