//! Words over the picture, with an outline or in a bubble. They are drawn on the CPU by resvg; the GPU lays them over.

mod breaking;
mod bubble;
mod coverage;
mod fonts;
mod words;

use rayon::prelude::*;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::Tree;

use crate::canvas::Growth;
use crate::linear::to_linear;
use crate::{Bubble, Caption, Error, Linear, MAX_SIDE};

use super::bounds;
use bubble::Block;
use fonts::FONTS;
use words::{EM, Lettering, Paint, Run};

pub use fonts::fonts;

/// The picture under the words, on a canvas with the room for them. Without words nothing changes.
pub(crate) fn cpu(effect: &Caption, picture: Linear) -> Result<Linear, Error> {
    let Some(layer) = Layer::drawn(effect, picture.width, picture.height)? else {
        return Ok(picture);
    };
    let growth = layer.growth(picture.width, picture.height);
    let (width, height) = growth.grown(picture.width, picture.height)?;
    let mut output = Linear::empty(width, height);
    output
        .pixels
        .par_chunks_mut(width as usize)
        .enumerate()
        .for_each(|(y, row)| {
            for (x, pixel) in row.iter_mut().enumerate() {
                let (x, y) = (x as i32 - growth.left as i32, y as i32 - growth.top as i32);
                let below = at(&picture, x, y);
                let over = at(&layer.picture, x - layer.left, y - layer.top);
                *pixel = std::array::from_fn(|c| over[c] + below[c] * (1.0 - over[3]));
            }
        });
    Ok(output)
}

/// A pixel; transparent outside.
fn at(picture: &Linear, x: i32, y: i32) -> [f32; 4] {
    let inside = x >= 0 && y >= 0 && x < picture.width as i32 && y < picture.height as i32;
    if inside {
        picture.at(x as u32, y as u32)
    } else {
        [0.0; 4]
    }
}

/// The letters of the words that no font of this machine has.
pub(crate) fn missing(effect: &Caption) -> Vec<char> {
    Lettering {
        fonts: &FONTS,
        family: &effect.family,
        size: effect.size,
    }
    .missing(&effect.text)
}

/// What is laid over the picture.
struct Layer {
    picture: Linear,
    /// Its first pixel, in the picture's.
    left: i32,
    top: i32,
}

impl Layer {
    /// The words as they stand on a picture of this size; none without words.
    fn drawn(effect: &Caption, width: u32, height: u32) -> Result<Option<Self>, Error> {
        if effect.text.trim().is_empty() {
            return Ok(None);
        }
        let lettering = Lettering {
            fonts: &FONTS,
            family: &effect.family,
            size: effect.size,
        };
        let limit = (effect.wrap * width as f32).max(1.0);
        let lines = lettering.wrapped(&effect.text, limit);
        let runs = lettering.runs(&lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>());
        let drawing = drawing(effect, &lettering, &runs, [width as f32, height as f32]);
        lettering
            .tree(&drawing, runs.iter().flatten())
            .map_or(Ok(None), |tree| Self::rendered(&tree))
    }

    fn rendered(tree: &Tree) -> Result<Option<Self>, Error> {
        let bounds = tree.root().abs_layer_bounding_box();
        let (left, top) = (bounds.left().floor() - 1.0, bounds.top().floor() - 1.0);
        let (width, height) = (
            (bounds.right() - left).ceil() as u32 + 1,
            (bounds.bottom() - top).ceil() as u32 + 1,
        );
        if width > MAX_SIDE || height > MAX_SIDE {
            return Err(Error::TooLarge { width, height });
        }
        let Some(mut pixels) = Pixmap::new(width, height) else {
            return Ok(None);
        };
        resvg::render(tree, Transform::from_translate(-left, -top), &mut pixels.as_mut());
        let linear = pixels.pixels().iter().map(|pixel| {
            let (straight, alpha) = (pixel.demultiply(), f32::from(pixel.alpha()) / 255.0);
            let [r, g, b] = [straight.red(), straight.green(), straight.blue()].map(|color| to_linear(color) * alpha);
            [r, g, b, alpha]
        });
        let picture = Linear {
            width,
            height,
            pixels: linear.collect(),
        };
        let layer = Self {
            picture,
            left: left as i32,
            top: top as i32,
        };
        Ok(layer.trimmed())
    }

    /// The same without transparent borders; none when nothing is visible.
    fn trimmed(&self) -> Option<Self> {
        let bounds = bounds::cpu(&self.picture)?;
        let (left, top, width, height) = (bounds.left, bounds.top, bounds.width(), bounds.height());
        let rows = (top..top + height).map(|y| (y * self.picture.width + left) as usize);
        let pixels = rows.flat_map(|start| self.picture.pixels[start..start + width as usize].iter().copied());
        Some(Self {
            picture: Linear {
                width,
                height,
                pixels: pixels.collect(),
            },
            left: self.left + left as i32,
            top: self.top + top as i32,
        })
    }

    /// The room that it needs beside a picture of this size.
    fn growth(&self, width: u32, height: u32) -> Growth {
        let beyond = |end: i32, size: u32| (end - size as i32).max(0) as u32;
        Growth {
            left: (-self.left).max(0) as u32,
            top: (-self.top).max(0) as u32,
            right: beyond(self.left + self.picture.width as i32, width),
            bottom: beyond(self.top + self.picture.height as i32, height),
        }
    }
}

/// The SVG elements: bubble or outline first, letters over all of it.
fn drawing(effect: &Caption, lettering: &Lettering<'_>, lines: &[Vec<Run>], [width, height]: [f32; 2]) -> String {
    let block = Block {
        middle: [effect.x * width, effect.y * height],
        half: [
            lines.iter().map(|line| words::width(line)).fold(0.0, f32::max) / 2.0,
            lines.len() as f32 * effect.size / 2.0,
        ],
        line: effect.size,
        target: [width / 2.0, height / 2.0],
    };
    let (color, ground) = (effect.color, effect.outline_color);
    let mut drawing = String::new();
    let shapes = bubble::paths(effect.bubble, &block);
    if effect.outline > 0.0 {
        // A bubble's border is half as wide as an outline, which reaches to one side only.
        let border = format!(r#"stroke-width="{}" stroke-linejoin="round""#, effect.outline);
        drawing.extend(
            shapes
                .iter()
                .map(|path| format!(r#"<path d="{path}" fill="{color}" stroke="{color}" {border}/>"#)),
        );
    }
    drawing.extend(
        shapes
            .iter()
            .map(|path| format!(r#"<path d="{path}" fill="{ground}"/>"#)),
    );
    let line = |at: usize, paint: Paint| {
        // Capitals, 0.72 em high, stand in the middle of the line.
        let baseline = block.middle[1] - block.half[1] + (at as f32 + 0.5) * effect.size + 0.36 * EM * effect.size;
        lettering.svg(&lines[at], [block.middle[0], baseline], paint)
    };
    if effect.bubble == Bubble::None && effect.outline > 0.0 {
        let paint = Paint {
            color: ground,
            outline: effect.outline,
        };
        drawing += &paint.rim();
        drawing.extend((0..lines.len()).map(|at| line(at, paint)));
    }
    let paint = Paint { color, outline: 0.0 };
    drawing.extend((0..lines.len()).map(|at| line(at, paint)));
    drawing
}

#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu {
    //! The layer is drawn on the CPU and laid over the picture by a shader.

    use super::{Caption, Error, Layer};
    use crate::gpu::{Frame, shaders, uniforms};

    uniforms! {
        /// Of over.
        Uniforms {
            size: [u32; 2],
            picture_size: [u32; 2],
            layer_size: [u32; 2],
            picture_origin: [i32; 2],
            layer_origin: [i32; 2],
        }
    }

    pub(crate) fn gpu(effect: &Caption, frame: &mut Frame) -> Result<(), Error> {
        let Some(layer) = Layer::drawn(effect, frame.width(), frame.height())? else {
            return Ok(());
        };
        let growth = layer.growth(frame.width(), frame.height());
        let (width, height) = growth.grown(frame.width(), frame.height())?;
        let (left, top) = (growth.left as i32, growth.top as i32);
        let uniforms = Uniforms {
            size: [width, height],
            picture_size: [frame.width(), frame.height()],
            layer_size: [layer.picture.width, layer.picture.height],
            picture_origin: [left, top],
            layer_origin: [left + layer.left, top + layer.top],
        };
        let pixels = frame.upload(&layer.picture.pixels)?;
        let output = frame.run(&shaders::OVER, &uniforms, &[&frame.picture(), &pixels], uniforms.size)?;
        frame.set(output, width, height);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
