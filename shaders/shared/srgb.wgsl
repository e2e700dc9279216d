// IEC 61966-2-1, for each component of 0 to 1.
fn linear_from_srgb(value: vec3<f32>) -> vec3<f32> {
    let high = pow((value + 0.055) / 1.055, vec3(2.4));
    return select(high, value / 12.92, value <= vec3(0.04045));
}

fn srgb_from_linear(value: vec3<f32>) -> vec3<f32> {
    let high = 1.055 * pow(value, vec3(1.0 / 2.4)) - 0.055;
    return select(high, value * 12.92, value <= vec3(0.0031308));
}
