// One round of jump flooding: each pixel takes the nearest of the seeds that it and eight others, a stride away, know of.
#import seeds

struct Uniforms {
    size: vec2<u32>,
    stride: i32,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> seeds: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<vec2<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let size = vec2<i32>(uniforms.size);
    let here = vec2<i32>(id.xy);
    var nearest = seeds[here.y * size.x + here.x];
    var least = squared_distance(here, nearest);
    for (var dy = -1; dy <= 1; dy++) {
        for (var dx = -1; dx <= 1; dx++) {
            let there = here + vec2(dx, dy) * uniforms.stride;
            if any(there < vec2(0)) || any(there >= size) {
                continue;
            }
            let seed = seeds[there.y * size.x + there.x];
            let distance = squared_distance(here, seed);
            if distance < least {
                nearest = seed;
                least = distance;
            }
        }
    }
    output[here.y * size.x + here.x] = nearest;
}
