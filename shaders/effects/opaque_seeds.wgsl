// Seeds in the middles of all pixels whose alpha is at least a number of bytes.
#import alpha_byte
#import seeds

struct Uniforms {
    size: vec2<u32>,
    least: u32,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<vec2<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    output[at] = select(NOWHERE, vec2<f32>(id.xy), alpha_byte(picture[at].a) >= uniforms.least);
}
