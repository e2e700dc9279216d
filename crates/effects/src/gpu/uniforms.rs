//! The numbers that a shader takes, laid out as WGSL does.

/// A member of a uniform struct.
#[cfg(test)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// As in WGSL.
    pub name: &'static str,
    /// Bytes from the start.
    pub offset: usize,
    /// Bytes.
    pub size: usize,
}

/// A struct that is bound as a shader's uniforms, declared by [`uniforms!`].
pub(crate) trait Uniforms: bytemuck::Pod {
    /// Its members, for the comparison with WGSL; those called `_..` are padding and have no name in WGSL.
    #[cfg(test)]
    fn fields() -> Vec<Field>;
}

/// Declares a struct of uniforms. WGSL aligns vec2 to 8 bytes, vec3 and vec4 to 16, and the whole to 16: fill gaps by
/// members whose names begin with `_`.
macro_rules! uniforms {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
        #[repr(C)]
        pub(crate) struct $name {
            $(pub $field: $kind,)+
        }

        impl crate::gpu::Uniforms for $name {
            #[cfg(test)]
            fn fields() -> Vec<crate::gpu::Field> {
                vec![$(crate::gpu::Field {
                    name: stringify!($field),
                    offset: std::mem::offset_of!($name, $field),
                    size: std::mem::size_of::<$kind>(),
                },)+]
            }
        }
    };
}
pub(crate) use uniforms;
