//! What renders: the CPU or a GPU.

use std::sync::Arc;

use image::RgbaImage;

use crate::{Effect, Error, Linear, Wallpaper, passes};

/// Where effects are computed.
pub(super) trait Backend {
    /// A picture between two effects; cheap to clone.
    type Picture: Clone;

    /// Brings a picture there.
    fn begin(&mut self, picture: &RgbaImage) -> Result<Self::Picture, Error>;

    /// Does an effect.
    fn apply(&mut self, effect: &Effect, picture: Self::Picture) -> Result<Self::Picture, Error>;

    /// Puts a wallpaper behind the picture.
    fn hang(&mut self, wallpaper: Wallpaper, picture: Self::Picture) -> Result<Self::Picture, Error>;

    /// Brings a picture back.
    fn end(&mut self, picture: &Self::Picture) -> Result<RgbaImage, Error>;

    /// The memory of a picture.
    fn bytes(picture: &Self::Picture) -> u64;

    /// Whether shaders are others than at the last call: kept pictures are outdated then.
    fn shaders_changed(&mut self) -> bool;
}

/// The twins.
pub(super) struct Cpu;

impl Backend for Cpu {
    type Picture = Arc<Linear>;

    fn begin(&mut self, picture: &RgbaImage) -> Result<Self::Picture, Error> {
        Ok(Arc::new(Linear::from_srgb(picture)))
    }

    fn apply(&mut self, effect: &Effect, picture: Self::Picture) -> Result<Self::Picture, Error> {
        passes::cpu(effect, Arc::unwrap_or_clone(picture)).map(Arc::new)
    }

    fn hang(&mut self, wallpaper: Wallpaper, picture: Self::Picture) -> Result<Self::Picture, Error> {
        Ok(Arc::new(passes::wallpaper::cpu(
            wallpaper,
            Arc::unwrap_or_clone(picture),
        )))
    }

    fn end(&mut self, picture: &Self::Picture) -> Result<RgbaImage, Error> {
        Ok(picture.to_srgb())
    }

    fn bytes(picture: &Self::Picture) -> u64 {
        size_of_val(&picture.pixels[..]) as u64
    }

    fn shaders_changed(&mut self) -> bool {
        false
    }
}

#[cfg(feature = "gpu")]
pub(super) use gpu::prove;

#[cfg(feature = "gpu")]
mod gpu {
    use super::{Backend, Cpu, Effect, Error, RgbaImage, Wallpaper, passes};
    use crate::gpu::{Frame, Gpu, Picture, bytes};
    use crate::{Gloss, Outline, Shadow};

    impl Backend for Gpu {
        type Picture = Picture;

        fn begin(&mut self, picture: &RgbaImage) -> Result<Picture, Error> {
            self.guarded(|gpu| bytes::decode(gpu, picture))
        }

        fn apply(&mut self, effect: &Effect, picture: Picture) -> Result<Picture, Error> {
            changed(self, picture, |frame| passes::gpu(effect, frame))
        }

        fn hang(&mut self, wallpaper: Wallpaper, picture: Picture) -> Result<Picture, Error> {
            changed(self, picture, |frame| passes::wallpaper::gpu(wallpaper, frame))
        }

        fn end(&mut self, picture: &Picture) -> Result<RgbaImage, Error> {
            self.guarded(|gpu| bytes::encode(gpu, picture))
        }

        fn bytes(picture: &Picture) -> u64 {
            picture.buffer.size()
        }

        fn shaders_changed(&mut self) -> bool {
            let reloaded = self.reload();
            for shader in &reloaded {
                match &shader.result {
                    Ok(()) => log::info!("took over the changed shader {}", shader.name),
                    Err(message) => log::error!("the changed shader {} keeps its former state: {message}", shader.name),
                }
            }
            reloaded.iter().any(|shader| shader.result.is_ok())
        }
    }

    fn changed(
        gpu: &mut Gpu,
        picture: Picture,
        pass: impl FnOnce(&mut Frame) -> Result<(), Error>,
    ) -> Result<Picture, Error> {
        gpu.guarded(|gpu| {
            let mut frame = Frame::new(gpu, picture);
            pass(&mut frame)?;
            Ok(frame.finish())
        })
    }

    /// A picture with every byte must come back as the twins make it: some drivers accept everything and compute nonsense.
    pub(in crate::renderer) fn prove(gpu: &mut Gpu) -> Result<(), Error> {
        let picture = RgbaImage::from_fn(16, 16, |x, y| {
            image::Rgba([x, y, x ^ y, 255 - x * y].map(|part| (part * 17) as u8))
        });
        let outline = Outline {
            width: 3.0,
            bridge: 8.0,
            ..Outline::default()
        };
        let effects = [
            Effect::Gloss(Gloss::default()),
            Effect::Outline(outline),
            Effect::Shadow(Shadow::default()),
        ];
        let (by_gpu, by_twin) = (
            through(gpu, &picture, &effects)?,
            through(&mut Cpu, &picture, &effects)?,
        );
        let close = |(gpu, twin): (&image::Rgba<u8>, &image::Rgba<u8>)| {
            let weight = |pixel: &image::Rgba<u8>, c: usize| i32::from(pixel.0[c]) * i32::from(pixel.0[3]);
            let color = (0..3).all(|c| weight(gpu, c).abs_diff(weight(twin, c)) <= 3 * 255);
            color && gpu.0[3].abs_diff(twin.0[3]) <= 1
        };
        if by_gpu.dimensions() == by_twin.dimensions() && by_gpu.pixels().zip(by_twin.pixels()).all(close) {
            return Ok(());
        }
        Err(Error::Gpu(
            "its driver does not compute what the CPU does; update the driver, or go on with the CPU".into(),
        ))
    }

    fn through<B: Backend>(backend: &mut B, picture: &RgbaImage, effects: &[Effect]) -> Result<RgbaImage, Error> {
        let begun = backend.begin(picture)?;
        let done = effects
            .iter()
            .try_fold(begun, |picture, effect| backend.apply(effect, picture))?;
        backend.end(&done)
    }
}
