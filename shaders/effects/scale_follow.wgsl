// The dual step, and both relaxed. The output is the state that it changes.
#import variation

struct Uniforms {
    size: vec2<u32>,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> ahead: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<State>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let here = ahead[at];
    let old = output[at];
    var across = old.across;
    var down = old.down;
    if id.x + 1u < uniforms.size.x {
        across += DUAL * (ahead[at + 1u] - here);
    }
    if id.y + 1u < uniforms.size.y {
        down += DUAL * (ahead[at + uniforms.size.x] - here);
    }
    let length = max(sqrt(dot(across, across) + dot(down, down)), 1.0);
    output[at] = State(
        old.value + RELAXATION * 0.5 * (here - old.value),
        old.across + RELAXATION * (across / length - old.across),
        old.down + RELAXATION * (down / length - old.down),
    );
}
