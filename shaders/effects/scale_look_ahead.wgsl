// The primal step, one invocation per pixel of the small picture: towards shorter edges, then back to the averages of the small
// picture; twice as far as it goes.
#import variation
#import premultiplied

struct Uniforms {
    size: vec2<u32>,        // of the small picture
    factor: u32,            // pixels of the output for one of the small picture, both ways
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> small: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> states: array<State>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f32>>;

fn shorten(pixel: vec2<u32>, width: u32) -> vec4<f32> {
    let at = pixel.y * width + pixel.x;
    var before = vec4(0.0);
    var above = vec4(0.0);
    if pixel.x > 0u {
        before = states[at - 1u].across;
    }
    if pixel.y > 0u {
        above = states[at - width].down;
    }
    return states[at].value + PRIMAL * (states[at].across - before + states[at].down - above);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let factor = uniforms.factor;
    let width = uniforms.size.x * factor;
    let first = id.xy * factor;
    var sum = vec4(0.0);
    for (var y = first.y; y < first.y + factor; y++) {
        for (var x = first.x; x < first.x + factor; x++) {
            let moved = shorten(vec2(x, y), width);
            sum += moved;
            output[y * width + x] = moved;
        }
    }
    let missing = small[id.y * uniforms.size.x + id.x] - sum / f32(factor * factor);
    for (var y = first.y; y < first.y + factor; y++) {
        for (var x = first.x; x < first.x + factor; x++) {
            let at = y * width + x;
            output[at] = 2.0 * in_range(output[at] + missing) - states[at].value;
        }
    }
}
