// Convolves each column of a plane with a kernel; outside of the plane everything is 0.

struct Uniforms {
    size: vec2<u32>,        // of the output; its width is the input's
    input_height: u32,
    top: i32,               // rows of the output before the input's first
    first: i32,             // of the kernel, relative to the pixel
    count: u32,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> plane: array<f32>;
@group(0) @binding(2) var<storage, read> kernel: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let start = i32(id.y) - uniforms.top + uniforms.first;
    var sum = 0.0;
    for (var k = 0; k < i32(uniforms.count); k++) {
        let y = start + k;
        if y >= 0 && y < i32(uniforms.input_height) {
            sum += kernel[k] * plane[u32(y) * uniforms.size.x + id.x];
        }
    }
    output[id.y * uniforms.size.x + id.x] = sum;
}
