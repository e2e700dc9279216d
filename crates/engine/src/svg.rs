//! SVG files become pixels before anything else sees them.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, PremultipliedColorU8, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, filter, fontdb};

use crate::Picture;

/// The longer side of the picture.
const SIDE: f32 = 512.0;
/// A file of more bytes is no sticker, and may be made to take forever.
const MAX_BYTES: usize = 4 << 20;
/// What a filter may cost; drawings use 1 to 8 octaves and kernels of 3 by 3.
const MOST_OCTAVES: u32 = 16;
const MOST_KERNEL: usize = 15 * 15;

/// Whether a file begins as an SVG does. Compressed ones (SVGZ) are not taken: they may be bombs.
pub(super) fn is_svg(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(1024)];
    let text = String::from_utf8_lossy(beginning);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('<') && text.contains("<svg")
}

/// Draws an SVG, its longer side 512 pixels. Nothing that it links to is read: not files, not the network.
///
/// # Errors
/// A sentence when it is too large or damaged.
pub(super) fn draw(bytes: &[u8]) -> Result<Picture, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("the SVG file is larger than {} MB", MAX_BYTES >> 20));
    }
    let options = Options {
        fontdb: fonts(),
        image_href_resolver: ImageHrefResolver {
            // Pictures inside of the drawing are left out, too: they would be unpacked before any limit is asked.
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let damaged = |reason: &dyn std::fmt::Display| format!("the SVG file is damaged ({reason})");
    let tree = Tree::from_data(bytes, &options).map_err(|reason| damaged(&reason))?;
    if tree
        .filters()
        .iter()
        .any(|filter| filter.primitives().iter().any(takes_too_long))
    {
        return Err("the SVG file has filters that would take too long; save it as a PNG instead".to_owned());
    }
    let size = tree.size();
    let scale = SIDE / size.width().max(size.height());
    let side = |length: f32| (length * scale).round().clamp(1.0, SIDE) as u32;
    let mut pixmap = Pixmap::new(side(size.width()), side(size.height())).ok_or_else(|| damaged(&"it has no size"))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let (width, height) = (pixmap.width(), pixmap.height());
    let straight = pixmap.pixels().iter().map(PremultipliedColorU8::demultiply);
    Ok(Picture {
        width,
        height,
        rgba: straight
            .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()])
            .collect(),
    })
}

/// Noise of many octaves, or a large kernel, costs that many passes for every pixel.
fn takes_too_long(primitive: &filter::Primitive) -> bool {
    match primitive.kind() {
        filter::Kind::Turbulence(turbulence) => turbulence.num_octaves() > MOST_OCTAVES,
        filter::Kind::ConvolveMatrix(matrix) => matrix.matrix().data().len() > MOST_KERNEL,
        _ => false,
    }
}

fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    FONTS
        .get_or_init(|| {
            let mut fonts = fontdb::Database::new();
            fonts.load_system_fonts();
            Arc::new(fonts)
        })
        .clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(body: &str) -> Vec<u8> {
        format!(r#"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="20" height="10">{body}</svg>"#)
            .into_bytes()
    }

    fn pixel(picture: &Picture, x: u32, y: u32) -> [u8; 4] {
        let start = (y * picture.width + x) as usize * 4;
        picture.rgba[start..start + 4].try_into().unwrap()
    }

    #[test]
    fn a_drawing_becomes_straight_alpha_pixels() {
        let bytes = svg(r##"<rect width="10" height="10" fill="#ff0000" fill-opacity="0.5"/>"##);
        assert!(is_svg(&bytes));
        let picture = draw(&bytes).unwrap();
        assert_eq!((picture.width, picture.height), (512, 256));
        let [red, green, blue, alpha] = pixel(&picture, 10, 10);
        assert_eq!((green, blue), (0, 0));
        assert!(red >= 254 && (127..=128).contains(&alpha), "{red} {alpha}");
        assert_eq!(pixel(&picture, 400, 10), [0; 4]);
    }

    #[test]
    fn what_it_links_to_is_not_read() {
        let root = tempfile::tempdir().unwrap();
        let secret = root.path().join("secret.png");
        let red = Picture {
            width: 1,
            height: 1,
            rgba: vec![255, 0, 0, 255],
        };
        crate::write_png(&secret, &red).unwrap();
        let bytes = svg(&format!(
            r#"<image href="{}" width="20" height="10"/>"#,
            secret.display()
        ));
        assert!(draw(&bytes).unwrap().rgba.iter().all(|&byte| byte == 0));
    }

    #[test]
    fn hostile_files_are_refused_in_time() {
        let laughs: String = (1..10).fold("<!ENTITY a0 \"ha\">".to_owned(), |text, n| {
            format!("{text}<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10))
        });
        let bomb = format!(
            "<!DOCTYPE svg [{laughs}]><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"><text>&a9;</text></svg>"
        );
        let noise = svg(
            r#"<filter id="f"><feTurbulence numOctaves="4000000000"/></filter><rect width="20" height="10" filter="url(#f)"/>"#,
        );
        assert!(draw(&noise).unwrap_err().contains("too long"));
        let endless = svg(r##"<g id="a"><use href="#a"/></g>"##);
        let flat = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"0\" height=\"5\"/>";
        for bytes in [bomb.as_bytes(), flat, b"<svg", b""] {
            assert!(draw(bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
        assert!(
            draw(&endless).is_ok_and(|picture| picture.rgba.iter().all(|&byte| byte == 0)) || draw(&endless).is_err()
        );
    }
}
