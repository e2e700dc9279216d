// Resamples along one axis: each output pixel is a weighted sum of neighbours.

#import premultiplied

struct Uniforms {
    size: vec2<u32>,        // of the output
    axis: vec2<u32>,        // (1, 0) along rows, (0, 1) along columns
    tap_stride: u32,        // from one input pixel to the next along the axis
    line_stride: u32,       // from one line of the input to the next
    count: u32,             // weights of an output pixel
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> firsts: array<u32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let along = dot(id.xy, uniforms.axis);
    let line = dot(id.xy, uniforms.axis.yx);
    let start = line * uniforms.line_stride + firsts[along] * uniforms.tap_stride;
    var sum = vec4(0.0);
    for (var k = 0u; k < uniforms.count; k++) {
        sum += weights[along * uniforms.count + k] * picture[start + k * uniforms.tap_stride];
    }
    output[id.y * uniforms.size.x + id.x] = in_range(sum);
}
