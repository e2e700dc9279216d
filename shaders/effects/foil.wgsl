// Holographic foil over the picture: facets that bend light into the colours of a thin film.

#import noise

struct Uniforms {
    size: vec2<u32>,
    strength: f32,
    frequency: f32,         // facets per pixel
    phase: f32,             // of the light, turns
    seed: u32,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4<f32>>;

struct Facet {
    middle: vec2<f32>,      // in facets
    hash: u32,
    distance_squared: f32,
}

// The colours of the film and, in w, the gleam of the mirror under it.
fn facet_light(facet: Facet, place: vec2<f32>) -> vec4<f32> {
    let turned = next(next(facet.hash));
    let tilt = vec2(unit(turned) - 0.5, unit(next(turned)) - 0.5);
    let own = unit(next(next(turned)));
    let inside = (place.x - facet.middle.x) * tilt.x + (place.y - facet.middle.y) * tilt.y;
    let sweep = (place.x + place.y * 0.6) * 0.16;
    let thickness = wave(uniforms.phase + sweep + 0.45 * inside + 0.4 * own);
    let facing = wave(uniforms.phase + own + tilt.x + 0.8 * inside);
    let cubed = facing * facing * facing;
    // The reflectance of a film with the index of soap (1.33), 210 to 560 nm thick, at 650, 545 and 450 nm.
    let path = 2.0 * 1.33 * (210.0 + 350.0 * thickness);
    let film = vec3(
        1.0 - wave(path * (1.0 / 650.0)),
        1.0 - wave(path * (1.0 / 545.0)),
        1.0 - wave(path * (1.0 / 450.0)),
    );
    return vec4(film, cubed * cubed);
}

// Of the facet there, and mixed with its neighbour's over the one pixel of their border.
fn light(place: vec2<f32>) -> vec4<f32> {
    let cell = floor(place);
    var nearest = Facet(vec2(0.0), 0u, 1e9);
    var second = nearest;
    for (var down = -1; down <= 1; down++) {
        for (var right = -1; right <= 1; right++) {
            let facet_hash = hash(vec2<i32>(cell) + vec2(right, down), uniforms.seed);
            let middle = vec2(
                cell.x + f32(right) + 0.1 + 0.8 * unit(facet_hash),
                cell.y + f32(down) + 0.1 + 0.8 * unit(next(facet_hash)),
            );
            let away = place - middle;
            let distance_squared = away.x * away.x + away.y * away.y;
            let facet = Facet(middle, facet_hash, distance_squared);
            if distance_squared < nearest.distance_squared {
                second = nearest;
                nearest = facet;
            } else if distance_squared < second.distance_squared {
                second = facet;
            }
        }
    }
    let across = second.middle - nearest.middle;
    let apart = max(sqrt(across.x * across.x + across.y * across.y), 1e-6);
    let border = (second.distance_squared - nearest.distance_squared) / (2.0 * apart * uniforms.frequency);
    let own = min(0.5 + border, 1.0);
    let other = facet_light(second, place);
    let mixed = other + (facet_light(nearest, place) - other) * own;
    // Facets are bevelled: a thin line of light along their borders.
    let bevel = max(1.0 - border * 0.6, 0.0) * 0.25;
    return vec4(mixed.rgb, mixed.w + bevel);
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
    let foil = light((vec2<f32>(id.xy) + 0.5) * uniforms.frequency);
    let tinted = pixel.rgb * (1.0 - uniforms.strength + uniforms.strength * (0.48 + 0.74 * foil.rgb));
    let gleam = uniforms.strength * pixel.a * (0.07 * foil.rgb + foil.w * (0.2 + 0.3 * foil.rgb));
    output[at] = vec4(min(tinted + gleam, vec3(pixel.a)), pixel.a);
}
