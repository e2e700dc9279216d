// For each pixel of weight 1 + the root of its group, else 0.

struct Uniforms {
    size: vec2<u32>,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> weights: array<u32>;
@group(0) @binding(2) var<storage, read> parents: array<u32>;   // as group_join.wgsl packs them
@group(0) @binding(3) var<storage, read_write> output: array<u32>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    if weights[at] == 0u {
        output[at] = 0u;
        return;
    }
    let nodes = uniforms.size.x * uniforms.size.y + 1u;
    var node = at + 1u;
    while parents[node] != 0u {
        node = nodes - parents[node];
    }
    output[at] = node + 1u;
}
