// Half of alpha less alpha, in bytes, on a canvas that is larger than the picture: at most zero inside of the shape.
#import alpha_byte

struct Uniforms {
    size: vec2<u32>,        // of the canvas
    input_size: vec2<u32>,  // of the picture
    margin: i32,            // canvas pixels before the picture's first, both ways
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let source = vec2<i32>(id.xy) - vec2(uniforms.margin);
    var value = 127.5;
    if all(source >= vec2(0)) && all(source < vec2<i32>(uniforms.input_size)) {
        value -= f32(alpha_byte(picture[source.y * i32(uniforms.input_size.x) + source.x].a));
    }
    output[id.y * uniforms.size.x + id.x] = value;
}
