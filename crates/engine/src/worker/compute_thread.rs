//! The thread that touches the model.

use std::thread::{self, JoinHandle};

use rayon::ThreadPoolBuilder;

use crate::Error;

/// Burn recurses deeply while it compiles kernels, more than a thread's usual 2 MiB.
const STACK_BYTES: usize = 16 << 20;

/// Runs `work` on a new thread named `gpu`.
///
/// The thread is itself the first of a pool of compute threads, as many as the machine has cores (`RAYON_NUM_THREADS`
/// changes that): the CPU kernels start thousands of short parallel loops a second, and from outside of a pool each start
/// costs 10 to 20 microseconds.
///
/// # Errors
/// When the system gives no thread.
pub(crate) fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>, Error> {
    let joined = move || {
        let pool = ThreadPoolBuilder::new()
            .use_current_thread()
            .thread_name(|index| format!("compute-{index}"))
            .build();
        if let Err(reason) = &pool {
            log::warn!("the compute threads are started one loop at a time: {reason}");
        }
        work()
    };
    thread::Builder::new()
        .name("gpu".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(joined)
        .map_err(|reason| Error::internal(format!("the system gave no thread: {reason}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thread_has_its_name_and_belongs_to_a_pool() {
        let found = spawn(|| {
            (
                thread::current().name().map(str::to_owned),
                rayon::current_thread_index(),
            )
        })
        .unwrap();
        assert_eq!(found.join().unwrap(), (Some("gpu".to_owned()), Some(0)));
    }
}
