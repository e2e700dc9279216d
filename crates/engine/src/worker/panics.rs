//! Catches a panic of the worker's thread, with its message and place, in the stead of the default print to stderr.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static MESSAGE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `work`; a panic in it becomes its message and place. What `work` changed must not be used again then.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    install_hook();
    CATCHING.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(false);
    result.map_err(|_| MESSAGE.take().unwrap_or_else(|| "unknown panic".to_owned()))
}

/// Puts a hook before the present one, which goes on to handle the panics of all other threads.
fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CATCHING.get() {
                return others(info);
            }
            let message = info.payload_as_str().unwrap_or("a panic without a message");
            let place = info
                .location()
                .map(|location| format!(" ({}:{})", location.file(), location.line()));
            MESSAGE.set(Some(format!("{message}{}", place.unwrap_or_default())));
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message_and_place() {
        let message = catch(|| panic!("no {}", "luck")).unwrap_err();
        assert!(
            message.starts_with("no luck (") && message.contains("panics.rs:"),
            "{message}"
        );
        assert_eq!(catch(|| 7), Ok(7), "and the next work is not touched by it");
    }
}
