//! Ctrl-C: the first asks the command to stop, the second ends the process.

use crossbeam_channel::Receiver;

use crate::failure::{Failure, INTERRUPTED};

/// Takes over Ctrl-C (and SIGTERM, SIGHUP). The receiver gets one message at the first; the second ends the process at once.
pub fn listen() -> Result<Receiver<()>, Failure> {
    let (sender, receiver) = crossbeam_channel::bounded(1);
    let mut pressed = false;
    ctrlc::set_handler(move || {
        if pressed {
            std::process::exit(INTERRUPTED.into());
        }
        pressed = true;
        // A receiver that is gone has nothing left to stop.
        sender.try_send(()).ok();
    })
    .map_err(|error| engine::Error::internal(format!("could not listen for Ctrl-C: {error}")))?;
    Ok(receiver)
}
