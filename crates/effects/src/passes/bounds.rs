//! The part of a picture that is visible.

use crate::Linear;

/// From this alpha on a pixel is visible: below it becomes the byte 0.
const VISIBLE: f32 = 0.5 / 255.0;

/// A rectangle of at least one pixel; right and bottom are exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Pixels.
    pub left: u32,
    /// Pixels.
    pub top: u32,
    /// Pixels.
    pub right: u32,
    /// Pixels.
    pub bottom: u32,
}

impl Bounds {
    /// Pixels.
    pub(crate) fn width(self) -> u32 {
        self.right - self.left
    }

    /// Pixels.
    pub(crate) fn height(self) -> u32 {
        self.bottom - self.top
    }
}

/// The smallest rectangle with everything visible; `None` when nothing is.
pub(crate) fn cpu(picture: &Linear) -> Option<Bounds> {
    let mut found: Option<Bounds> = None;
    for (y, row) in (0..).zip(picture.pixels.chunks(picture.width as usize)) {
        let visible = |pixel: &[f32; 4]| pixel[3] >= VISIBLE;
        let (Some(left), Some(right)) = (row.iter().position(visible), row.iter().rposition(visible)) else {
            continue;
        };
        let (left, right) = (left as u32, right as u32 + 1);
        let bounds = found.get_or_insert(Bounds {
            left,
            top: y,
            right,
            bottom: y + 1,
        });
        *bounds = Bounds {
            left: bounds.left.min(left),
            top: bounds.top,
            right: bounds.right.max(right),
            bottom: y + 1,
        };
    }
    found
}

#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu {
    //! The same by a shader.

    use super::{Bounds, VISIBLE};
    use crate::Error;
    use crate::gpu::{Frame, shaders, uniforms};

    uniforms! {
        /// Of bounds.
        Uniforms { size: [u32; 2], visible: f32, _pad: u32, }
    }

    /// The smallest rectangle with everything visible; `None` when nothing is. Waits for the GPU.
    pub(crate) fn gpu(frame: &mut Frame) -> Result<Option<Bounds>, Error> {
        let size = [frame.width(), frame.height()];
        let output = frame.storage(16)?;
        frame.run_into(
            &shaders::BOUNDS,
            &Uniforms {
                size,
                visible: VISIBLE,
                _pad: 0,
            },
            &[&frame.picture()],
            &output,
            size,
        )?;
        let [from_right, from_bottom, right, bottom] = frame.read::<u32>(&output)?[..] else {
            return Err(Error::Gpu("its result is incomplete".into()));
        };
        let found = Bounds {
            left: size[0] - from_right,
            top: size[1] - from_bottom,
            right,
            bottom,
        };
        Ok((right > 0).then_some(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::pictures;

    #[test]
    fn they_are_those_of_what_becomes_a_byte_above_zero() {
        let picture = pictures::drawn(9, 7, |x, y| match (x, y) {
            (2, 5) | (6, 3) => [0.0, 0.0, 0.0, 0.6 / 255.0],
            _ => [0.0, 0.0, 0.0, 0.4 / 255.0],
        });
        assert_eq!(
            cpu(&picture),
            Some(Bounds {
                left: 2,
                top: 3,
                right: 7,
                bottom: 6
            })
        );
        assert_eq!(cpu(&Linear::empty(3, 3)), None);
    }

    #[cfg(feature = "gpu")]
    #[test]
    fn the_gpu_finds_the_same() {
        use crate::gpu::Frame;
        let mut gpu = crate::tests::device::gpu();
        for (name, picture) in pictures::all() {
            let found = gpu.guarded(|gpu| super::gpu(&mut Frame::from_linear(gpu, &picture)?));
            assert_eq!(found, Ok(cpu(&picture)), "{name}");
        }
    }
}
