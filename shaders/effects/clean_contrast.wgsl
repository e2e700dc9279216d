// Alpha moved away from a half; the colour stays.

struct Uniforms {
    size: vec2<u32>,
    steepness: f32,         // 1: as it was
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let pixel = picture[at];
    if pixel.a <= 0.0 {
        output[at] = vec4(0.0);
        return;
    }
    let alpha = clamp((pixel.a - 0.5) * uniforms.steepness + 0.5, 0.0, 1.0);
    output[at] = vec4(min(pixel.rgb * (alpha / pixel.a), vec3(alpha)), alpha);
}
