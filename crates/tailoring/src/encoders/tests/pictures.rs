use image::{RgbImage, RgbaImage};

use super::super::{ImageProcessor, Resize, over_ground, resize_bicubic};
use super::{Device, assert_agrees, expected, fixture, host, pictures};

const SIZES: [(u32, u32); 5] = [(33, 21), (150, 101), (75, 20), (31, 50), (90, 12)];

fn resized(name: &str) -> RgbImage {
    image::open(fixture(&format!("resized/{name}.png"))).unwrap().to_rgb8()
}

#[test]
fn a_resized_picture_is_pillows_to_the_bit() {
    let picture = over_ground(&pictures()[0], [255; 3]);
    for (width, height) in SIZES {
        let found = resize_bicubic(&picture, width, height);
        assert!(found == resized(&format!("{width}x{height}")), "{width} by {height}");
    }
}

#[test]
fn a_transparent_picture_on_a_ground_is_pillows_paste_to_the_bit() {
    assert!(over_ground(&pictures()[0], [30, 200, 90]) == resized("over_green"));
}

#[test]
fn pixels_are_those_of_transformers_processor() {
    let processor = ImageProcessor::open(&fixture("clip/preprocessor_config.json")).unwrap();
    assert_eq!(processor, ImageProcessor::clip(32));
    let pixels = processor.batch(&pictures(), &Device::flex()).unwrap();
    assert_eq!(pixels.dims(), [3, 3, 32, 32]);
    assert_agrees("pixels", &host(pixels), &expected("clip.safetensors", "pixels"), 1e-6);
}

#[test]
fn what_a_processor_writes_it_reads_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("preprocessor_config.json");
    let exact = ImageProcessor {
        resize: Resize::Exact(40, 48),
        crop: (40, 32),
        ..ImageProcessor::clip(40)
    };
    for processor in [ImageProcessor::clip(128), exact] {
        std::fs::write(&path, processor.to_json().to_string()).unwrap();
        assert_eq!(ImageProcessor::open(&path).unwrap(), processor);
    }
}

#[test]
fn the_sizes_of_older_files_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("preprocessor_config.json");
    std::fs::write(
        &path,
        r#"{"size": 64, "crop_size": 56, "resample": 3, "do_convert_rgb": null}"#,
    )
    .unwrap();
    let processor = ImageProcessor::open(&path).unwrap();
    assert_eq!((processor.resize, processor.crop), (Resize::ShortestEdge(64), (56, 56)));
}

#[test]
fn a_strip_of_pixels_is_refused() {
    let refusal = ImageProcessor::clip(32).crop(&RgbaImage::new(1000, 1)).unwrap_err();
    assert!(refusal.to_string().contains("1000 by 1 pixels"), "{refusal}");
}
