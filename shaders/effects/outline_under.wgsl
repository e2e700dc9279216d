// The picture over a colour where a field is inside (at most zero), half a pixel of it soft.

struct Uniforms {
    size: vec2<u32>,        // of the output
    input_size: vec2<u32>,  // of the picture
    field_width: u32,
    inset: u32,             // pixels of the field before the output's first, both ways
    growth: i32,            // pixels of the output before the picture's first, both ways
    color: vec4<f32>,       // linear, opaque
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> field: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f32>>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let source = vec2<i32>(id.xy) - vec2(uniforms.growth);
    var over = vec4(0.0);
    if all(source >= vec2(0)) && all(source < vec2<i32>(uniforms.input_size)) {
        over = picture[source.y * i32(uniforms.input_size.x) + source.x];
    }
    let place = id.xy + uniforms.inset;
    let coverage = clamp(0.5 - field[place.y * uniforms.field_width + place.x], 0.0, 1.0);
    output[id.y * uniforms.size.x + id.x] = over + uniforms.color * (coverage * (1.0 - over.a));
}
