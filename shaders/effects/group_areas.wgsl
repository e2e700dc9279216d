// Adds the weight of each pixel to the area of its root. 4096 x 4096 pixels of weight 255 fit.

struct Uniforms {
    size: vec2<u32>,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> weights: array<u32>;
@group(0) @binding(2) var<storage, read> roots: array<u32>;     // 1 + the root, or 0
@group(0) @binding(3) var<storage, read_write> output: array<atomic<u32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    if roots[at] > 0u {
        atomicAdd(&output[roots[at] - 1u], weights[at]);
    }
}
