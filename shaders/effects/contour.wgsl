// For each pixel beside the line where a field is zero, the nearest point of that line, on steps of a part of a pixel.
#import seeds

struct Uniforms {
    size: vec2<u32>,
    subdivisions: f32,      // steps of a pixel
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> field: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<vec2<f32>>;

// Ties go up, also those that a division misses by its last bit: see contour.rs.
const HALF = 0.5005;
// Further than any crossing.
const NO_CROSSING = 2.0;

fn snap(value: f32) -> f32 {
    return sign(value) * floor(abs(value) * uniforms.subdivisions + HALF) / uniforms.subdivisions;
}

fn crossing(here: f32, there: vec2<i32>) -> f32 {
    let size = vec2<i32>(uniforms.size);
    if any(there < vec2(0)) || any(there >= size) {
        return NO_CROSSING;
    }
    let other = field[there.y * size.x + there.x];
    if (here <= 0.0) == (other <= 0.0) {
        return NO_CROSSING;
    }
    return snap(here / (here - other));
}

fn nearer(before: f32, after: f32) -> f32 {
    return select(after, -before, before <= after);
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let pixel = vec2<i32>(id.xy);
    let here = field[at];
    let across = nearer(crossing(here, pixel + vec2(-1, 0)), crossing(here, pixel + vec2(1, 0)));
    let down = nearer(crossing(here, pixel + vec2(0, -1)), crossing(here, pixel + vec2(0, 1)));
    let crosses = vec2(abs(across) <= 1.0, abs(down) <= 1.0);
    if !any(crosses) {
        output[at] = NOWHERE;
        return;
    }
    var way = select(vec2(0.0), vec2(across, down), crosses);
    if all(crosses) {
        let sum = across * across + down * down;
        if sum > 0.0 {
            way = vec2(snap(across * (down * down) / sum), snap(down * (across * across) / sum));
        }
    }
    output[at] = vec2<f32>(pixel) + way;
}
