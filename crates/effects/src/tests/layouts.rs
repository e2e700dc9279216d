//! Uniform structs lie in memory as WGSL says, by naga's reflection.

use naga::proc::Layouter;
use naga::{AddressSpace, TypeInner};

use crate::gpu::{Field, Shader, Uniforms, bytes, shaders};
use crate::passes::{
    behind, blur, bounds, caption, clean_matte, decontaminate, flood, foil, gloss, halftone, outline, paper, resample,
    scale,
};

/// Each shader and its uniforms.
fn table() -> Vec<(&'static Shader, usize, Vec<Field>)> {
    fn row<U: Uniforms>(shader: &'static Shader) -> (&'static Shader, usize, Vec<Field>) {
        (shader, size_of::<U>(), U::fields())
    }
    vec![
        row::<behind::on_gpu::Uniforms>(&shaders::BEHIND),
        row::<blur::on_gpu::Columns>(&shaders::BLUR_COLUMNS),
        row::<blur::on_gpu::Rows>(&shaders::BLUR_ROWS),
        row::<clean_matte::on_gpu::Contrast>(&shaders::CLEAN_CONTRAST),
        row::<clean_matte::on_gpu::Small>(&shaders::CLEAN_FILL),
        row::<clean_matte::on_gpu::Small>(&shaders::CLEAN_REMOVE),
        row::<decontaminate::on_gpu::Uniforms>(&shaders::DECONTAMINATE),
        row::<clean_matte::on_gpu::Size>(&shaders::GROUP_AREAS),
        row::<clean_matte::on_gpu::Group>(&shaders::GROUP_JOIN),
        row::<clean_matte::on_gpu::Size>(&shaders::GROUP_ROOTS),
        row::<clean_matte::on_gpu::Group>(&shaders::GROUP_WEIGHTS),
        row::<flood::on_gpu::Opaque>(&shaders::OPAQUE_SEEDS),
        row::<flood::on_gpu::Contour>(&shaders::CONTOUR),
        row::<flood::on_gpu::Round>(&shaders::JUMP_FLOOD),
        row::<flood::on_gpu::Distance>(&shaders::SIGNED_DISTANCE),
        row::<outline::on_gpu::Join>(&shaders::OUTLINE_JOIN),
        row::<outline::on_gpu::Lines>(&shaders::OUTLINE_LINES),
        row::<outline::on_gpu::Matte>(&shaders::OUTLINE_MATTE),
        row::<outline::on_gpu::Mitre>(&shaders::OUTLINE_MITRE),
        row::<outline::on_gpu::Under>(&shaders::OUTLINE_UNDER),
        row::<scale::on_gpu::Size>(&shaders::SCALE_BEGIN),
        row::<scale::on_gpu::Size>(&shaders::SCALE_END),
        row::<scale::on_gpu::Size>(&shaders::SCALE_FOLLOW),
        row::<scale::on_gpu::Blocks>(&shaders::SCALE_LOOK_AHEAD),
        row::<bounds::on_gpu::Uniforms>(&shaders::BOUNDS),
        row::<gloss::on_gpu::Uniforms>(&shaders::GLOSS),
        row::<bytes::Uniforms>(&shaders::DECODE),
        row::<bytes::Uniforms>(&shaders::ENCODE),
        row::<resample::on_gpu::Uniforms>(&shaders::RESAMPLE),
        row::<caption::on_gpu::Uniforms>(&shaders::OVER),
        row::<foil::on_gpu::Uniforms>(&shaders::FOIL),
        row::<halftone::on_gpu::Uniforms>(&shaders::HALFTONE),
        row::<paper::on_gpu::Uniforms>(&shaders::PAPER),
        row::<crate::passes::wallpaper::on_gpu::Uniforms>(&shaders::WALLPAPER),
    ]
}

/// Names, offsets and sizes of the uniforms' members, and the size of the whole.
fn reflected(shader: &Shader) -> (usize, Vec<(String, usize, usize)>) {
    let module = naga::front::wgsl::parse_str(shader.source).expect("the build script parsed it");
    let mut layouter = Layouter::default();
    layouter.update(module.to_ctx()).expect("the build script validated it");
    let (_, uniforms) = module
        .global_variables
        .iter()
        .find(|(_, variable)| variable.space == AddressSpace::Uniform)
        .expect("binding 0 is the uniforms");
    let TypeInner::Struct { members, span } = &module.types[uniforms.ty].inner else {
        panic!("the uniforms of {} are no struct", shader.name);
    };
    let member = |member: &naga::StructMember| {
        let name = member.name.clone().expect("members have names");
        (name, member.offset as usize, layouter[member.ty].size as usize)
    };
    (*span as usize, members.iter().map(member).collect())
}

#[test]
fn uniforms_lie_in_memory_as_their_shaders_say() {
    for (shader, size, fields) in table() {
        let (span, members) = reflected(shader);
        let named = fields.iter().filter(|field| !field.name.starts_with('_'));
        let fields: Vec<_> = named
            .map(|field| (field.name.to_owned(), field.offset, field.size))
            .collect();
        assert_eq!(fields, members, "{}", shader.name);
        // The buffer is rounded up to 16 bytes, as WGSL does with the struct.
        assert_eq!(size.next_multiple_of(16), span.next_multiple_of(16), "{}", shader.name);
    }
}

#[test]
fn every_shader_is_in_the_table() {
    let mut listed: Vec<_> = table().iter().map(|(shader, ..)| shader.name).collect();
    listed.sort_unstable();
    let all: Vec<_> = shaders::ALL.iter().map(|shader| shader.name).collect();
    assert_eq!(listed, all);
}
