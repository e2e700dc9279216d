//! The one window.

use std::path::Path;

use tauri::plugin::TauriPlugin;
use tauri::{App, Manager, Runtime, WebviewUrl, WebviewWindowBuilder};
use tauri_plugin_window_state::StateFlags;

use engine::HOME_VARIABLE;

use crate::{Shell, incoming};

/// The window's name; the capability and the scheme know it.
pub(crate) const LABEL: &str = "main";

/// Opens the window, and the studio behind it.
///
/// # Errors
/// When the system gives no window.
pub(crate) fn open<R: Runtime>(app: &mut App<R>) -> tauri::Result<()> {
    let shell = app.state::<Shell>().inner().clone();
    tauri::async_runtime::spawn_blocking(move || shell.open());
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Sticker Studio")
        .inner_size(1180.0, 780.0)
        .min_inner_size(720.0, 520.0)
        .build()?;
    Ok(())
}

/// Where the window was, is remembered, beside the settings of tests as of people.
pub(crate) fn remembered_place<R: Runtime>() -> TauriPlugin<R> {
    let flags = StateFlags::POSITION | StateFlags::SIZE | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    let mut builder = tauri_plugin_window_state::Builder::default().with_state_flags(flags);
    if let Some(home) = std::env::var_os(HOME_VARIABLE) {
        builder = builder.with_filename(Path::new(&home).join("window.json").to_string_lossy());
    }
    builder.build()
}

/// A second start hands its files to the first one and ends. A studio in a folder of its own (tests, a portable installation) is apart;
/// that no two open the same library, its lock sees to.
pub(crate) fn single_instance<R: Runtime>(builder: tauri::Builder<R>) -> tauri::Builder<R> {
    if std::env::var_os(HOME_VARIABLE).is_some() {
        return builder;
    }
    builder.plugin(tauri_plugin_single_instance::init(|app, arguments, folder| {
        if let Some(window) = app.get_webview_window(LABEL) {
            for shown in [window.unminimize(), window.show(), window.set_focus()] {
                if let Err(reason) = shown {
                    log::debug!("the window stays where it is: {reason}");
                }
            }
        }
        let files = arguments.into_iter().skip(1).map(Into::into);
        incoming::take_arguments(app, files, Some(Path::new(&folder)));
    }))
}

/// Without a render node WebKit composites through a software GPU, which costs thirteen times the CPU (measured; see
/// ARCHITECTURE.md). Called first of all, while there is one thread only.
pub(crate) fn choose_renderer() {
    #[cfg(target_os = "linux")]
    {
        const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
        let has_render_node = std::fs::read_dir("/dev/dri").is_ok_and(|nodes| {
            nodes
                .flatten()
                .any(|node| node.file_name().to_string_lossy().starts_with("renderD"))
        });
        if std::env::var_os(SWITCH).is_none() && !has_render_node {
            #[expect(
                unsafe_code,
                clippy::disallowed_methods,
                reason = "WebKit reads it in processes that it starts; no other thread runs yet"
            )]
            // SAFETY: this is the first thing in main.
            unsafe {
                std::env::set_var(SWITCH, "1");
            }
        }
    }
}
