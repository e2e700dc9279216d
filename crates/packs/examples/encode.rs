//! What a platform's files of some pictures are: `cargo run -p packs --example encode -- whatsapp PICTURE...`
//! prints bytes, size, what was done, what is left of the picture (SSIM) and milliseconds. `wastickers` is WhatsApp's PNG.

use std::error::Error;
use std::time::Instant;

use packs::{Platform, WASTICKERS, encode};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let rule = match name.as_str() {
        "wastickers" => WASTICKERS,
        _ => name.parse::<Platform>()?.limits().still,
    };
    for path in arguments {
        let picture = image::open(&path)?.to_rgba8();
        let start = Instant::now();
        let encoded = encode(&picture, &rule)?;
        let (bytes, milliseconds) = (encoded.bytes.len(), start.elapsed().as_millis());
        let (width, height, how, ssim) = (encoded.width, encoded.height, encoded.how, encoded.ssim);
        println!("{bytes:7} B  {width}x{height}  {how:24}  SSIM {ssim:.4}  {milliseconds:5} ms  {path}");
    }
    Ok(())
}
