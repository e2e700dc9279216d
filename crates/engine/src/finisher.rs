//! Finishes pictures: effects on the GPU that burn computes on, too, or on the CPU.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use effects::{Finish, Renderer, Source, Wallpaper};
use image::RgbaImage;

use crate::device::{self, DeviceKind, EffectsGpu};
use crate::{DeviceChoice, Error, Picture};

/// Makes stickers of pictures. Keeps what it computed last: a small change of the finish of the same picture costs little.
pub struct Finisher {
    renderer: Renderer,
    /// The GPU it computes on.
    gpu: Option<EffectsGpu>,
}

/// A picture to finish.
#[derive(Clone, Debug)]
pub struct FinishSource {
    key: String,
    picture: Arc<RgbaImage>,
}

impl FinishSource {
    /// A picture of its own: a [`Finisher`] knows it again by this value and its clones, and not by its pixels.
    ///
    /// # Errors
    /// When the picture's bytes are not as many as its size says.
    pub fn new(picture: Picture) -> Result<Self, Error> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Ok(Self {
            key: NEXT.fetch_add(1, Ordering::Relaxed).to_string(),
            picture: Arc::new(image_of(picture)?),
        })
    }
}

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedPicture {
    /// Straight-alpha sRGB.
    pub picture: Picture,
    /// What a person should know.
    pub warnings: Vec<String>,
}

impl Finisher {
    /// On the device that `choice` means. A GPU that cannot be opened is said and the CPU taken: the pictures are the same.
    ///
    /// # Errors
    /// When there is no such device.
    pub fn open(choice: DeviceChoice) -> Result<Self, Error> {
        match device::renderer(choice)? {
            Some((renderer, gpu)) => Ok(Self {
                renderer,
                gpu: Some(gpu),
            }),
            None => Ok(Self::on_cpu()),
        }
    }

    /// On the CPU.
    pub fn on_cpu() -> Self {
        Self {
            renderer: Renderer::on_cpu(),
            gpu: None,
        }
    }

    /// What computes.
    pub fn device(&self) -> &str {
        self.gpu.as_ref().map_or("CPU", |gpu| &gpu.info.name)
    }

    /// Whether it is a real GPU: fast enough for whole pictures while a slider moves.
    pub fn is_live(&self) -> bool {
        self.gpu
            .as_ref()
            .is_some_and(|gpu| gpu.info.kind != DeviceKind::Software)
    }

    /// Finishes a picture.
    ///
    /// # Errors
    /// When a value of the finish is outside of its range, or the picture is too large.
    pub fn finish(&mut self, source: &FinishSource, finish: &Finish) -> Result<FinishedPicture, Error> {
        self.render(source, |renderer, source| renderer.render(source, finish))
    }

    /// The same with the picture brought down so that its longer side has at most `side` pixels, and every length with it.
    ///
    /// # Errors
    /// As [`Finisher::finish`].
    pub fn preview(&mut self, source: &FinishSource, finish: &Finish, side: u32) -> Result<FinishedPicture, Error> {
        self.render(source, |renderer, source| renderer.render_preview(source, finish, side))
    }

    /// A finished picture on the wallpaper of a chat, opaque: how it looks there.
    ///
    /// # Errors
    /// When the picture is too large.
    pub fn on_wallpaper(&mut self, picture: Picture, wallpaper: Wallpaper) -> Result<Picture, Error> {
        let source = FinishSource::new(picture)?;
        let shown = self.render(&source, |renderer, source| {
            Ok(effects::Finished {
                picture: renderer.on_wallpaper(&source.picture, wallpaper)?,
                warnings: Vec::new(),
            })
        })?;
        Ok(shown.picture)
    }

    fn render(
        &mut self,
        source: &FinishSource,
        render: impl Fn(&mut Renderer, &Source) -> Result<effects::Finished, effects::Error>,
    ) -> Result<FinishedPicture, Error> {
        let source = Source {
            key: source.key.clone(),
            picture: source.picture.clone(),
        };
        let finished = match render(&mut self.renderer, &source) {
            Err(effects::Error::Gpu(reason)) => {
                log::warn!("{} failed in an effect ({reason}); the CPU goes on", self.device());
                if let Some(gpu) = self.gpu.take() {
                    gpu.forget();
                }
                self.renderer = Renderer::on_cpu();
                render(&mut self.renderer, &source)
            }
            other => other,
        }?;
        Ok(FinishedPicture {
            picture: picture_of(finished.picture),
            warnings: finished.warnings,
        })
    }
}

/// As the effects take it.
///
/// # Errors
/// When the bytes are not as many as the size says.
pub(crate) fn image_of(picture: Picture) -> Result<RgbaImage, Error> {
    RgbaImage::from_raw(picture.width, picture.height, picture.rgba)
        .ok_or_else(|| Error::internal("a picture has other bytes than its size says"))
}

pub(crate) fn picture_of(image: RgbaImage) -> Picture {
    Picture {
        width: image.width(),
        height: image.height(),
        rgba: image.into_raw(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square() -> FinishSource {
        let mut rgba = vec![0; 64 * 64 * 4];
        for pixel in rgba.chunks_exact_mut(4).skip(64 * 16).take(64 * 32) {
            pixel.copy_from_slice(&[200, 30, 30, 255]);
        }
        let picture = Picture {
            width: 64,
            height: 64,
            rgba,
        };
        FinishSource::new(picture).unwrap()
    }

    #[test]
    fn the_default_finish_gives_a_sticker_of_512_pixels() {
        let finish = effects::presets().swap_remove(0).1;
        let finished = Finisher::on_cpu().finish(&square(), &finish).unwrap();
        assert_eq!((finished.picture.width, finished.picture.height), (512, 512));
        assert_eq!(finished.picture.rgba[3], 0, "the corner is transparent");
        assert!(finished.warnings.is_empty(), "{:?}", finished.warnings);
    }

    #[test]
    fn a_preview_is_small() {
        let finish = effects::presets().swap_remove(0).1;
        let finished = Finisher::on_cpu().preview(&square(), &finish, 32).unwrap();
        assert_eq!((finished.picture.width, finished.picture.height), (32, 32));
    }

    #[test]
    fn a_wallpaper_lies_behind_the_sticker() {
        let FinishSource { picture, .. } = square();
        let sticker = picture_of(RgbaImage::clone(&picture));
        let mut finisher = Finisher::on_cpu();
        let [light, dark] =
            [Wallpaper::Light, Wallpaper::Dark].map(|one| finisher.on_wallpaper(sticker.clone(), one).unwrap().rgba);
        assert!(light.chunks_exact(4).all(|pixel| pixel[3] == 255));
        assert!(light[0] > dark[0], "the corner is the wallpaper's");
        let middle = (32 * 64 + 32) * 4;
        assert_eq!(light[middle..middle + 4], [200, 30, 30, 255]);
    }

    #[test]
    fn a_wrong_value_is_a_sentence_for_the_person() {
        let finish: Finish = serde_json::from_str(r#"{"edits":[],"effects":[{"kind":"scale","side":1}]}"#).unwrap();
        let error = Finisher::on_cpu().finish(&square(), &finish).unwrap_err();
        assert_eq!(error.code, crate::ErrorCode::Usage);
        assert!(error.message.starts_with("side of the effect scale is 1"), "{error}");
    }

    #[test]
    fn damaged_pictures_are_refused() {
        let picture = Picture {
            width: 2,
            height: 2,
            rgba: vec![0; 3],
        };
        assert!(FinishSource::new(picture).is_err());
    }
}
