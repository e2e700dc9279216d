// The interpolated picture with the directions of its edges.
#import variation

struct Uniforms {
    size: vec2<u32>,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<State>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let here = picture[at];
    var across = vec4(0.0);
    var down = vec4(0.0);
    if id.x + 1u < uniforms.size.x {
        across = picture[at + 1u] - here;
    }
    if id.y + 1u < uniforms.size.y {
        down = picture[at + uniforms.size.x] - here;
    }
    let length = sqrt(dot(across, across) + dot(down, down) + WEAK * WEAK);
    output[at] = State(here, across / length, down / length);
}
