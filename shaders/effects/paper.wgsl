// The picture printed on paper: fibres and felt, lit from the upper left.

#import noise

struct Uniforms {
    size: vec2<u32>,
    strength: f32,
    frequency: f32,         // grains per pixel
    pulp: vec3<f32>,        // the paper's colour, linear
    seed: u32,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4<f32>>;

// A slightly bent line of half a cell to either side of its middle, `corner` from the corner of its cell.
fn strand(fibre: u32, corner: vec2<f32>) -> f32 {
    let away = vec2(corner.x - unit(fibre), corner.y - unit(next(fibre)));
    let way = unit(next(next(fibre)));
    // A direction without sine: around the diamond |x| + |y| = 1.
    let direction = vec2(1.0 - 2.0 * way, 1.0 - abs(1.0 - 2.0 * way));
    let length = sqrt(direction.x * direction.x + direction.y * direction.y);
    let along = (away.x * direction.x + away.y * direction.y) / length;
    let across = (away.x * direction.y - away.y * direction.x) / length;
    let end = max(1.0 - along * along * 4.0, 0.0);
    let bend = (way - 0.5) * along * along;
    let side = (across - bend) * 26.0;
    return end * max(1.0 - side * side, 0.0);
}

// How much of a fibre is there, 0 to 1; in cells of fibres.
fn fibres(place: vec2<f32>) -> f32 {
    let cell = floor(place);
    var most = 0.0;
    for (var down = -1; down <= 1; down++) {
        for (var right = -1; right <= 1; right++) {
            var fibre = hash(vec2<i32>(cell) + vec2(right, down), uniforms.seed ^ 4u);
            for (var count = 0; count < 3; count++) {
                most = max(most, strand(fibre, place - cell - vec2(f32(right), f32(down))));
                fibre = next(next(next(fibre)));
            }
        }
    }
    return most;
}

// The relief, about 0 to 1.
fn height(place: vec2<f32>) -> f32 {
    let felt = 0.45 * value_noise(place * 0.5, uniforms.seed)
        + 0.3 * value_noise(place, uniforms.seed ^ 1u)
        + 0.28 * value_noise(place * 2.1, uniforms.seed ^ 2u);
    return felt + 0.15 * fibres(place * 0.16);
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let pixel = picture[at];
    if pixel.a == 0.0 {
        output[at] = pixel;
        return;
    }
    let place = (vec2<f32>(id.xy) + 0.5) * uniforms.frequency;
    let slope = height(place) - height(place + 0.35);
    let felt = value_noise(place * 0.13, uniforms.seed ^ 3u) - 0.5;
    let light = 1.0 + uniforms.strength * (1.45 * slope + 0.18 * felt);
    let soak = 0.16 * uniforms.strength;
    let soaked = pixel.rgb * (1.0 - soak) + pixel.a * uniforms.pulp * soak * 0.5 + pixel.rgb * uniforms.pulp * soak * 0.5;
    output[at] = vec4(clamp(soaked * light, vec3(0.0), vec3(pixel.a)), pixel.a);
}
