// A highlight over the upper part of what is visible, with a bowed lower edge.

struct Uniforms {
    size: vec2<u32>,
    origin: vec2<f32>,      // of the visible part, pixels
    extent: vec2<f32>,      // of the visible part, pixels
    reach: f32,             // down to here in the middle, part of the height
    bow: f32,               // how much higher the edge lies at the sides, part of the height
    fade: f32,              // of the edge, part of the height
    strength: f32,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4<f32>>;

fn highlight(pixel: vec2<f32>) -> f32 {
    let place = (pixel + 0.5 - uniforms.origin) / uniforms.extent;
    let across = place.x * 2.0 - 1.0;
    let edge = uniforms.reach - uniforms.bow * across * across;
    let inside = clamp((edge - place.y) / uniforms.fade + 0.5, 0.0, 1.0);
    let smooth_edge = inside * inside * (3.0 - 2.0 * inside);
    return smooth_edge * (1.0 - 0.7 * clamp(place.y / uniforms.reach, 0.0, 1.0));
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let pixel = picture[at];
    let light = highlight(vec2<f32>(id.xy)) * uniforms.strength;
    output[at] = vec4(pixel.rgb + (vec3(pixel.a) - pixel.rgb) * light, pixel.a);
}
