// Puts a colour behind the picture, as dense as a plane says, on a canvas that is larger than the picture.

struct Uniforms {
    size: vec2<u32>,        // of the canvas and the plane
    input_size: vec2<u32>,  // of the picture
    origin: vec2<i32>,      // the canvas's pixel under the picture's first
    gain: f32,              // of the plane, before it is cut off at 1
    opacity: f32,
    color: vec4<f32>,       // linear, opaque
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> plane: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let source = vec2<i32>(id.xy) - uniforms.origin;
    var over = vec4(0.0);
    if all(source >= vec2(0)) && all(source < vec2<i32>(uniforms.input_size)) {
        over = picture[u32(source.y) * uniforms.input_size.x + u32(source.x)];
    }
    let density = min(plane[at] * uniforms.gain, 1.0) * uniforms.opacity;
    output[at] = over + uniforms.color * (density * (1.0 - over.a));
}
