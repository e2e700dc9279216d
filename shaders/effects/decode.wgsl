// Straight-alpha sRGB bytes to linear light, premultiplied.

#import srgb

struct Uniforms {
    size: vec2<u32>,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> bytes: array<u32>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let pixel = bytes[at];
    let value = vec4<f32>((vec4(pixel) >> vec4(0u, 8u, 16u, 24u)) & vec4(255u)) / 255.0;
    output[at] = vec4(linear_from_srgb(value.rgb) * value.a, value.a);
}
