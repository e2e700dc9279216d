//! Trains the small image encoder of `assets/image_encoder` on a folder of stickers.
//!
//!     cargo run --release -p tailoring --no-default-features --example train_image_encoder -- FOLDER MODEL OUT MINUTES [THREADS]
//!
//! FOLDER has pictures and a `metadata.jsonl` of `file_name`, `text`, `tags` and `concept` (pictures of one concept are no rivals);
//! MODEL is the diffusers folder whose text encoder is used, frozen. One concept in twenty is held out, and retrieval among those
//! is printed as it goes. The result is written every few minutes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_lossless,
    reason = "a program for the workshop"
)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use diffusion::pipeline::{ModelFolder, TextEncoder};
use image::RgbaImage;
use rayon::prelude::*;
use serde_json::Value;
use tailoring::encoders::{ImageEncoder, ImageProcessor, PictureEncoder, TextProjection, mean_state};
use tailoring::random::Random;
use tailoring::training::contrastive::{ContrastiveBatch, ContrastiveModel, ContrastiveTrainer};

const BATCH: usize = 96;
const SIDE: usize = 128;
const WIDTH: usize = 192;
const HIGHEST_RATE: f64 = 1e-3;

struct Picture {
    pixels: RgbaImage,
    name: String,
    tags: Vec<String>,
    concept: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [folder, model, out] = [1, 2, 3].map(|place| PathBuf::from(&arguments[place]));
    let minutes: f64 = arguments[4].parse().unwrap();
    if let Some(threads) = arguments.get(5) {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads.parse().unwrap())
            .build_global()
            .unwrap();
    }
    let (training, held_out) = read(&folder);
    println!("{} pictures to learn from, {} held out", training.len(), held_out.len());
    let device = Device::flex().autodiff();
    let plain = Device::flex();
    let text_encoder = ModelFolder::open(&model)
        .unwrap()
        .load_text_encoder(&plain)
        .unwrap()
        .module;
    let mut captions = Captions {
        encoder: &text_encoder,
        states: HashMap::new(),
    };
    let config = ImageEncoder::built_in_config(WIDTH);
    let processor = ImageProcessor::clip(SIDE as u32);
    let model = ContrastiveModel {
        image: ImageEncoder::random(&config, 1, &device).unwrap().model,
        text: TextProjection::random(captions.width(), WIDTH, 2, &device).unwrap(),
        logit_scale: Param::from_tensor(Tensor::from_data([(1.0f32 / 0.07).ln()], &device)),
    };
    let mut trainer = ContrastiveTrainer::new(model, &device, 0.05).unwrap();
    let start = Instant::now();
    let (mut step, mut losses, mut shown, mut saved) = (0u64, Vec::new(), 0.0, 0.0);
    loop {
        let progress = start.elapsed().as_secs_f64() / (60.0 * minutes);
        if progress >= 1.0 {
            break;
        }
        let warmup = ((step + 1) as f64 / 200.0).min(1.0);
        let rate = HIGHEST_RATE * warmup * (0.02 + 0.98 * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()));
        let batch = batch(&training, &mut captions, (step, &processor), &plain);
        losses.push(trainer.step(&batch, rate).into_data().try_to_vec::<f32>().unwrap()[0]);
        step += 1;
        let minute = start.elapsed().as_secs_f64() / 60.0;
        if minute - shown > 1.0 {
            let speed = (step as usize * BATCH) as f64 / (60.0 * minute);
            let mean = losses.iter().sum::<f32>() / losses.len() as f32;
            println!("minute {minute:.1}: step {step}, loss {mean:.3}, {speed:.0} pictures a second");
            losses.clear();
            shown = minute;
        }
        if minute - saved > 5.0 {
            save(&trainer, &out, &processor, (&held_out, &text_encoder));
            saved = minute;
        }
    }
    save(&trainer, &out, &processor, (&held_out, &text_encoder));
    println!("{step} steps of {BATCH}");
}

/// What to learn from, and what is held out: whole concepts.
fn read(folder: &Path) -> (Vec<Picture>, Vec<Picture>) {
    let text = std::fs::read_to_string(folder.join("metadata.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut concepts = HashMap::new();
    let numbers: Vec<usize> = lines
        .iter()
        .map(|line| {
            let next = concepts.len();
            *concepts
                .entry(line["concept"].as_str().unwrap().to_owned())
                .or_insert(next)
        })
        .collect();
    let pictures = lines.par_iter().zip(numbers).map(|(line, concept)| Picture {
        pixels: image::open(folder.join(line["file_name"].as_str().unwrap()))
            .unwrap()
            .to_rgba8(),
        name: line["text"].as_str().unwrap().to_owned(),
        tags: line["tags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| tag.as_str().unwrap().to_owned())
            .collect(),
        concept,
    });
    pictures
        .collect::<Vec<_>>()
        .into_iter()
        .partition(|picture| Random::of(&[77, picture.concept as u64]).below(20) != 0)
}

/// Mean states of captions, each computed once.
struct Captions<'a> {
    encoder: &'a TextEncoder,
    states: HashMap<String, Vec<f32>>,
}

impl Captions<'_> {
    fn width(&mut self) -> usize {
        self.state("a").len()
    }

    fn state(&mut self, caption: &str) -> Vec<f32> {
        if let Some(state) = self.states.get(caption) {
            return state.clone();
        }
        let state: Vec<f32> = mean_state(self.encoder, caption)
            .unwrap()
            .into_data()
            .try_to_vec()
            .unwrap();
        self.states.insert(caption.to_owned(), state.clone());
        state
    }
}

fn batch(
    pictures: &[Picture],
    captions: &mut Captions<'_>,
    (step, processor): (u64, &ImageProcessor),
    device: &Device,
) -> ContrastiveBatch {
    let mut random = Random::of(&[78, step]);
    let chosen: Vec<usize> = (0..BATCH).map(|_| random.below(pictures.len())).collect();
    let texts: Vec<f32> = chosen
        .iter()
        .flat_map(|place| captions.state(&caption(&pictures[*place], &mut random)))
        .collect();
    let width = texts.len() / BATCH;
    let pixels: Vec<f32> = chosen
        .par_iter()
        .enumerate()
        .flat_map_iter(|(place, chosen)| {
            changed(
                &pictures[*chosen].pixels,
                processor,
                &mut Random::of(&[79, step, place as u64]),
            )
        })
        .collect();
    ContrastiveBatch {
        pixels: Tensor::from_data(TensorData::new(pixels, [BATCH, 3, SIDE, SIDE]), device),
        texts: Tensor::from_data(TensorData::new(texts, [BATCH, width]), device),
        concepts: chosen.iter().map(|place| pictures[*place].concept).collect(),
    }
}

/// The name, with or without some of the tags, as prompts are written.
fn caption(picture: &Picture, random: &mut Random) -> String {
    let style = ["", "", "sticker: ", "3d sticker: ", "flat sticker: ", "noto sticker: "][random.below(6)];
    let mut words = vec![picture.name.clone()];
    if random.uniform() < 0.5 && !picture.tags.is_empty() {
        let order = random.permutation(picture.tags.len());
        words.extend(
            order
                .into_iter()
                .take(1 + random.below(3))
                .map(|tag| picture.tags[tag].clone()),
        );
    }
    format!("{style}{}", words.join(", "))
}

/// The picture mirrored, moved, scaled, turned a little, recoloured a little, over white or another ground; `[3, side, side]`.
fn changed(picture: &RgbaImage, processor: &ImageProcessor, random: &mut Random) -> Vec<f32> {
    let mut within = |low: f64, high: f64| (low + (high - low) * random.uniform()) as f32;
    let (zoom, turn) = (within(0.8, 1.15), within(-0.25, 0.25));
    let mirror = if within(0.0, 1.0) < 0.5 { -1.0 } else { 1.0 };
    let (right, down) = (within(-8.0, 8.0), within(-8.0, 8.0));
    let (bright, warm) = (within(0.85, 1.15), within(-0.06, 0.06));
    let ground = if within(0.0, 1.0) < 0.6 {
        [1.0; 3]
    } else {
        [within(0.0, 1.0), within(0.0, 1.0), within(0.0, 1.0)]
    };
    let (sine, cosine) = turn.sin_cos();
    let middle = SIDE as f32 / 2.0;
    let mut planes = vec![0f32; 3 * SIDE * SIDE];
    for y in 0..SIDE {
        for x in 0..SIDE {
            let (dx, dy) = (x as f32 + 0.5 - middle - right, y as f32 + 0.5 - middle - down);
            let from_x = mirror * (cosine * dx + sine * dy) / zoom + middle - 0.5;
            let from_y = (cosine * dy - sine * dx) / zoom + middle - 0.5;
            let [r, g, b, alpha] = bilinear(picture, from_x, from_y);
            let tinted = [r * bright * (1.0 + warm), g * bright, b * bright * (1.0 - warm)];
            for channel in 0..3 {
                let value = tinted[channel].min(alpha) + (1.0 - alpha) * ground[channel];
                planes[(channel * SIDE + y) * SIDE + x] = (value - processor.mean[channel]) / processor.std[channel];
            }
        }
    }
    planes
}

/// Premultiplied colour and alpha in [0, 1].
fn bilinear(picture: &RgbaImage, x: f32, y: f32) -> [f32; 4] {
    let (left, top) = (x.floor(), y.floor());
    let mut sum = [0f32; 4];
    for (column, row) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
        let (px, py) = (left + column, top + row);
        if px < 0.0 || py < 0.0 || px >= picture.width() as f32 || py >= picture.height() as f32 {
            continue;
        }
        let weight = (1.0 - (x - px).abs()) * (1.0 - (y - py).abs());
        let pixel = picture.get_pixel(px as u32, py as u32);
        let alpha = f32::from(pixel[3]) / 255.0;
        for channel in 0..3 {
            sum[channel] += weight * alpha * f32::from(pixel[channel]) / 255.0;
        }
        sum[3] += weight * alpha;
    }
    sum
}

/// Writes the encoder, and prints how well held-out pictures and names find each other.
fn save(
    trainer: &ContrastiveTrainer,
    out: &Path,
    processor: &ImageProcessor,
    (held_out, text_encoder): (&[Picture], &TextEncoder),
) {
    let model = trainer.model();
    let encoder = ImageEncoder::of(model.image, processor.clone(), &Device::flex());
    encoder.save(out).unwrap();
    model.text.save(out).unwrap();
    let pictures: Vec<RgbaImage> = held_out.iter().map(|picture| picture.pixels.clone()).collect();
    let images = unit(encoder.encode(&pictures).unwrap());
    let mut names: Vec<(usize, &str)> = held_out
        .iter()
        .map(|picture| (picture.concept, picture.name.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup_by_key(|name| name.0);
    let texts: Vec<&str> = names.iter().map(|name| name.1).collect();
    let texts = unit(model.text.encode(text_encoder, &texts).unwrap());
    let mut found = [0usize; 3];
    for (image, picture) in images.iter().zip(held_out) {
        let wanted = names.iter().position(|name| name.0 == picture.concept).unwrap();
        let cosine = |text: &[f32]| image.iter().zip(text).map(|(a, b)| a * b).sum::<f32>();
        let own = cosine(&texts[wanted]);
        let before = texts.iter().filter(|text| cosine(text) > own).count();
        for (found, within) in found.iter_mut().zip([1, 5, 10]) {
            *found += usize::from(before < within);
        }
    }
    let share = found.map(|found| 100.0 * found as f64 / held_out.len() as f64);
    println!(
        "held out: the right one of {} names is first for {:.1} %, among five for {:.1} %, among ten for {:.1} % of {} pictures",
        names.len(),
        share[0],
        share[1],
        share[2],
        held_out.len()
    );
}

fn unit(rows: Vec<Vec<f32>>) -> Vec<Vec<f32>> {
    rows.into_iter()
        .map(|row| {
            let norm = row.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-12);
            row.into_iter().map(|value| value / norm).collect()
        })
        .collect()
}
