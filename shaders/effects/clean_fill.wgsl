// Puts the colour of the nearest solid pixel under the pixels of small groups that are not what lies around the picture.
#import seeds

struct Uniforms {
    size: vec2<u32>,
    limit: u32,             // the largest area of a small group, in bytes
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> roots: array<u32>;     // 1 + the root, or 0
@group(0) @binding(3) var<storage, read> areas: array<u32>;
@group(0) @binding(4) var<storage, read> nearest: array<vec2<f32>>;
@group(0) @binding(5) var<storage, read_write> output: array<vec4<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let root = roots[at];
    let seed = nearest[at];
    var pixel = picture[at];
    // 1 is the root of what lies around.
    if root > 1u && is_seed(seed) {
        if areas[root - 1u] <= uniforms.limit {
            let source = picture[u32(seed.y) * uniforms.size.x + u32(seed.x)];
            pixel = vec4(pixel.rgb + source.rgb * ((1.0 - pixel.a) / source.a), 1.0);
        }
    }
    output[at] = pixel;
}
