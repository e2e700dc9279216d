//! `sticker://localhost/thumb/ID` and `/full/ID`: the pictures of the library, and nothing else.

use engine::Error;
use engine::library::StickerId;
use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};

use crate::Shell;

pub(crate) const SCHEME: &str = "sticker";
/// A picture never changes: what is behind an id stays.
const FOREVER: &str = "private, max-age=31536000, immutable";
const NEVER: &str = "no-store";

/// What an address stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The small picture.
    Thumbnail(StickerId),
    /// The whole picture.
    Full(StickerId),
}

/// Reads a request. The grammar of ids leaves no room for a path.
///
/// # Errors
/// 405 for anything but GET and HEAD, 404 for every other address.
pub fn asked(method: &Method, path: &str) -> Result<Asked, StatusCode> {
    if method != Method::GET && method != Method::HEAD {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let (kind, id) = path
        .strip_prefix('/')
        .and_then(|path| path.split_once('/'))
        .ok_or(StatusCode::NOT_FOUND)?;
    let id: StickerId = id.parse().map_err(|_| StatusCode::NOT_FOUND)?;
    match kind {
        "thumb" => Ok(Asked::Thumbnail(id)),
        "full" => Ok(Asked::Full(id)),
        _ => Err(StatusCode::NOT_FOUND),
    }
}

pub(crate) fn answer<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    if context.webview_label() != crate::window::LABEL {
        return responder.respond(empty(StatusCode::FORBIDDEN));
    }
    let shell = context.app_handle().state::<Shell>().inner().clone();
    tauri::async_runtime::spawn_blocking(move || {
        responder.respond(match asked(request.method(), request.uri().path()) {
            Ok(asked) => match png(&shell, &asked) {
                Ok(png) => reply(StatusCode::OK, "image/png", FOREVER, png),
                Err(error) => {
                    log::warn!("{asked:?}: {error}");
                    empty(StatusCode::NOT_FOUND)
                }
            },
            Err(status) => empty(status),
        });
    });
}

fn png(shell: &Shell, asked: &Asked) -> Result<Vec<u8>, Error> {
    let studio = shell.studio()?;
    match asked {
        Asked::Thumbnail(id) => studio.thumbnail(id),
        Asked::Full(id) => studio.full_png(id),
    }
}

fn empty(status: StatusCode) -> Response<Vec<u8>> {
    reply(status, "text/plain", NEVER, Vec::new())
}

fn reply(status: StatusCode, kind: &str, cache: &str, body: Vec<u8>) -> Response<Vec<u8>> {
    let response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, cache)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "tauri://localhost")
        .body(body);
    // Every part above is a constant that a response may have.
    response.unwrap_or_else(|_| Response::new(Vec::new()))
}
