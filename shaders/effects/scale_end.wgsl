// The picture that the primal step reached: half of the way that it looked ahead.
#import variation

struct Uniforms {
    size: vec2<u32>,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> states: array<State>;
@group(0) @binding(2) var<storage, read> ahead: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    output[at] = (ahead[at] + states[at].value) * 0.5;
}
