// The seeds, and where there are none, the places on lines.
#import seeds

struct Uniforms {
    size: vec2<u32>,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> seeds: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read> lines: array<u32>;
@group(0) @binding(3) var<storage, read_write> output: array<vec2<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    var seed = seeds[at];
    let packed = lines[at];
    if !is_seed(seed) && packed > 0u {
        let part = vec2<f32>(vec2((packed - 1u) / 16u, (packed - 1u) % 16u));
        seed = vec2<f32>(id.xy) + (part - 8.0) / 16.0;
    }
    output[at] = seed;
}
