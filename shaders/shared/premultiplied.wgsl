// Brings a filtered pixel back into range: alpha to 0 to 1, no colour above alpha.
fn in_range(pixel: vec4<f32>) -> vec4<f32> {
    let alpha = clamp(pixel.a, 0.0, 1.0);
    return vec4(clamp(pixel.rgb, vec3(0.0), vec3(alpha)), alpha);
}
