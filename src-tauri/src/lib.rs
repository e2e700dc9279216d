//! The window's shell: translates between the page and [`engine::Studio`], and does what only a desktop program can (dialogs, the
//! clipboard, drags, the window itself).
//!
//! Every command is one call of the studio on a worker thread; the page never names a path.

mod bindings;
mod clipboard;
mod commands;
mod dialogs;
mod drag_out;
mod events;
mod incoming;
mod navigation;
mod scheme;
mod state;
mod window;

use std::process::ExitCode;

use engine::Places;
use tauri::{RunEvent, Runtime};

pub use bindings::bindings;
pub use navigation::is_our_page;
pub use scheme::{Asked, asked};
pub use state::Shell;

/// The program as a Tauri builder, for the real window and for the tests' mock runtime.
pub fn builder<R: Runtime>(builder: tauri::Builder<R>, shell: Shell) -> tauri::Builder<R> {
    let handler = bindings::<R>();
    builder
        .manage(shell)
        .plugin(navigation::only_our_pages())
        .register_asynchronous_uri_scheme_protocol(scheme::SCHEME, scheme::answer)
        .invoke_handler(handler.invoke_handler())
}

/// What Tauri compiled into the program: configuration, page, and what the window may call.
pub fn context<R: Runtime>() -> tauri::Context<R> {
    tauri::generate_context!()
}

/// Opens the studio and its window, and runs until the window is closed.
pub fn run() -> ExitCode {
    window::choose_renderer();
    engine::tell_warnings(|text| eprintln!("warning: {text}"));
    let places = match Places::find() {
        Ok(places) => places,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let builder = builder(window::single_instance(tauri::Builder::default()), Shell::new(places))
        .plugin(window::remembered_place())
        .setup(|app| {
            window::open(app)?;
            incoming::take_arguments(app.handle(), std::env::args_os().skip(1), None);
            Ok(())
        })
        .on_window_event(incoming::on_window_event);
    match builder.build(context()) {
        Ok(app) => ExitCode::from(app.run_return(|app, event| {
            if let RunEvent::Exit = event {
                state::close(app);
            }
        }) as u8),
        Err(error) => {
            eprintln!("error: the window could not be opened ({error})");
            ExitCode::FAILURE
        }
    }
}
