//! The 13 icons of a sticker pack app.

use serde_json::json;

use super::{info, json_file};
use crate::Error;
use crate::store::Entry;

/// An icon's file, for what it is, its size in points, and pixels a point.
const ICONS: [(&str, &str, &str, u32); 13] = [
    ("iPhone-settings-29pt@2x.png", "iphone", "29x29", 2),
    ("iPhone-settings-29pt@3x.png", "iphone", "29x29", 3),
    ("Messages-iPhone-60x45pt@2x.png", "iphone", "60x45", 2),
    ("Messages-iPhone-60x45pt@3x.png", "iphone", "60x45", 3),
    ("iPad-Settings-29pt@2x.png", "ipad", "29x29", 2),
    ("Messages-iPad-67x50pt@2x.png", "ipad", "67x50", 2),
    ("Messages-iPad-Pro-74x55pt@2x.png", "ipad", "74x55", 2),
    ("App-Store-1024x1024pt.png", "ios-marketing", "1024x1024", 1),
    ("Messages27x20pt@2x.png", "universal", "27x20", 2),
    ("Messages27x20pt@3x.png", "universal", "27x20", 3),
    ("Messages32x24pt@2x.png", "universal", "32x24", 2),
    ("Messages32x24pt@3x.png", "universal", "32x24", 3),
    (MARKETING, "ios-marketing", "1024x768", 1),
];
const MARKETING: &str = "Messages-App-Store-1024x768pt.png";

/// The set of icons with its list.
pub(super) fn entries(catalog: &str, icons: &[Entry]) -> Result<Vec<Entry>, Error> {
    let folder = format!("{catalog}/iMessage App Icon.stickersiconset");
    let images: Vec<_> = ICONS
        .iter()
        .map(|(file, idiom, size, scale)| {
            let mut image = json!({ "filename": file, "idiom": idiom, "scale": format!("{scale}x"), "size": size });
            if *idiom == "universal" || *file == MARKETING {
                image["platform"] = "ios".into();
            }
            image
        })
        .collect();
    let mut entries = vec![json_file(
        format!("{folder}/Contents.json"),
        &json!({ "images": images, "info": info() }),
    )?];
    entries.extend(
        icons
            .iter()
            .map(|icon| Entry::new(format!("{folder}/{}", icon.path), icon.bytes.clone())),
    );
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Platform;

    #[test]
    fn every_icon_of_the_list_is_made_in_its_size() {
        let covers = Platform::Imessage.limits().covers;
        assert_eq!(covers.len(), ICONS.len());
        for (file, _, size, scale) in ICONS {
            let cover = covers.iter().find(|cover| cover.name == file).unwrap();
            let (width, height) = size.split_once('x').unwrap();
            let pixels = [width, height].map(|points| points.parse::<u32>().unwrap() * scale);
            assert_eq!(cover.still.canvas.bounds(), Some((pixels[0], pixels[1])), "{file}");
        }
    }
}
