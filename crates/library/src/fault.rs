//! Places between two writes where a test can end the program or fill the disk. Nothing outside tests.

#[cfg(test)]
pub(crate) use armed::{arm, point};

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "a test's answer can be an error")]
pub(crate) fn point(_name: &str) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod armed {
    use std::cell::RefCell;
    use std::io;

    type Action = Box<dyn FnMut(&str) -> io::Result<()>>;

    thread_local! {
        static ACTION: RefCell<Option<Action>> = const { RefCell::new(None) };
    }

    /// From now on this thread asks `action` at every point; `None` disarms.
    pub(crate) fn arm(action: Option<Action>) {
        ACTION.set(action);
    }

    pub(crate) fn point(name: &str) -> io::Result<()> {
        ACTION.with_borrow_mut(|action| action.as_mut().map_or(Ok(()), |action| action(name)))
    }
}
