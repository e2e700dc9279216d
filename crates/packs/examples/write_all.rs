//! Writes a pack for every platform and sheets to print, for `tests/judges/judge_packs.py` to read.
//!
//!     cargo run -p packs --example write_all -- OUT                  # all of it, 16 stickers a pack
//!     cargo run -p packs --example write_all -- OUT telegram 120     # one pack, to measure

use std::env;
use std::fs;
use std::io::{self, Cursor};
use std::path::Path;
use std::time::Instant;

use image::{ImageFormat, Rgba, RgbaImage};
use packs::{
    Cut, Error, Measured, Pack, PaperSize, Platform, SheetRequest, Sticker, Unwatched, cut_lines, fix, sheet, write,
};

/// How large a drawn sticker is, in pixels a side.
const SIDE: u32 = 512;
/// A number of stickers that LINE, Viber and WhatsApp take.
const COUNT: usize = 16;
/// Of how many stickers the cut lines are written for themselves.
const TRACED: usize = 6;
/// Pixels outside of the edge.
const OFFSET: f32 = 12.0;

fn main() -> Result<(), Error> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [out] => everything(Path::new(out)),
        [out, platform, count] => {
            let count = count
                .parse()
                .map_err(|_| Error::Usage(format!("{count} is no number of stickers")))?;
            one(Path::new(out), platform.parse()?, count)
        }
        _ => Err(Error::Usage(
            "say where to write: write_all OUT [PLATFORM COUNT]".to_owned(),
        )),
    }
}

fn everything(out: &Path) -> Result<(), Error> {
    for platform in Platform::ALL {
        one(&out.join(platform.as_str()), platform, COUNT)?;
    }
    one(&out.join("whatsapp-folder/"), Platform::Whatsapp, COUNT)?;
    let pack = pack(COUNT);
    for (name, cut, paper) in [
        ("kiss-a4", Cut::Kiss, PaperSize::A4),
        ("die-letter", Cut::Die, PaperSize::Letter),
    ] {
        let request = SheetRequest {
            cut,
            paper,
            ..SheetRequest::default()
        };
        sheet(&pack.stickers, &drawn, &request)?.write(&out.join(name), &Unwatched)?;
    }
    traced(&out.join("cut"))
}

fn one(out: &Path, platform: Platform, count: usize) -> Result<(), Error> {
    let fixed = fix(pack(count), platform);
    let start = Instant::now();
    let written = write(&fixed.packs, platform, &drawn, out, &Unwatched)?;
    let worst = written.stickers.iter().map(|sticker| sticker.ssim).fold(1.0, f64::min);
    println!(
        "{platform}: {} stickers, {} bytes, {:.1} s, SSIM at least {worst:.4}",
        written.stickers.len(),
        written.bytes,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Pictures with their cut lines, as text: a polygon a line, `x,y` in pixels.
fn traced(out: &Path) -> Result<(), Error> {
    let failed = |reason: io::Error| Error::Usage(format!("could not write {}: {reason}", out.display()));
    fs::create_dir_all(out).map_err(failed)?;
    for number in 0..TRACED {
        let picture = draw(number as u32);
        let mut png = Cursor::new(Vec::new());
        picture
            .write_to(&mut png, ImageFormat::Png)
            .map_err(|reason| Error::Internal(reason.to_string()))?;
        fs::write(out.join(format!("{number}.png")), png.into_inner()).map_err(failed)?;
        for (name, offset) in [("die", 0.0), ("kiss", OFFSET)] {
            let lines = cut_lines(&picture, offset);
            let text: Vec<_> = lines.iter().map(|line| points(&line.points)).collect();
            fs::write(out.join(format!("{number}.{name}.txt")), text.join("\n")).map_err(failed)?;
        }
    }
    Ok(())
}

fn points(points: &[[f32; 2]]) -> String {
    let points: Vec<_> = points.iter().map(|[x, y]| format!("{x},{y}")).collect();
    points.join(" ")
}

fn pack(count: usize) -> Pack {
    let sticker = |number: usize| Sticker {
        key: number.to_string(),
        name: format!("Blob {number} / {}", ["fröhlich", "sad", "猫"][number % 3]),
        emoji: vec![["😀", "😢", "🐱"][number % 3].to_owned()],
        text: format!("A blob with {} lobes", 3 + number % 7),
        measured: Measured::of(&draw(number as u32)),
    };
    Pack {
        title: "Judged & drawn".to_owned(),
        author: "Sticker Studio".to_owned(),
        cover: Some(2),
        stickers: (0..count).map(sticker).collect(),
    }
}

fn drawn(key: &str) -> Result<RgbaImage, Error> {
    let number = key
        .parse()
        .map_err(|_| Error::Usage(format!("there is no sticker {key}")))?;
    Ok(draw(number))
}

/// A blob with lobes, a white outline, soft edges, shading, and grain that is finer from sticker to sticker: hard to pack.
fn draw(number: u32) -> RgbaImage {
    let lobes = f64::from(3 + number % 7);
    let middle = f64::from(SIDE) / 2.0;
    RgbaImage::from_fn(SIDE, SIDE, |x, y| {
        let (dx, dy) = (f64::from(x) + 0.5 - middle, f64::from(y) + 0.5 - middle);
        let turn = dy.atan2(dx) + f64::from(number);
        let edge = 190.0 + 34.0 * (lobes * turn).sin() + 10.0 * (3.0 * lobes * turn).cos();
        let inside = edge - dx.hypot(dy);
        let alpha = (inside + 0.5).clamp(0.0, 1.0);
        let grain = f64::from((x * 7919 + y * 104_729 + x * y * 31).wrapping_mul(2_654_435_761) >> 24) / 255.0 - 0.5;
        let body = |channel: f64| {
            let wave = (dx / 60.0 + channel + f64::from(number)).sin() * (dy / 47.0 - channel).cos();
            150.0 + 80.0 * wave + grain * f64::from(number % 5) * 16.0
        };
        let outline = (1.0 - (inside - 14.0)).clamp(0.0, 1.0);
        let colour = |channel: f64| {
            (255.0 * outline + body(channel) * (1.0 - outline))
                .clamp(0.0, 255.0)
                .round() as u8
        };
        if alpha == 0.0 {
            Rgba([0; 4])
        } else {
            Rgba([colour(0.0), colour(2.0), colour(4.0), (alpha * 255.0).round() as u8])
        }
    })
}
