// The shape grown by a width with points at its corners, as a field: the distance to the straight sides that meet at the nearest
// seed instead of the distance to the seed. Twin: mitre.rs.
#import seeds

struct Uniforms {
    size: vec2<u32>,
    width: f32,             // pixels
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> matte: array<f32>;
@group(0) @binding(2) var<storage, read> seeds: array<vec2<f32>>;
@group(0) @binding(3) var<storage, read> nearest: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;

const SIDE = 5;
const LEAST = 0.25;

fn is_within(pixel: vec2<i32>) -> bool {
    return all(pixel >= vec2(0)) && all(pixel < vec2<i32>(uniforms.size));
}

fn index(pixel: vec2<i32>) -> i32 {
    return pixel.y * i32(uniforms.size.x) + pixel.x;
}

fn outward(pixel: vec2<i32>) -> vec2<f32> {
    var sum = vec2(0.0);
    for (var dy = -SIDE; dy <= SIDE; dy++) {
        for (var dx = -SIDE; dx <= SIDE; dx++) {
            let there = pixel + vec2(dx, dy);
            if is_within(there) && matte[index(there)] <= 0.0 {
                sum -= vec2(f32(dx), f32(dy));
            }
        }
    }
    return sum;
}

// The unit vector across `along` on the side of `outward`.
fn normal(along: vec2<f32>, outward: vec2<f32>) -> vec2<f32> {
    let across = vec2(-along.y, along.x) / sqrt(dot(along, along));
    return select(across, -across, dot(across, outward) < 0.0);
}

// How far a pixel, `away` from its seed, is from the further one of the lines of the sides that meet there.
fn beyond_sides(seed: vec2<f32>, away: vec2<f32>, round: f32) -> f32 {
    let pixel = vec2<i32>(floor(seed + 0.5));
    let out = outward(pixel);
    var left = vec2(0.0);
    var right = vec2(0.0);
    for (var dy = -SIDE; dy <= SIDE; dy++) {
        for (var dx = -SIDE; dx <= SIDE; dx++) {
            let there = pixel + vec2(dx, dy);
            if !is_within(there) {
                continue;
            }
            let other = seeds[index(there)];
            let way = other - seed;
            let length = dot(way, way);
            if !is_seed(other) || length < 4.0 || length > 25.0 {
                continue;
            }
            if out.x * way.y - out.y * way.x < 0.0 {
                left += way / sqrt(length);
            } else {
                right += way / sqrt(length);
            }
        }
    }
    if dot(left, left) < LEAST || dot(right, right) < LEAST {
        return round;
    }
    return max(dot(away, normal(left, out)), dot(away, normal(right, out)));
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let seed = nearest[at];
    let away = vec2<f32>(id.xy) - seed;
    let round = sqrt(dot(away, away));
    let width = uniforms.width;
    var distance = round;
    if matte[at] <= 0.0 {
        distance = -round;
    } else if round > width - 1.0 && round <= width * 2.0 + 2.0 {
        distance = min(round, max(beyond_sides(seed, away, round), round - width));
    }
    output[at] = distance - width;
}
