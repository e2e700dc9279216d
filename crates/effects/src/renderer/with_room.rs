//! A GPU whose buffers are too small for some pictures.

use image::RgbaImage;

use super::{Cpu, Finished, Rendering, Source, Work};
use crate::gpu::Gpu;
use crate::{Error, Finish, Wallpaper};

/// Renders on the GPU, and by the twins what has no room there; the GPU is kept for other pictures.
pub(super) struct WithRoom {
    gpu: Work<Gpu>,
    twins: Work<Cpu>,
}

impl WithRoom {
    pub(super) fn new(gpu: Gpu) -> Self {
        Self {
            gpu: Work::new(gpu),
            twins: Work::new(Cpu),
        }
    }

    fn on_either<T>(&mut self, work: impl Fn(&mut dyn Rendering) -> Result<T, Error>) -> Result<T, Error> {
        let done = work(&mut self.gpu);
        if self.gpu.backend.lacked_room() && matches!(done, Err(Error::Gpu(_))) {
            return work(&mut self.twins);
        }
        done
    }
}

impl Rendering for WithRoom {
    fn render(&mut self, source: &Source, finish: &Finish) -> Result<Finished, Error> {
        self.on_either(|renderer| renderer.render(source, finish))
    }

    fn render_preview(&mut self, source: &Source, finish: &Finish, side: u32) -> Result<Finished, Error> {
        self.on_either(|renderer| renderer.render_preview(source, finish, side))
    }

    fn on_wallpaper(&mut self, picture: &RgbaImage, wallpaper: Wallpaper) -> Result<RgbaImage, Error> {
        self.on_either(|renderer| renderer.on_wallpaper(picture, wallpaper))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tests::{device, pictures};
    use crate::{Effect, Gloss};

    fn disc(side: u32) -> Source {
        let picture = pictures::disc(side, side as f32 / 3.0, [0.7, 0.05, 0.05]).to_srgb();
        Source {
            key: side.to_string(),
            picture: Arc::new(picture),
        }
    }

    #[test]
    fn a_picture_that_has_no_room_on_the_gpu_is_rendered_by_the_twins_and_others_still_on_the_gpu() {
        // Of 16 bytes: 128 x 128 pixels.
        let (device, queue) = device::with_bindings_of(128 * 128 * 16);
        let mut renderer = WithRoom::new(Gpu::new(device, queue));
        let finish = Finish {
            edits: Vec::new(),
            effects: vec![Effect::Gloss(Gloss::default())],
        };
        for _ in 0..2 {
            let large = renderer.render(&disc(200), &finish);
            assert_eq!(large, Work::new(Cpu).render(&disc(200), &finish));
            assert!(renderer.twins.whole.take().is_some() && renderer.gpu.whole.is_none());
            assert!(renderer.render(&disc(100), &finish).is_ok());
            assert!(renderer.twins.whole.is_none() && renderer.gpu.whole.is_some());
        }
        assert!(renderer.on_wallpaper(&disc(200).picture, Wallpaper::Dark).is_ok());
        assert!(renderer.render_preview(&disc(200), &finish, 190).is_ok());
    }

    #[test]
    fn a_lost_gpu_is_an_error_all_the_same() {
        let (device, queue) = device::open();
        let mut renderer = WithRoom::new(Gpu::new(device.clone(), queue));
        device.destroy();
        let finish = Finish {
            edits: Vec::new(),
            effects: vec![Effect::Gloss(Gloss::default())],
        };
        assert!(matches!(renderer.render(&disc(20), &finish), Err(Error::Gpu(_))));
    }
}
