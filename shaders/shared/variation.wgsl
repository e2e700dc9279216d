// What the shaders scale_* share. Twin: crates/effects/src/passes/scale/variation.rs.

// A pixel of the picture and what holds it to its right and lower neighbours.
struct State {
    value: vec4<f32>,
    across: vec4<f32>,
    down: vec4<f32>,
}

const PRIMAL = 0.1;
const DUAL = 1.25;
const RELAXATION = 1.8;
const WEAK = 0.1;
