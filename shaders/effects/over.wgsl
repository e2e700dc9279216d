// A layer over the picture, on a canvas with room for both.

struct Uniforms {
    size: vec2<u32>,            // of the canvas
    picture_size: vec2<u32>,
    layer_size: vec2<u32>,
    picture_origin: vec2<i32>,  // the canvas's pixel under the picture's first
    layer_origin: vec2<i32>,    // the canvas's pixel under the layer's first
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> layer: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f32>>;

fn contains(size: vec2<u32>, place: vec2<i32>) -> bool {
    return all(place >= vec2(0)) && all(place < vec2<i32>(size));
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let in_picture = vec2<i32>(id.xy) - uniforms.picture_origin;
    let in_layer = vec2<i32>(id.xy) - uniforms.layer_origin;
    var below = vec4(0.0);
    if contains(uniforms.picture_size, in_picture) {
        below = picture[u32(in_picture.y) * uniforms.picture_size.x + u32(in_picture.x)];
    }
    var above = vec4(0.0);
    if contains(uniforms.layer_size, in_layer) {
        above = layer[u32(in_layer.y) * uniforms.layer_size.x + u32(in_layer.x)];
    }
    output[id.y * uniforms.size.x + id.x] = above + below * (1.0 - above.a);
}
