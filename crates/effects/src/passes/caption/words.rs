//! Words in lines: which font each letter is set in, how wide words are, and where lines are broken.

use std::fmt::Write;

use resvg::usvg::fontdb::ID;
use resvg::usvg::{Options, Tree};

use super::breaking::{Line, Word, ZERO_WIDTH_JOINER, broken, fill, joins, split};
use super::fonts::Fonts;
use crate::Color;

/// The size of the letters (em) to the height of a line.
pub(super) const EM: f32 = 0.82;

/// Letters of one height in one family.
pub(super) struct Lettering<'a> {
    pub(super) fonts: &'a Fonts,
    /// The family that is wished for; empty for any.
    pub(super) family: &'a str,
    /// The height of a line, pixels.
    pub(super) size: f32,
}

/// Letters next to each other that one face has.
#[derive(Clone, Debug)]
pub(super) struct Run {
    face: Option<ID>,
    letters: String,
    /// Pixels.
    width: f32,
}

/// How letters are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub(super) color: Color,
    /// How far the colour reaches beyond the letters, pixels.
    pub(super) outline: f32,
}

impl Paint {
    /// The filter `rim`, which makes the outline of a picture: its alpha, blurred and cut where a straight edge at the outline's
    /// distance has 0.08 of it, in the colour.
    pub(super) fn rim(self) -> String {
        let Self { color, outline } = self;
        let deviation = outline / 1.405;
        // The blurred edge falls by 0.149 per standard deviation there; cut over one pixel, it stays antialiased.
        let slope = deviation / 0.149;
        let intercept = 0.5 - 0.08 * slope;
        format!(
            r#"<filter id="rim" x="-1" y="-1" width="3" height="3" color-interpolation-filters="sRGB"><feGaussianBlur in="SourceAlpha" stdDeviation="{deviation}"/><feComponentTransfer result="rim"><feFuncA type="linear" slope="{slope}" intercept="{intercept}"/></feComponentTransfer><feFlood flood-color="{color}"/><feComposite operator="in" in2="rim"/></filter>"#
        )
    }

    fn attributes(self, thickening: f32) -> String {
        let Self { color, outline } = self;
        let width = 2.0 * outline + thickening;
        format!(r#"fill="{color}" stroke="{color}" stroke-width="{width}" stroke-linejoin="round""#)
    }
}

impl Lettering<'_> {
    /// The SVG of a text around `middle`, on `baseline`; each stretch of letters that one face has is an element of its own, because
    /// usvg sets a whole element in another font when one letter is missing.
    pub(super) fn svg(&self, runs: &[Run], [middle, baseline]: [f32; 2], paint: Paint) -> String {
        let mut left = middle - width(runs) / 2.0;
        let backwards =
            runs.iter().flat_map(|run| run.letters.chars()).find_map(direction) == Some(Direction::Leftwards);
        let mut svg = String::new();
        for at in 0..runs.len() {
            let run = &runs[if backwards { runs.len() - 1 - at } else { at }];
            let attributes = paint.attributes(self.thickening(run));
            let element = self.element(run, &format!(r#"x="{left}" y="{baseline}" {attributes}"#));
            // Strokes do nothing for letters that are pictures.
            if paint.outline > 0.0 && run.face.is_some_and(|face| self.fonts.is_emoji_face(face)) {
                let _ = write!(svg, r#"<g filter="url(#rim)">{element}</g>"#);
            } else {
                svg += &element;
            }
            left += run.width;
        }
        svg
    }

    /// What makes letters about bold whose face is not, pixels.
    fn thickening(&self, run: &Run) -> f32 {
        let is_light = run.face.is_some_and(|face| self.fonts.is_light(face));
        if is_light { 0.05 * EM * self.size } else { 0.0 }
    }

    fn element(&self, run: &Run, attributes: &str) -> String {
        let (family, weight) = run
            .face
            .and_then(|face| self.fonts.name(face))
            .unwrap_or(("sans-serif", 700));
        let (family, letters, size) = (escaped(family), escaped(&run.letters), self.size * EM);
        // Text that is written leftwards would end at x, not begin there.
        let anchor = match run.letters.chars().find_map(direction) {
            Some(Direction::Leftwards) => r#"direction="rtl" text-anchor="end""#,
            _ => "",
        };
        format!(
            r#"<text xml:space="preserve" font-family="'{family}'" font-weight="{weight}" font-size="{size}" {anchor} {attributes}>{letters}</text>"#
        )
    }

    /// A drawing of `shapes` with the faces of `runs`.
    pub(super) fn tree<'a>(&self, shapes: &str, runs: impl Iterator<Item = &'a Run>) -> Option<Tree> {
        let svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">{shapes}</svg>"#);
        let fontdb = self.fonts.loaded(runs.filter_map(|run| run.face));
        let options = Options {
            fontdb,
            ..Options::default()
        };
        Tree::from_str(&svg, &options)
            .inspect_err(|error| log::error!("a caption's SVG is wrong: {error}"))
            .ok()
    }

    /// The letters that no font has, each once.
    pub(super) fn missing(&self, text: &str) -> Vec<char> {
        let first = self.fonts.face(self.family);
        let mut missing: Vec<char> = text
            .chars()
            .filter(|&letter| !joins(letter) && !letter.is_whitespace() && !letter.is_control())
            .filter(|&letter| self.fonts.face_with(letter, first).is_none())
            .collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// The text in lines of at most `limit` pixels, as equally long as they can be. A word that is too long for a line is broken.
    pub(super) fn wrapped(&self, text: &str, limit: f32) -> Vec<Line> {
        text.lines()
            .flat_map(|paragraph| self.wrapped_paragraph(paragraph.trim(), limit))
            .collect()
    }

    fn wrapped_paragraph(&self, paragraph: &str, limit: f32) -> Vec<Line> {
        let mut words = self.measured(split(paragraph));
        if words.iter().any(|word| word.width > limit) {
            words = self.measured(words.into_iter().flat_map(|word| broken(word, limit)).collect());
        }
        let space = self.space();
        let lines = fill(&words, space, limit);
        let (mut narrow, mut wide) = (0.0, limit);
        for _ in 0..12 {
            let middle = f32::midpoint(narrow, wide);
            let fits = fill(&words, space, middle);
            if fits.len() <= lines.len() && fits.iter().all(|line| line.width <= middle) {
                wide = middle;
            } else {
                narrow = middle;
            }
        }
        fill(&words, space, wide)
    }

    fn measured(&self, words: Vec<Word>) -> Vec<Word> {
        let widths = self.widths(&words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>());
        words
            .into_iter()
            .zip(widths)
            .map(|(mut word, width)| {
                word.width = width;
                word
            })
            .collect()
    }

    fn space(&self) -> f32 {
        let widths = self.widths(&["n n", "nn"]);
        widths[0] - widths[1]
    }

    /// How far each text advances, pixels.
    fn widths(&self, texts: &[&str]) -> Vec<f32> {
        self.runs(texts).iter().map(|runs| width(runs)).collect()
    }

    /// Each text in stretches of letters that one face has, measured.
    pub(super) fn runs(&self, texts: &[&str]) -> Vec<Vec<Run>> {
        let mut runs: Vec<Vec<Run>> = texts.iter().map(|text| self.in_faces(text)).collect();
        let all = || runs.iter().flatten();
        let drawn = all()
            .enumerate()
            .map(|(at, run)| self.element(run, &format!(r#"id="t{at}""#)));
        let tree = self.tree(&drawn.collect::<String>(), all());
        let width = |at: usize| Some(tree.as_ref()?.node_by_id(&format!("t{at}"))?.bounding_box().width());
        for (at, run) in runs.iter_mut().flatten().enumerate() {
            run.width = width(at).unwrap_or(0.0);
        }
        runs
    }

    fn in_faces(&self, text: &str) -> Vec<Run> {
        let first = self.fonts.face(self.family);
        let mut runs: Vec<Run> = Vec::new();
        let mut joined = false;
        for letter in text
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
        {
            let stays = joined || joins(letter) || letter == ' ';
            joined = letter == ZERO_WIDTH_JOINER;
            let own = if stays {
                None
            } else {
                Some(self.fonts.face_with(letter, first).or(first))
            };
            match (runs.last_mut(), own) {
                (Some(run), None) => run.letters.push(letter),
                (Some(run), Some(face)) if run.face == face => run.letters.push(letter),
                (_, face) => runs.push(Run {
                    face: face.unwrap_or(first),
                    letters: letter.to_string(),
                    width: 0.0,
                }),
            }
        }
        runs
    }
}

/// Of a line, pixels.
pub(super) fn width(runs: &[Run]) -> f32 {
    runs.iter().map(|run| run.width).sum()
}

/// In which direction a script is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Rightwards,
    Leftwards,
}

/// Of letters that have one; digits, spaces and marks go with what is around them.
fn direction(letter: char) -> Option<Direction> {
    match u32::from(letter) {
        0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x1_0800..=0x1_0fff | 0x1_e800..=0x1_efff => {
            Some(Direction::Leftwards)
        }
        _ if letter.is_alphabetic() => Some(Direction::Rightwards),
        _ => None,
    }
}

/// As XML writes it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
