//! A rendered picture as bytes for a page.

use super::RenderedHead;
use crate::{Error, FinishedPicture};

/// See [`RenderedHead`].
///
/// # Errors
/// Never in practice: when JSON cannot be written.
pub(super) fn bytes(rendered: FinishedPicture) -> Result<Vec<u8>, Error> {
    let head = RenderedHead {
        width: rendered.picture.width,
        height: rendered.picture.height,
        warnings: rendered.warnings,
    };
    let head = serde_json::to_vec(&head)
        .map_err(|reason| Error::internal(format!("could not describe a picture: {reason}")))?;
    let mut bytes = Vec::with_capacity(4 + head.len() + rendered.picture.rgba.len());
    bytes.extend_from_slice(&(head.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(&rendered.picture.rgba);
    Ok(bytes)
}
