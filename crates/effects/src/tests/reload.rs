//! Debug builds follow shaders that change on disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{device, pictures};
use crate::gpu::{Frame, Gpu};
use crate::{Effect, Fit, Gloss, Linear, passes};

/// A copy of the shaders that a test may change; it goes with this value.
struct Copy(PathBuf);

impl Copy {
    fn new() -> Self {
        let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shaders");
        let copy = std::env::temp_dir().join(format!("sticker-shaders-{}", std::process::id()));
        for folder in ["effects", "shared"] {
            fs::create_dir_all(copy.join(folder)).unwrap();
            for entry in fs::read_dir(tree.join(folder)).unwrap() {
                let entry = entry.unwrap();
                fs::copy(entry.path(), copy.join(folder).join(entry.file_name())).unwrap();
            }
        }
        Self(copy)
    }

    /// Replaces a part of a file, which is younger than before afterwards, however coarse the file system's clock is.
    fn replace(&self, file: &str, from: &str, to: &str, seconds: u64) {
        let path = self.0.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(&path, text.replace(from, to)).unwrap();
        let later = SystemTime::now() + Duration::from_secs(seconds);
        fs::File::options()
            .append(true)
            .open(&path)
            .unwrap()
            .set_modified(later)
            .unwrap();
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn apply(gpu: &mut Gpu, effect: &Effect) -> Linear {
    let picture = pictures::disc(24, 9.0, [0.3, 0.2, 0.1]);
    gpu.guarded(|gpu| {
        let mut frame = Frame::from_linear(gpu, &picture)?;
        passes::gpu(effect, &mut frame)?;
        frame.read_picture()
    })
    .unwrap()
}

#[test]
fn a_changed_shader_is_taken_over_and_a_broken_one_is_not() {
    let copy = Copy::new();
    let (device, queue) = device::open();
    let mut gpu = Gpu::following(device, queue, Some(copy.0.clone()));
    let gloss = Effect::Gloss(Gloss::default());
    let before = apply(&mut gpu, &gloss);
    assert!(gpu.reload().is_empty());

    copy.replace("effects/gloss.wgsl", "* uniforms.strength", "* 0.0", 10);
    assert!(matches!(&gpu.reload()[..], [changed] if changed.name == "gloss" && changed.result.is_ok()));
    let without = apply(&mut gpu, &gloss);
    assert_eq!(without, pictures::disc(24, 9.0, [0.3, 0.2, 0.1]));
    assert_ne!(without, before);

    copy.replace("effects/gloss.wgsl", "* 0.0", "* no_such_name", 20);
    let broken = gpu.reload().pop().unwrap().result.unwrap_err();
    assert!(broken.contains("no_such_name") && broken.contains("wgsl:"), "{broken}");
    assert_eq!(apply(&mut gpu, &gloss), without);
    assert!(gpu.reload().is_empty(), "a broken shader is tried once");

    copy.replace("effects/gloss.wgsl", "* no_such_name", "* uniforms.strength", 30);
    assert!(gpu.reload()[0].result.is_ok());
    assert_eq!(apply(&mut gpu, &gloss), before);

    let fit = Effect::Fit(Fit {
        width: 16.0,
        height: 16.0,
        margin: 0.0,
    });
    assert_ne!(apply(&mut gpu, &fit), Linear::empty(16, 16));
    copy.replace("shared/premultiplied.wgsl", "return vec4(", "return 0.0 * vec4(", 40);
    assert!(gpu.reload()[0].result.is_ok(), "imports are followed, too");
    assert_eq!(apply(&mut gpu, &fit), Linear::empty(16, 16));
}
