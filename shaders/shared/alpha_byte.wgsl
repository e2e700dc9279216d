// Alpha as a byte. Ties go up, also those that arithmetic misses by its last bit. Twin: crates/effects/src/passes/flood.
fn alpha_byte(alpha: f32) -> u32 {
    return u32(alpha * 255.0 + 0.5005);
}
