// Seeds of jump flooding: places in pixels, (0, 0) the middle of the first pixel. Twin: crates/effects/src/passes/flood.

// No seed: so far away that any seed is nearer.
const NOWHERE = vec2<f32>(-16384.0, -16384.0);

fn is_seed(seed: vec2<f32>) -> bool {
    return seed.x > -8192.0;
}

fn squared_distance(pixel: vec2<i32>, seed: vec2<f32>) -> f32 {
    let way = seed - vec2<f32>(pixel);
    return way.x * way.x + way.y * way.y;
}
