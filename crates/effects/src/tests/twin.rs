//! The GPU against the twin.

use super::{device, pictures};
use crate::gpu::Frame;
use crate::{Effect, Linear, passes, presets};

/// The effect done by the GPU.
pub(crate) fn on_gpu(effect: &Effect, picture: &Linear) -> Linear {
    all_on_gpu(std::slice::from_ref(effect), picture)
}

fn all_on_gpu(effects: &[Effect], picture: &Linear) -> Linear {
    let mut gpu = device::gpu();
    gpu.guarded(|gpu| {
        let mut frame = Frame::from_linear(gpu, picture)?;
        for effect in effects {
            passes::gpu(effect, &mut frame)?;
        }
        frame.read_picture()
    })
    .unwrap_or_else(|error| panic!("{effects:?}: {error}"))
}

/// Fails unless GPU and twin agree, as [`assert_close`] says.
pub(crate) fn assert_same(effect: &Effect, name: &str, picture: &Linear) {
    let twin = passes::cpu(effect, picture.clone()).unwrap_or_else(|error| panic!("{effect:?}: {error}"));
    assert_close(&format!("{name} after {effect:?}"), &on_gpu(effect, picture), &twin);
}

/// Fails unless GPU and twin agree within 1/255 in every premultiplied component, in the byte of alpha, and in the bytes of
/// colour, weighed by alpha.
fn assert_close(name: &str, gpu: &Linear, twin: &Linear) {
    assert_eq!((gpu.width, gpu.height), (twin.width, twin.height), "size of {name}");
    for (index, (gpu, twin)) in gpu.pixels.iter().zip(&twin.pixels).enumerate() {
        let close = gpu
            .iter()
            .zip(twin)
            .all(|(gpu, twin)| (gpu - twin).abs() <= 1.0 / 255.0);
        assert!(
            close,
            "{name}: pixel {index} is {gpu:?} on the GPU and {twin:?} in the twin"
        );
    }
    let (gpu, twin) = (gpu.to_srgb(), twin.to_srgb());
    for ((x, y, gpu), twin) in gpu.enumerate_pixels().zip(twin.pixels()) {
        let alpha = f32::from(gpu.0[3].max(twin.0[3])) / 255.0;
        let color = (0..3).all(|c| f32::from(gpu.0[c].abs_diff(twin.0[c])) * alpha <= 1.0);
        let close = gpu.0[3].abs_diff(twin.0[3]) <= 1 && color;
        assert!(
            close,
            "{name}: ({x}, {y}) is {gpu:?} on the GPU and {twin:?} in the twin"
        );
    }
}

/// [`assert_same`] on all pictures.
pub(crate) fn assert_same_on_all(effect: &Effect) {
    for (name, picture) in pictures::all() {
        assert_same(effect, name, &picture);
    }
}

/// One of each kind; the caption says something.
fn effects() -> Vec<Effect> {
    let mut effects = Effect::all();
    for effect in &mut effects {
        if let Effect::Caption(caption) = effect {
            caption.text = "Hi, you!".into();
        }
    }
    effects
}

#[test]
fn every_preset_is_the_same_on_the_gpu_and_in_its_twin() {
    let pictures = pictures::all();
    let some = ["disc", "ramp", "noise"];
    for (name, picture) in pictures.iter().filter(|(name, _)| some.contains(name)) {
        for (preset, finish) in presets() {
            let effects = finish.effects.iter();
            let twin = effects.fold(picture.clone(), |picture, effect| passes::cpu(effect, picture).unwrap());
            assert_close(
                &format!("{name} after {preset}"),
                &all_on_gpu(&finish.effects, picture),
                &twin,
            );
        }
    }
}

#[test]
fn every_effect_is_the_same_on_the_gpu_and_in_its_twin() {
    for effect in effects() {
        assert_same_on_all(&effect);
    }
}

#[test]
fn large_pictures_are_the_same_too() {
    let disc = pictures::disc(2048, 900.0, [0.7, 0.3, 0.05]);
    for effect in effects() {
        assert_same(&effect, "2048 x 2048", &disc);
    }
}
