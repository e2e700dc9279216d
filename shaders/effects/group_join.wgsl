// Joins neighbouring pixels of weight to groups: union-find by atomics. Node 0 is what lies around the picture, pixels follow from
// 1. The output holds, for each node, the number of nodes less its parent, or 0 for a root: so that the zeroed buffer is all
// roots, and atomicMax lowers a parent. A parent is always less than its node.

struct Uniforms {
    size: vec2<u32>,
    holes: u32,             // 0: pixels touch at sides and corners; 1: at sides, and at the border they touch what lies around
}

@group(0) @binding(0) var<uniform> uniforms: Uniforms;
@group(0) @binding(1) var<storage, read> weights: array<u32>;
@group(0) @binding(2) var<storage, read_write> output: array<atomic<u32>>;

fn nodes() -> u32 {
    return uniforms.size.x * uniforms.size.y + 1u;
}

fn root(start: u32) -> u32 {
    var node = start;
    loop {
        let packed = atomicLoad(&output[node]);
        if packed == 0u {
            break;
        }
        node = nodes() - packed;
    }
    // The next search is shorter.
    if node != start {
        atomicMax(&output[start], nodes() - node);
    }
    return node;
}

fn unite(a: u32, b: u32) {
    var left = a;
    var right = b;
    loop {
        left = root(left);
        right = root(right);
        if left == right {
            return;
        }
        let low = min(left, right);
        let before = atomicMax(&output[max(left, right)], nodes() - low);
        if before == 0u {
            return;
        }
        // It was no root any more: what it belonged to belongs together with `low`.
        left = nodes() - before;
        right = low;
    }
}

fn unite_with(node: u32, pixel: vec2<i32>) {
    if pixel.x < 0 || pixel.y < 0 || pixel.x >= i32(uniforms.size.x) {
        return;
    }
    let other = u32(pixel.y) * uniforms.size.x + u32(pixel.x);
    if weights[other] > 0u {
        unite(node, other + 1u);
    }
}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if any(id.xy >= uniforms.size) {
        return;
    }
    let at = id.y * uniforms.size.x + id.x;
    if weights[at] == 0u {
        return;
    }
    let node = at + 1u;
    let pixel = vec2<i32>(id.xy);
    unite_with(node, pixel + vec2(-1, 0));
    unite_with(node, pixel + vec2(0, -1));
    if uniforms.holes == 0u {
        unite_with(node, pixel + vec2(-1, -1));
        unite_with(node, pixel + vec2(1, -1));
    } else if any(id.xy == vec2(0u)) || any(id.xy + 1u == uniforms.size) {
        unite(node, 0u);
    }
}
