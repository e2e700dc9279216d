//! Working memory that each thread keeps, so that kernels do not allocate.

use std::cell::RefCell;

const ALIGNMENT: usize = 64;

thread_local! {
    static BUFFER: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

thread_local! {
    static OWN: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// As [`with`], for memory that is used while other threads, and this one, work on tasks that use [`with`]. May be nested.
pub fn with_own<T>(len: usize, work: impl FnOnce(&mut [f32]) -> T) -> T {
    let mut buffer = OWN.take();
    let result = work(aligned(&mut buffer, len));
    OWN.set(buffer);
    result
}

/// `len` elements of `buffer`, which grows if it must, from a multiple of 64 bytes on.
fn aligned(buffer: &mut Vec<f32>, len: usize) -> &mut [f32] {
    let needed = len + ALIGNMENT / size_of::<f32>();
    if buffer.len() < needed {
        // Not `resize`: the old content is of no use.
        *buffer = vec![0.0; needed];
    }
    let start = buffer
        .as_ptr()
        .align_offset(ALIGNMENT)
        .min(ALIGNMENT / size_of::<f32>());
    &mut buffer[start..start + len]
}

/// Gives `work` this thread's buffer, at least `len` elements from a multiple of 64 bytes on, with whatever was in it before.
/// Must not be nested.
pub fn with<T>(len: usize, work: impl FnOnce(&mut [f32]) -> T) -> T {
    BUFFER.with_borrow_mut(|buffer| work(aligned(buffer, len)))
}
