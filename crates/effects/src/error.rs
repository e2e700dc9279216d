//! What can go wrong.

/// What is wrong, as a sentence for the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A value outside of its range, or a combination that makes no sense.
    #[error("{0}")]
    Finish(String),
    /// The picture is larger than the passes work on.
    #[error(
        "the picture has {width} x {height} pixels, and effects take at most {} a side; scale it down first",
        crate::MAX_SIDE
    )]
    TooLarge {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The GPU failed. The same can be done on the CPU.
    #[error("the GPU failed in an effect: {0}")]
    Gpu(String),
    /// The picture could not be traced.
    #[error("the picture could not be vectorised: {0}")]
    Vector(String),
}
