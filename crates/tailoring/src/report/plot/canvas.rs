//! Elements of SVG.

use std::fmt::Write;

use super::super::escape::markup;
use super::Theme;

/// The reader's own, by name too for readers that do not know the first.
const FONTS: &str = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif";

/// What is drawn so far.
pub(super) struct Canvas {
    pub theme: Theme,
    body: String,
}

impl Canvas {
    pub fn new(theme: Theme) -> Self {
        Self {
            theme,
            body: String::new(),
        }
    }

    /// Appends markup.
    pub fn raw(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    pub fn line(&mut self, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2], style: &str) {
        // Writing to a text cannot fail.
        let _ = writeln!(
            self.body,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" {style}/>"
        );
    }

    /// Text at the left, middle (`middle`) or right (`end`) of a place on its base line.
    pub fn text(&mut self, [x, y]: [f64; 2], text: &str, anchor: &str, style: &str) {
        let text = markup(text);
        let _ = writeln!(
            self.body,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" {style}>{text}</text>"
        );
    }

    /// The whole drawing, with what a screen reader says of it. `id` is of the element, and of what names it.
    pub fn finish(self, id: &str, [width, height]: [f64; 2], title: &str, description: &str) -> String {
        let (title, description) = (markup(title), markup(description));
        let (surface, text) = (self.theme.surface(), self.theme.text());
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"img\" aria-labelledby=\"{id}-title {id}-description\" font-family=\"{FONTS}\" font-size=\"13\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-description\">{description}</desc>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"{surface}\"/>\n<g fill=\"{text}\">\n{}</g>\n</svg>\n",
            self.body
        )
    }
}

/// How wide a text is at most, in px at the size of the drawing: a little more than in the widest of the usual fonts, so that
/// what is kept apart by it stays apart.
pub(super) fn text_width(text: &str) -> f64 {
    let em = |letter: char| match letter {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | '.' | ',' | '\'' | '|' | ':' | ';' | '!' | ' ' | '′' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 1.0,
        'A'..='Z' => 0.76,
        _ if letter.is_ascii() => 0.65,
        _ if (letter as u32) < 0x1100 => 0.76,
        _ => 1.05,
    };
    text.chars().map(em).sum::<f64>() * 13.0
}

/// Cuts a text to a width, with `…`.
pub(super) fn shortened(text: &str, width: f64) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for letter in text.chars() {
        short.push(letter);
        if text_width(&short) + text_width("…") > width {
            short.pop();
            break;
        }
    }
    short.trim_end().to_owned() + "…"
}
