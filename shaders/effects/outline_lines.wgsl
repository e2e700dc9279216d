// Lines across gaps: where the nearest points of two neighbouring pixels lie on opposite sides, a line between those points. The
// output gets a packed place, 1 to 256, for each pixel that a line passes; of several lines the largest stays. Twin: bridge.rs.
#import seeds

struct Uniforms {
    size: vec2<u32>,
    longest: f32,           // pixels
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> matte: array<f32>;
@group(0) @binding(2) var<storage, read> nearest: array<vec2<f32>>;
@group(0) @binding(3) var<storage, read_write> output: array<atomic<u32>>;

const TOLERANCE = 4.0;
const SHORTEST = 4.0;

fn is_outside(pixel: vec2<u32>) -> bool {
    return all(pixel < uniforms.size) && matte[pixel.y * uniforms.size.x + pixel.x] > 0.0;
}

fn is_gap(pixel: vec2<f32>, source: vec2<f32>, goal: vec2<f32>) -> bool {
    if !is_seed(source) || !is_seed(goal) {
        return false;
    }
    let way = goal - source;
    let length = way.x * way.x + way.y * way.y;
    let middle = (source + goal) * 0.5 - pixel;
    let off = middle.x * middle.x + middle.y * middle.y;
    return length >= SHORTEST && length <= uniforms.longest * uniforms.longest && off <= TOLERANCE;
}

fn floor_division(a: vec2<i32>, b: i32) -> vec2<i32> {
    let quotient = a / b;
    return select(quotient, quotient - 1, a - quotient * b < vec2(0));
}

fn draw(source: vec2<f32>, goal: vec2<f32>) {
    let begin = vec2<i32>(source * 16.0);
    let way = vec2<i32>(goal * 16.0) - begin;
    let steps = (max(abs(way.x), abs(way.y)) + 15) / 16;
    for (var step = 1; step < steps; step++) {
        let place = begin + floor_division(2 * way * step + steps, 2 * steps);
        let cell = (place + 8) >> vec2(4u);
        let part = place - cell * 16 + 8;
        atomicMax(&output[cell.y * i32(uniforms.size.x) + cell.x], u32(part.x * 16 + part.y + 1));
    }
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_outside(id.xy) {
        return;
    }
    let here = nearest[id.y * uniforms.size.x + id.x];
    for (var axis = 0; axis < 2; axis++) {
        let neighbour = id.xy + select(vec2(0u, 1u), vec2(1u, 0u), axis == 0);
        if is_outside(neighbour) {
            let there = nearest[neighbour.y * uniforms.size.x + neighbour.x];
            if is_gap(vec2<f32>(id.xy), here, there) {
                draw(here, there);
            }
        }
    }
}
