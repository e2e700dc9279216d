//! How much nearer to the drawing a sticker scaled from 128 to 512 pixels is than by Lanczos.
//!
//!     cargo run --release -p effects --example measure_upscaling -- [SVG...]
//!
//! Each drawing is rendered by resvg with 512 pixels a side, brought to 128 by averaging areas in linear light, stored as bytes,
//! and brought back by both. The error is that of premultiplied sRGB bytes and alpha.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use effects::{Effect, Finish, Linear, Renderer, Scale, Source};
use image::imageops::{FilterType, resize};
use image::{ImageBuffer, Rgba, RgbaImage};
use resvg::{tiny_skia, usvg};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut files: Vec<_> = std::env::args().skip(1).map(Into::into).collect();
    if files.is_empty() {
        let stickers = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stickers");
        files = std::fs::read_dir(stickers)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.sort();
    }
    let (mut gains, mut least) = (0.0, f64::INFINITY);
    for file in &files {
        let drawing = Linear::from_srgb(&drawn(file)?);
        let small = averaged(&drawing).to_srgb();
        let by_lanczos = psnr(&lanczos(&small).ok_or("no picture")?, &drawing);
        let (larger, seconds) = scaled(&small)?;
        let by_us = psnr(&Linear::from_srgb(&larger), &drawing);
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        println!(
            "{name:32} Lanczos {by_lanczos:5.2} dB  this {by_us:5.2} dB  {:+.2} dB  {seconds:.2} s",
            by_us - by_lanczos
        );
        gains += by_us - by_lanczos;
        least = least.min(by_us - by_lanczos);
    }
    println!(
        "{} drawings: {:+.2} dB on average, at least {least:+.2} dB",
        files.len(),
        gains / files.len() as f64
    );
    Ok(())
}

/// The drawing, 512 pixels a side.
fn drawn(file: &Path) -> Result<RgbaImage, Failure> {
    let tree = usvg::Tree::from_data(&std::fs::read(file)?, &usvg::Options::default())?;
    let mut pixels = tiny_skia::Pixmap::new(512, 512).ok_or("no memory")?;
    let by = 512.0 / tree.size().width().max(tree.size().height());
    resvg::render(&tree, tiny_skia::Transform::from_scale(by, by), &mut pixels.as_mut());
    let straight = pixels.pixels().iter().flat_map(|pixel| {
        let color = pixel.demultiply();
        [color.red(), color.green(), color.blue(), color.alpha()]
    });
    RgbaImage::from_raw(512, 512, straight.collect()).ok_or_else(|| "no picture".into())
}

/// A quarter of the size, each pixel the average of sixteen.
fn averaged(picture: &Linear) -> Linear {
    let mut small = Linear::empty(128, 128);
    for (at, pixel) in small.pixels.iter_mut().enumerate() {
        for part in 0..16 {
            let (x, y) = (at % 128 * 4 + part % 4, at / 128 * 4 + part / 4);
            let source = picture.at(x as u32, y as u32);
            *pixel = std::array::from_fn(|c| pixel[c] + source[c] / 16.0);
        }
    }
    small
}

fn scaled(small: &RgbaImage) -> Result<(RgbaImage, f64), Failure> {
    let source = Source {
        key: String::new(),
        picture: Arc::new(small.clone()),
    };
    let finish = Finish {
        edits: Vec::new(),
        effects: vec![Effect::Scale(Scale { side: 512.0 })],
    };
    let start = Instant::now();
    let finished = Renderer::on_cpu().render(&source, &finish)?;
    Ok((finished.picture, start.elapsed().as_secs_f64()))
}

/// Premultiplied Lanczos with three lobes in linear light, by the crate `image`.
fn lanczos(small: &RgbaImage) -> Option<Linear> {
    let linear = Linear::from_srgb(small);
    let values: Vec<f32> = linear.pixels.into_iter().flatten().collect();
    let buffer: ImageBuffer<Rgba<f32>, _> = ImageBuffer::from_raw(linear.width, linear.height, values)?;
    let larger = resize(&buffer, 512, 512, FilterType::Lanczos3);
    let in_range = |pixel: &Rgba<f32>| {
        let alpha = pixel.0[3].clamp(0.0, 1.0);
        pixel.0.map(|part| part.clamp(0.0, alpha))
    };
    Some(Linear {
        width: 512,
        height: 512,
        pixels: larger.pixels().map(in_range).collect(),
    })
}

/// Decibels.
fn psnr(picture: &Linear, drawing: &Linear) -> f64 {
    let (is, should) = (premultiplied(picture), premultiplied(drawing));
    let error: f64 = is
        .iter()
        .zip(&should)
        .map(|(is, should)| (is - should).powi(2))
        .sum::<f64>()
        / is.len() as f64;
    10.0 * (255.0_f64.powi(2) / error).log10()
}

fn premultiplied(picture: &Linear) -> Vec<f64> {
    let pixel = |pixel: &Rgba<u8>| {
        let [r, g, b, a] = pixel.0.map(f64::from);
        [r * a / 255.0, g * a / 255.0, b * a / 255.0, a]
    };
    picture.to_srgb().pixels().flat_map(pixel).collect()
}
