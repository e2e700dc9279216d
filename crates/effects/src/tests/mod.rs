//! Tests that hold for all effects, and what the tests of passes share.

#[cfg(feature = "gpu")]
pub(crate) mod device;
mod fringe;
mod golden;
#[cfg(feature = "gpu")]
mod layouts;
pub(crate) mod pictures;
mod properties;
#[cfg(feature = "gpu")]
mod readback;
#[cfg(feature = "gpu")]
mod reload;
#[cfg(feature = "gpu")]
pub(crate) mod twin;
