// A chat's wallpaper behind the picture: a ground that changes along the diagonal, with small figures.

struct Uniforms {
    size: vec2<u32>,
    ink: f32,               // how strong the figures are, 0 for none
    cell: f32,              // the distance of figures, pixels
    from_color: vec4<f32>,  // upper left, linear, opaque
    to_color: vec4<f32>,    // lower right
    ink_color: vec4<f32>,
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4<f32>>;

// The part of a pixel that the figure of its cell covers. Every other row of cells is moved by half a cell.
fn figure(pixel: vec2<f32>) -> f32 {
    let row = floor(pixel.y / uniforms.cell);
    let moved = pixel.x + 0.5 * uniforms.cell * (row - 2.0 * floor(row * 0.5));
    let column = floor(moved / uniforms.cell);
    let place = abs(vec2(moved - (column + 0.5) * uniforms.cell, pixel.y - (row + 0.5) * uniforms.cell));
    let radius = sqrt(place.x * place.x + place.y * place.y);
    var distance = 0.0;
    switch (u32(column) * 7u + u32(row) * 3u) % 4u {
        case 0u: { distance = abs(radius - 9.0) - 1.5; }
        case 1u: { distance = radius - 4.0; }
        case 2u: { distance = min(max(place.x - 9.0, place.y - 1.5), max(place.x - 1.5, place.y - 9.0)); }
        default: { distance = abs(place.x + place.y - 11.0) * 0.70710677 - 1.5; }
    }
    return clamp(0.5 - distance, 0.0, 1.0);
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let pixel = vec2<f32>(id.xy) + 0.5;
    let along = (pixel.x + pixel.y) / f32(uniforms.size.x + uniforms.size.y);
    let ground = uniforms.from_color + (uniforms.to_color - uniforms.from_color) * along;
    let wall = ground + (uniforms.ink_color - ground) * (figure(pixel) * uniforms.ink);
    let over = picture[at];
    output[at] = over + wall * (1.0 - over.a);
}
