//! The model on a GPU through wgpu. `cargo xtask test` runs it on lavapipe, a driver that computes on the CPU.
//!
//! Without any driver these tests fail rather than pass untested.

#[cfg(test)]
mod adapter;
#[cfg(test)]
mod built_in_model;
#[cfg(test)]
mod expected;
#[cfg(test)]
mod group_norm;
#[cfg(test)]
mod shaders;
