// Pixels of small groups become transparent.

struct Uniforms {
    size: vec2<u32>,
    limit: u32,             // the largest area of a small group, in bytes
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> roots: array<u32>;     // 1 + the root, or 0
@group(0) @binding(3) var<storage, read> areas: array<u32>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let root = roots[at];
    var pixel = picture[at];
    if root > 0u {
        if areas[root - 1u] <= uniforms.limit {
            pixel = vec4(0.0);
        }
    }
    output[at] = pixel;
}
