//! When and how work is spread over rayon's global pool.

use rayon::prelude::*;
use std::marker::PhantomData;

/// Work below this many elementary vector-friendly operations (about 20 microseconds) stays on the calling thread:
/// waking another one costs as much.
const SPLIT_THRESHOLD: usize = 1 << 17;

/// How many equal parts `operations` are worth: 1 for small work or a single thread, else up to `most`, and as many for each thread.
pub fn parts(operations: usize, most: usize) -> usize {
    let threads = rayon::current_num_threads();
    if threads == 1 {
        return 1;
    }
    let parts = (operations / (SPLIT_THRESHOLD / 2)).clamp(1, most.max(1));
    if parts > threads {
        parts - parts % threads
    } else {
        parts
    }
}

/// Runs `task(0..tasks)`, on several threads when there is more than one. Tasks are taken one by one, so uneven ones balance.
pub fn for_each(tasks: usize, task: impl Fn(usize) + Sync + Send) {
    match tasks {
        0 => {}
        1 => task(0),
        _ if rayon::current_num_threads() == 1 => (0..tasks).for_each(task),
        2 => {
            rayon::join(|| task(0), || task(1));
        }
        _ => (0..tasks).into_par_iter().with_max_len(1).for_each(task),
    }
}

/// The part `index` of `total` items cut into `parts` runs of nearly equal length, in multiples of `unit`.
pub fn part(index: usize, parts: usize, total: usize, unit: usize) -> std::ops::Range<usize> {
    let units = total.div_ceil(unit);
    let bound = |i: usize| (units * i / parts * unit).min(total);
    bound(index)..bound(index + 1)
}

/// A mutable slice that several tasks write to, each its own elements.
pub struct Shared<'a> {
    start: *mut f32,
    len: usize,
    slice: PhantomData<&'a mut [f32]>,
}

// SAFETY: the elements are plain floats, and `slice` and `as_ptr` leave it to the caller that no two tasks touch the same one.
unsafe impl Sync for Shared<'_> {}
// SAFETY: as above.
unsafe impl Send for Shared<'_> {}

impl<'a> Shared<'a> {
    pub fn new(slice: &'a mut [f32]) -> Self {
        Self {
            start: slice.as_mut_ptr(),
            len: slice.len(),
            slice: PhantomData,
        }
    }

    /// The elements in `range`.
    ///
    /// # Safety
    /// No other task may use an element of `range` while the result lives.
    #[allow(
        clippy::mut_from_ref,
        reason = "tasks share the slice and take different elements, as the caller promises"
    )]
    pub unsafe fn slice(&self, range: std::ops::Range<usize>) -> &mut [f32] {
        assert!(range.start <= range.end && range.end <= self.len);
        // SAFETY: inside the slice (asserted), and the caller promises that nobody else uses it.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(range.start), range.len()) }
    }

    /// The address of element `index`.
    pub fn as_ptr(&self, index: usize) -> *mut f32 {
        assert!(index <= self.len);
        self.start.wrapping_add(index)
    }
}
