//! Renders a finish, on the GPU or the CPU, and keeps what it made on the way.

mod backend;
mod preview;
mod stages;
#[cfg(feature = "gpu")]
mod with_room;

use std::collections::BTreeSet;
use std::sync::Arc;

use image::RgbaImage;

use self::backend::{Backend, Cpu};
use self::stages::Stages;
use crate::{Effect, Error, Finish, MAX_SIDE, Wallpaper, edits, passes};

/// A picture as it came, before any finish.
#[derive(Clone, Debug)]
pub struct Source {
    /// Names the picture's content (its hash, say): sources with the same key are the same picture.
    pub key: String,
    /// Straight-alpha sRGB.
    pub picture: Arc<RgbaImage>,
}

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Straight-alpha sRGB.
    pub picture: RgbaImage,
    /// Sentences for the person.
    pub warnings: Vec<String>,
}

/// Renders finishes. It keeps the picture after each effect of the last one: the next one begins with the first effect that is
/// different.
pub struct Renderer(Box<dyn Rendering + Send>);

/// What a renderer does, on whatever computes. Behind a pointer: a GPU's types go so deep that compilers of other crates give up.
trait Rendering {
    fn render(&mut self, source: &Source, finish: &Finish) -> Result<Finished, Error>;
    fn render_preview(&mut self, source: &Source, finish: &Finish, side: u32) -> Result<Finished, Error>;
    fn on_wallpaper(&mut self, picture: &RgbaImage, wallpaper: Wallpaper) -> Result<RgbaImage, Error>;
}

impl Renderer {
    /// Computes by the CPU twins of the passes.
    pub fn on_cpu() -> Self {
        Self(Box::new(Work::new(Cpu)))
    }

    /// Computes on a GPU that somebody opened; others can use it at the same time. Compute shaders with five storage buffers and the
    /// default limits of wgpu suffice. Pictures that are too large for its buffers are computed by the CPU.
    ///
    /// # Errors
    /// [`Error::Gpu`] when it does not compute what the CPU does.
    #[cfg(feature = "gpu")]
    pub fn on_gpu(device: wgpu::Device, queue: wgpu::Queue) -> Result<Self, Error> {
        let mut gpu = crate::gpu::Gpu::new(device, queue);
        backend::prove(&mut gpu)?;
        Ok(Self(Box::new(with_room::WithRoom::new(gpu))))
    }

    /// Renders a finish.
    ///
    /// A picture that is transparent everywhere passes unchanged with a warning, unless there is a caption. There is a warning, too,
    /// when the effects leave nothing of it.
    ///
    /// # Errors
    /// A value outside of its range, a picture larger than [`MAX_SIDE`], or [`Error::Gpu`] when the GPU fails (it may be lost):
    /// go on with [`Renderer::on_cpu`] then.
    pub fn render(&mut self, source: &Source, finish: &Finish) -> Result<Finished, Error> {
        self.0.render(source, finish)
    }

    /// Renders a smaller picture of the same: at most `side` pixels enter an effect a side (growth by outlines and the like comes
    /// on top), and every number that counts pixels is smaller by the same factor.
    ///
    /// # Errors
    /// As [`Renderer::render`].
    pub fn render_preview(&mut self, source: &Source, finish: &Finish, side: u32) -> Result<Finished, Error> {
        self.0.render_preview(source, finish, side)
    }

    /// A finished picture on the wallpaper of a chat, as large as the picture.
    ///
    /// # Errors
    /// A picture larger than [`MAX_SIDE`], or [`Error::Gpu`].
    pub fn on_wallpaper(&mut self, picture: &RgbaImage, wallpaper: Wallpaper) -> Result<RgbaImage, Error> {
        self.0.on_wallpaper(picture, wallpaper)
    }
}

/// Pictures before, between and after effects are kept up to this much memory, those of previews included: 16 of 1024 x 1024 pixels
/// with 16 bytes each.
const KEPT_BYTES: u64 = 256 << 20;

/// A backend with what it keeps.
struct Work<B: Backend> {
    backend: B,
    whole: Option<Stages<B::Picture>>,
    preview: Option<Stages<B::Picture>>,
    scaled: Option<preview::Scaled>,
}

impl<B: Backend> Work<B> {
    fn new(backend: B) -> Self {
        Self {
            backend,
            whole: None,
            preview: None,
            scaled: None,
        }
    }

    fn follow_shaders(&mut self) {
        if self.backend.shaders_changed() {
            self.whole = None;
            self.preview = None;
        }
    }
}

/// Forgets what is more than [`KEPT_BYTES`], first of what was not used last.
fn stay_within_budget<B: Backend>(used: &mut Option<Stages<B::Picture>>, other: &mut Option<Stages<B::Picture>>) {
    let bytes = |stages: &Option<Stages<B::Picture>>| stages.as_ref().map_or(0, |stages| stages.bytes(B::bytes));
    if let Some(stages) = used {
        stages.forget_beyond(KEPT_BYTES, B::bytes);
    }
    let left = KEPT_BYTES.saturating_sub(bytes(used));
    if let Some(stages) = other {
        stages.forget_beyond(left, B::bytes);
    }
    if bytes(other) > left {
        *other = None;
    }
}

impl<B: Backend> Rendering for Work<B> {
    fn render(&mut self, source: &Source, finish: &Finish) -> Result<Finished, Error> {
        finish.check()?;
        self.follow_shaders();
        let result = rendered(&mut self.backend, &mut self.whole, source, finish);
        stay_within_budget::<B>(&mut self.whole, &mut self.preview);
        result
    }

    fn render_preview(&mut self, source: &Source, finish: &Finish, side: u32) -> Result<Finished, Error> {
        finish.check()?;
        check_size(&source.picture)?;
        self.follow_shaders();
        let factor = preview::factor(source, &finish.edits, side);
        let scaled = preview::Scaled::of(self.scaled.take(), source, factor);
        let finish = preview::scaled(finish, factor, side);
        let result = rendered(&mut self.backend, &mut self.preview, &scaled.source, &finish);
        stay_within_budget::<B>(&mut self.preview, &mut self.whole);
        self.scaled = Some(scaled);
        result
    }

    fn on_wallpaper(&mut self, picture: &RgbaImage, wallpaper: Wallpaper) -> Result<RgbaImage, Error> {
        check_size(picture)?;
        if picture.is_empty() {
            return Ok(picture.clone());
        }
        let begun = self.backend.begin(picture)?;
        let done = self.backend.hang(wallpaper, begun)?;
        self.backend.end(&done)
    }
}

/// Renders with what was kept, and keeps what it makes. After a failure nothing is kept: buffers may hold anything then.
fn rendered<B: Backend>(
    backend: &mut B,
    kept: &mut Option<Stages<B::Picture>>,
    source: &Source,
    finish: &Finish,
) -> Result<Finished, Error> {
    check_size(&source.picture)?;
    let nothing_to_do = finish.edits.is_empty() && finish.effects.is_empty();
    if nothing_to_do || source.picture.is_empty() {
        return Ok(unchanged(RgbaImage::clone(&source.picture)));
    }
    let fitting = kept
        .take()
        .filter(|stages| stages.begin_with(&source.key, &finish.edits));
    let mut stages = if let Some(stages) = fitting {
        stages
    } else {
        let edited = edits::apply(&source.picture, &finish.edits);
        if is_transparent(&edited) {
            return on_nothing(backend, edited, finish);
        }
        Stages::new(&source.key, &finish.edits, backend.begin(&edited)?)
    };
    let (done, mut picture) = stages.resume(&finish.effects);
    for (index, effect) in finish.effects.iter().enumerate().skip(done) {
        picture = backend.apply(effect, picture)?;
        stages.keep(index, effect, picture.clone());
    }
    let finished = backend.end(&picture)?;
    *kept = Some(stages);
    Ok(with_warnings(finished, finish))
}

/// Without anything to see, nothing is done, unless there are words to put there.
fn on_nothing<B: Backend>(backend: &mut B, picture: RgbaImage, finish: &Finish) -> Result<Finished, Error> {
    let says_something =
        |effect: &Effect| matches!(effect, Effect::Caption(caption) if !caption.text.trim().is_empty());
    if !finish.effects.iter().any(says_something) {
        return Ok(unchanged(picture));
    }
    let begun = backend.begin(&picture)?;
    let done = finish
        .effects
        .iter()
        .try_fold(begun, |picture, effect| backend.apply(effect, picture))?;
    Ok(with_warnings(backend.end(&done)?, finish))
}

fn unchanged(picture: RgbaImage) -> Finished {
    let warnings = if is_transparent(&picture) {
        vec!["the picture is empty".into()]
    } else {
        Vec::new()
    };
    Finished { picture, warnings }
}

fn is_transparent(picture: &RgbaImage) -> bool {
    picture.pixels().all(|pixel| pixel.0[3] == 0)
}

fn check_size(picture: &RgbaImage) -> Result<(), Error> {
    let (width, height) = picture.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(Error::TooLarge { width, height });
    }
    Ok(())
}

/// With what a person should know about it.
fn with_warnings(picture: RgbaImage, finish: &Finish) -> Finished {
    let mut warnings = missing_letters(finish);
    if is_transparent(&picture) {
        warnings.push("nothing is left of the picture".into());
    }
    Finished { picture, warnings }
}

fn missing_letters(finish: &Finish) -> Vec<String> {
    let missing = |effect: &Effect| match effect {
        Effect::Caption(caption) => passes::caption::missing(caption),
        _ => Vec::new(),
    };
    let letters: BTreeSet<char> = finish.effects.iter().flat_map(missing).collect();
    if letters.is_empty() {
        return Vec::new();
    }
    let letters: Vec<String> = letters.into_iter().map(String::from).collect();
    vec![format!(
        "no font of this machine has these letters: {}",
        letters.join(" ")
    )]
}

#[cfg(test)]
mod tests;
