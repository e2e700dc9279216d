//! How long a finish of a 512 x 512 sticker takes on the GPU and by the CPU twins, and how long its outline and shadow alone take
//! there and in ImageMagick (`convert` in the search path), each the median of several runs on this machine.
//!
//! ```sh
//! cargo run --profile release -p effects --example bench_finish
//! ```

use std::error::Error;
use std::f32::consts::TAU;
use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::process::Command;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use effects::{Effect, Finish, Outline, Renderer, Shadow, Source, presets};
use image::{Rgba, RgbaImage};

const RUNS: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let flower = flower(512);
    let cut = Finish {
        edits: Vec::new(),
        effects: vec![Effect::Outline(Outline::default()), Effect::Shadow(Shadow::default())],
    };
    let default = presets().into_iter().next().ok_or("there is no preset")?.1;
    let slider = moved_slider(&default);

    let magick = by_magick(&flower)?;
    println!(
        "ImageMagick\n  outline + shadow alone:    {:7.1} ms (its start and reading left out)",
        ms(magick)
    );
    let finishes = [&cut, &default, &slider];
    let twins = Times::measured(Renderer::on_cpu(), &flower, finishes)?;
    println!("CPU twins");
    twins.print(&twins, magick);
    let (name, renderer) = on_gpu()?;
    println!("{name}");
    Times::measured(renderer, &flower, finishes)?.print(&twins, magick);
    Ok(())
}

/// What a renderer takes.
struct Times {
    /// The outline and the shadow alone.
    cut: Duration,
    /// The default finish.
    all: Duration,
    /// The same when only its shadow changed.
    moved: Duration,
    /// This as a preview.
    preview: Duration,
}

impl Times {
    fn measured(
        mut renderer: Renderer,
        picture: &RgbaImage,
        [cut, default, slider]: [&Finish; 3],
    ) -> Result<Self, Box<dyn Error>> {
        let picture = Arc::new(picture.clone());
        // A key of its own for each run: nothing that was kept helps.
        let whole = |renderer: &mut Renderer, finish: &Finish| {
            median(|run| {
                let source = Source {
                    key: format!("{run}"),
                    picture: picture.clone(),
                };
                renderer.render(&source, finish).map(drop)
            })
        };
        let cut = whole(&mut renderer, cut)?;
        let all = whole(&mut renderer, default)?;
        let source = Source {
            key: "slider".into(),
            picture: picture.clone(),
        };
        let moved = median(|run| renderer.render(&source, [default, slider][run % 2]).map(drop))?;
        let preview = median(|run| {
            renderer
                .render_preview(&source, [default, slider][run % 2], 256)
                .map(drop)
        })?;
        Ok(Self {
            cut,
            all,
            moved,
            preview,
        })
    }

    fn print(&self, twins: &Self, magick: Duration) {
        let line = |what: &str, time: Duration, twin: Duration| {
            let ratio = ratio(time, twin);
            println!("  {what:<26} {:7.1} ms = {ratio:.3} of the CPU twins", ms(time));
        };
        line("outline + shadow alone:", self.cut, twins.cut);
        println!(
            "  {:<26} {:.3} of ImageMagick's outline + shadow",
            "",
            ratio(self.cut, magick)
        );
        line("the whole default finish:", self.all, twins.all);
        line("a slider of its shadow:", self.moved, twins.moved);
        line("as a preview of 256:", self.preview, twins.preview);
    }
}

/// The median time of [`RUNS`] runs after one that is not counted.
fn median<E>(mut work: impl FnMut(usize) -> Result<(), E>) -> Result<Duration, E> {
    let mut times = Vec::new();
    for run in 0..=RUNS {
        let start = Instant::now();
        work(run)?;
        times.push(start.elapsed());
    }
    let mut counted = times.split_off(1);
    counted.sort_unstable();
    Ok(counted[RUNS / 2])
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn ratio(time: Duration, of: Duration) -> f64 {
    time.as_secs_f64() / of.as_secs_f64()
}

/// The finish with another shadow.
fn moved_slider(finish: &Finish) -> Finish {
    let mut finish = finish.clone();
    for effect in &mut finish.effects {
        if let Effect::Shadow(shadow) = effect {
            shadow.opacity = 0.5;
        }
    }
    finish
}

/// A flower with five petals over transparent, its edge antialiased.
fn flower(side: u32) -> RgbaImage {
    RgbaImage::from_fn(side, side, |x, y| {
        let half = side as f32 / 2.0;
        let (right, down) = (x as f32 + 0.5 - half, y as f32 + 0.5 - half);
        let angle = down.atan2(right);
        let reach = half * (0.6 + 0.2 * (angle * 5.0).cos());
        let alpha = (reach - right.hypot(down) + 0.5).clamp(0.0, 1.0);
        let shade = (angle / TAU + 0.5) * 255.0;
        Rgba([220, shade as u8, 60, (alpha * 255.0) as u8])
    })
}

/// ImageMagick's morphology (a disc of 14 pixels) and its shadow: 0.3, blurred by 6, 6 pixels down. A run that only reads is
/// subtracted.
fn by_magick(picture: &RgbaImage) -> Result<Duration, Box<dyn Error>> {
    let file = std::env::temp_dir().join(format!("bench-finish-{}.png", std::process::id()));
    picture.save(&file)?;
    let outline = "-bordercolor none -border 40 ( +clone -alpha extract -morphology Dilate Disk:14 -background white -alpha shape ) \
                   +swap -composite";
    let shadow = "( +clone -background black -shadow 30x6+0+6 ) +swap -background none -layers merge +repage";
    let worked = median(|_| convert(&file, &format!("{outline} {shadow}")));
    let read = median(|_| convert(&file, ""));
    std::fs::remove_file(&file)?;
    Ok(worked?.saturating_sub(read?))
}

fn convert(file: &Path, arguments: &str) -> Result<(), Box<dyn Error>> {
    let status = Command::new("convert")
        .arg(file)
        .args(arguments.split_whitespace())
        .arg("null:")
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("convert gave {status}").into())
    }
}

fn on_gpu() -> Result<(String, Renderer), Box<dyn Error>> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let adapter = block_on(instance.request_adapter(&wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..wgpu::RequestAdapterOptions::default()
    }))?;
    let limits = wgpu::DeviceDescriptor {
        required_limits: adapter.limits(),
        ..wgpu::DeviceDescriptor::default()
    };
    let (device, queue) = block_on(adapter.request_device(&limits))?;
    Ok((adapter.get_info().name, Renderer::on_gpu(device, queue)?))
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
        std::thread::yield_now();
    }
}
