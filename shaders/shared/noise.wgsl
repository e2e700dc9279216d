// Noise from integer hashes; crates/effects/src/passes/noise.rs is the same.

// PCG-RXS-M-XS (Jarzynski and Olano, Hash Functions for GPU Rendering, 2020).
fn next(value: u32) -> u32 {
    let state = value * 747796405u + 2891336453u;
    let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (word >> 22u) ^ word;
}

// Of a place on a grid.
fn hash(place: vec2<i32>, seed: u32) -> u32 {
    return next(next(next(u32(place.x)) + u32(place.y)) + seed);
}

// 0 to 1, without 1.
fn unit(value: u32) -> f32 {
    return f32(value >> 8u) * (1.0 / 16777216.0);
}

// A smooth wave: 1 at every whole number, 0 between them.
fn wave(turns: f32) -> f32 {
    let away = abs(2.0 * (turns - floor(turns)) - 1.0);
    return away * away * (3.0 - 2.0 * away);
}

// Value noise: Perlin's quintic between random values on a grid of side 1, 0 to 1.
fn value_noise(place: vec2<f32>, seed: u32) -> f32 {
    let corner = floor(place);
    let part = place - corner;
    let eased = part * part * part * (part * (part * 6.0 - 15.0) + 10.0);
    let cell = vec2<i32>(corner);
    let upper_left = unit(hash(cell, seed));
    let upper_right = unit(hash(cell + vec2(1, 0), seed));
    let lower_left = unit(hash(cell + vec2(0, 1), seed));
    let lower_right = unit(hash(cell + vec2(1, 1), seed));
    let upper = upper_left + (upper_right - upper_left) * eased.x;
    let lower = lower_left + (lower_right - lower_left) * eased.x;
    return upper + (lower - upper) * eased.y;
}
