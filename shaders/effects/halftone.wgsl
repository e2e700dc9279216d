// Ink in dots, larger where the picture is darker, and lighter colours between them.

#import noise

struct Uniforms {
    size: vec2<u32>,
    along: vec2<f32>,       // cells per pixel along the rows of dots, to the right and downwards
    frequency: f32,         // cells per pixel
    strength: f32,
    reach: i32,             // pixels: how far from a place its tone is taken, too
    ink: vec3<f32>,         // linear
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4<f32>>;

// Of the place and eight around it: 0 for white, 1 for black, pure colours between.
fn darkness(place: vec2<i32>) -> f32 {
    var light = 0.0;
    var alpha = 0.0;
    for (var down = -1; down <= 1; down++) {
        for (var right = -1; right <= 1; right++) {
            let last = vec2<i32>(uniforms.size) - 1;
            let from_there = clamp(place + vec2(right, down) * uniforms.reach, vec2(0), last);
            let pixel = picture[u32(from_there.y) * uniforms.size.x + u32(from_there.x)];
            let brightest = max(max(pixel.r, pixel.g), pixel.b);
            light += 0.5 * (brightest + 0.2126 * pixel.r + 0.7152 * pixel.g + 0.0722 * pixel.b);
            alpha += pixel.a;
        }
    }
    return 1.0 - sqrt(clamp(light / max(alpha, 1e-6), 0.0, 1.0));
}

// Of the wave, up to a factor.
fn slope(turns: f32) -> f32 {
    let away = abs(2.0 * (turns - floor(turns)) - 1.0);
    return away * (1.0 - away);
}

// How much of a pixel is ink, when this part of the cell is: the Euclidean spot function.
fn covered(part: f32, at: vec2<f32>) -> f32 {
    let u = at.x * uniforms.along.x + at.y * uniforms.along.y;
    let v = at.y * uniforms.along.x - at.x * uniforms.along.y;
    let spot = 0.5 * (wave(u) + wave(v));
    let level = 1.0 - part - 0.91 * part * (1.0 - part) * (1.0 - 2.0 * part);
    let steepness = 6.0 * sqrt(slope(u) * slope(u) + slope(v) * slope(v)) * uniforms.frequency;
    let soft_edge = clamp(0.5 + (spot - level) / max(steepness, uniforms.frequency), 0.0, 1.0);
    // A dot, or a hole, smaller than a pixel covers no more of it than its area.
    let area = 1.0 / (uniforms.frequency * uniforms.frequency);
    return max(min(soft_edge, part * area), 1.0 - (1.0 - part) * area);
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let pixel = picture[at];
    if pixel.a == 0.0 {
        output[at] = vec4(0.0);
        return;
    }
    let part = uniforms.strength * darkness(vec2<i32>(id.xy));
    let ink_part = covered(part, vec2<f32>(id.xy) + 0.5);
    let ink = uniforms.ink * pixel.a;
    let between = clamp((pixel.rgb - ink * part) / max(1.0 - part, 1e-3), vec3(0.0), vec3(pixel.a));
    output[at] = vec4(between + (ink - between) * ink_part, pixel.a);
}
