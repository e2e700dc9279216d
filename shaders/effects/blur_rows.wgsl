// Convolves the alpha of each row with a kernel; outside of the picture alpha is 0.

struct Uniforms {
    size: vec2<u32>,        // of the output; its height is the input's
    input_width: u32,
    left: i32,              // columns of the output before the input's first
    first: i32,             // of the kernel, relative to the pixel
    count: u32,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> kernel: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let start = i32(id.x) - uniforms.left + uniforms.first;
    let row = i32(id.y * uniforms.input_width);
    var sum = 0.0;
    for (var k = 0; k < i32(uniforms.count); k++) {
        let x = start + k;
        if x >= 0 && x < i32(uniforms.input_width) {
            sum += kernel[k] * picture[row + x].a;
        }
    }
    output[id.y * uniforms.size.x + id.x] = sum;
}
