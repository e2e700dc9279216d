// The outermost visible pixels. The output begins as 0: [width - left, height - top, right, bottom], right and bottom exclusive.

struct Uniforms {
    size: vec2<u32>,
    visible: f32,           // from this alpha on
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<atomic<u32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    if picture[id.y * uniforms.size.x + id.x].a >= uniforms.visible {
        atomicMax(&output[0], uniforms.size.x - id.x);
        atomicMax(&output[1], uniforms.size.y - id.y);
        atomicMax(&output[2], id.x + 1u);
        atomicMax(&output[3], id.y + 1u);
    }
}
