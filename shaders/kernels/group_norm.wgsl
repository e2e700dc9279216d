{{ enable }}
// Group normalisation (Wu and He 2018, arXiv 1803.08494) with its activation. One workgroup normalises one group of one picture.
// Placeholders in double braces are filled in by crates/diffusion/src/kernels/gpu/group_norm.rs.
// Every buffer is read_write because burn's allocator may place two tensors in one buffer.

@group(0) @binding(0) var<storage, read_write> x: array<{{ element }}>;
@group(0) @binding(1) var<storage, read_write> weight: array<{{ element }}>;
@group(0) @binding(2) var<storage, read_write> bias: array<{{ element }}>;
@group(0) @binding(3) var<storage, read_write> output: array<{{ element }}>;
// positions (height times width), channels per group, groups, bits of epsilon
@group(0) @binding(4) var<storage, read_write> info: array<u32>;

const WORKGROUP = {{ workgroup }}u;
var<workgroup> partial: array<f32, {{ workgroup }}>;

// The sum of `value` over the workgroup; the tree's order is fixed, so the result is repeatable.
fn workgroup_sum(value: f32, lane: u32) -> f32 {
    workgroupBarrier();
    partial[lane] = value;
    workgroupBarrier();
    for (var stride = WORKGROUP / 2u; stride > 0u; stride >>= 1u) {
        if lane < stride { partial[lane] += partial[lane + stride]; }
        workgroupBarrier();
    }
    return partial[0];
}

@compute @workgroup_size({{ workgroup }}, 1, 1)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let positions = info[0];
    let channels = info[1];
    let group = workgroup.x % info[2];
    let epsilon = bitcast<f32>(info[3]);
    let count = positions * channels;
    let start = workgroup.x * count;

    var sum = 0.0;
    for (var i = lane; i < count; i += WORKGROUP) { sum += f32(x[start + i]); }
    let mean = workgroup_sum(sum, lane) / f32(count);

    // A second pass over the deviations: the difference of two large sums would lose the variance of a bright group.
    var squares = 0.0;
    for (var i = lane; i < count; i += WORKGROUP) {
        let deviation = f32(x[start + i]) - mean;
        squares += deviation * deviation;
    }
    let scale = inverseSqrt(workgroup_sum(squares, lane) / f32(count) + epsilon);

    for (var channel = 0u; channel < channels; channel++) {
        let factor = f32(weight[group * channels + channel]) * scale;
        let offset = f32(bias[group * channels + channel]) - mean * factor;
        let first = start + channel * positions;
        for (var i = lane; i < positions; i += WORKGROUP) {
            let y = f32(x[first + i]) * factor + offset;
            output[first + i] = {{ element }}({{ activation }});
        }
    }
}
