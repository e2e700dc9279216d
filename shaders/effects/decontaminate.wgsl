// Pixels that are not opaque get the colour of the nearest opaque one; alpha stays.
#import alpha_byte
#import seeds

struct Uniforms {
    size: vec2<u32>,
    opaque: u32,            // the least alpha of an opaque pixel, in bytes
    radius: f32,            // pixels
    strength: f32,          // the part of the colour that is replaced
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> nearest: array<vec2<f32>>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    var pixel = picture[at];
    let seed = nearest[at];
    let is_near = is_seed(seed) && squared_distance(vec2<i32>(id.xy), seed) <= uniforms.radius * uniforms.radius;
    if is_near && alpha_byte(pixel.a) < uniforms.opaque {
        let source = picture[u32(seed.y) * uniforms.size.x + u32(seed.x)];
        let keep = 1.0 - uniforms.strength;
        let take = uniforms.strength * pixel.a / source.a;
        pixel = vec4(pixel.rgb * keep + source.rgb * take, pixel.a);
    }
    output[at] = pixel;
}
