//! No page but the bundled one is ever shown, whatever a script asks for.

use tauri::plugin::{self, TauriPlugin};
use tauri::{Runtime, Url};

/// Whether this is the studio's own page.
pub fn is_our_page(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        // How the page is called on Windows; elsewhere that is an address of this machine like any other.
        ("http" | "https", Some("tauri.localhost")) => cfg!(windows),
        // Vite's server, only where the page is not inside the program.
        ("http", Some("localhost")) => !cfg!(feature = "custom-protocol") && url.port() == Some(1420),
        _ => false,
    }
}

pub(crate) fn only_our_pages<R: Runtime>() -> TauriPlugin<R> {
    plugin::Builder::new("only-our-pages")
        .on_navigation(|_, url| is_our_page(url))
        .build()
}
