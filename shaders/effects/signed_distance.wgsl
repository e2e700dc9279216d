// The distance of each pixel to its seed less a number; negative where the field is inside.
#import seeds

struct Uniforms {
    size: vec2<u32>,
    by: f32,                // pixels
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> field: array<f32>;
@group(0) @binding(2) var<storage, read> nearest: array<vec2<f32>>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let distance = sqrt(squared_distance(vec2<i32>(id.xy), nearest[at]));
    output[at] = select(distance, -distance, field[at] <= 0.0) - uniforms.by;
}
