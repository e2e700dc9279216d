// Linear light, premultiplied, to straight-alpha sRGB bytes, rounded. What is transparent becomes 0.

#import srgb

struct Uniforms {
    size: vec2<u32>,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<u32>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let pixel = picture[at];
    let alpha = u32(clamp(pixel.a, 0.0, 1.0) * 255.0 + 0.5);
    if alpha == 0u {
        output[at] = 0u;
        return;
    }
    let color = srgb_from_linear(clamp(pixel.rgb / pixel.a, vec3(0.0), vec3(1.0)));
    let bytes = vec3<u32>(clamp(color, vec3(0.0), vec3(1.0)) * 255.0 + 0.5);
    output[at] = bytes.r | (bytes.g << 8u) | (bytes.b << 16u) | (alpha << 24u);
}
