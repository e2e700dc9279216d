//! The table of shaders that the build script writes: a constant for each file of shaders/effects, named like it.

/// A checked compute shader with the entry point `main`.
#[derive(Debug)]
pub(crate) struct Shader {
    /// The file's name without its suffix.
    pub name: &'static str,
    /// With its imports.
    pub source: &'static str,
    /// Invocations of a workgroup.
    pub workgroup_size: [u32; 3],
    /// How many read-only storage buffers it takes.
    pub inputs: u32,
    /// Bytes of an element of its output.
    pub stride: u32,
}

include!(concat!(env!("OUT_DIR"), "/shaders.rs"));
