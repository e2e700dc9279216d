// What each pixel adds to the area of its group, in bytes; 0 when it belongs to none. Twin: clean_matte/components.rs.
#import alpha_byte

struct Uniforms {
    size: vec2<u32>,
    holes: u32,             // 0: groups of what is there, 1: of what lacks
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> picture: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> output: array<u32>;

// Alpha or its lack up to this is faint.
const FAINT = 12u;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    let alpha = alpha_byte(picture[at].a);
    let weight = select(alpha, 255u - alpha, uniforms.holes == 1u);
    output[at] = select(0u, weight, weight > FAINT);
}
