//! Where lines may be broken, and where they are.

/// A line of words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    /// Pixels.
    pub(super) width: f32,
}

/// What makes one emoji of two.
pub(super) const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// Whether it belongs to the letter before it: combining marks, joiners, variation selectors, skin tones, tags.
pub(super) fn joins(letter: char) -> bool {
    matches!(
        u32::from(letter),
        0x200c | 0x200d | 0x300..=0x36f | 0x1ab0..=0x1aff | 0x20d0..=0x20ff | 0x3099 | 0x309a
            | 0xfe00..=0xfe0f | 0x1_f3fb..=0x1_f3ff | 0xe_0020..=0xe_007f
    )
}

/// What is not broken.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: String,
    /// Whether a space stands before it, unless it begins a line.
    spaced: bool,
    /// Pixels; 0 until measured.
    pub(super) width: f32,
}

/// Words, and single letters of scripts without spaces; with what may not begin a line kept at the end of the one before.
pub(super) fn split(paragraph: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for text in paragraph.split_whitespace() {
        let mut spaced = !words.is_empty();
        for cluster in clusters(text) {
            let free = cluster.chars().next().is_some_and(breaks_anywhere);
            let after_free = words
                .last()
                .is_some_and(|word| word.text.chars().next_back().is_some_and(breaks_anywhere));
            let closes = cluster.chars().next().is_some_and(|letter| CLOSING.contains(letter));
            match words.last_mut() {
                Some(word) if !spaced && (closes || !(free || after_free)) => word.text += &cluster,
                _ => words.push(Word {
                    text: cluster,
                    spaced,
                    width: 0.0,
                }),
            }
            spaced = false;
        }
    }
    words
}

/// What may not begin a line (a part of JIS X 4051).
const CLOSING: &str = "、。，．！？：；」』）】》〉〕’”…ーぁぃぅぇぉっゃゅょァィゥェォッャュョ!?,.:;)]}";

/// Whether lines may be broken before and after the letter: Chinese, Japanese, and emoji.
fn breaks_anywhere(letter: char) -> bool {
    matches!(
        u32::from(letter),
        0x3000..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff | 0xff00..=0xffef | 0x1_f000..=0x1_faff | 0x2_0000..=0x3_ffff
    )
}

/// Letters with what belongs to them.
fn clusters(text: &str) -> Vec<String> {
    let mut clusters: Vec<String> = Vec::new();
    for letter in text.chars() {
        match clusters.last_mut() {
            Some(cluster)
                if joins(letter) || cluster.ends_with(ZERO_WIDTH_JOINER) || completes_flag(cluster, letter) =>
            {
                cluster.push(letter);
            }
            _ => clusters.push(letter.to_string()),
        }
    }
    clusters
}

/// Flags are pairs of regional indicators.
fn completes_flag(cluster: &str, letter: char) -> bool {
    let indicator = |letter: char| matches!(u32::from(letter), 0x1_f1e6..=0x1_f1ff);
    let mut letters = cluster.chars();
    indicator(letter) && letters.next().is_some_and(indicator) && letters.next().is_none()
}

/// A word that is wider than a line, in pieces; letters are taken as equally wide.
pub(super) fn broken(word: Word, limit: f32) -> Vec<Word> {
    let clusters = clusters(&word.text);
    if word.width <= limit || clusters.len() < 2 {
        return vec![word];
    }
    let pieces = (word.width / limit * 1.15).ceil() as usize;
    let length = clusters.len().div_ceil(pieces).max(1);
    let piece = |(at, clusters): (usize, &[String])| Word {
        text: clusters.concat(),
        spaced: word.spaced && at == 0,
        width: 0.0,
    };
    clusters.chunks(length).enumerate().map(piece).collect()
}

/// As many words in each line as fit.
pub(super) fn fill(words: &[Word], space: f32, limit: f32) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for word in words {
        let gap = if word.spaced { space } else { 0.0 };
        match lines.last_mut() {
            Some(line) if line.width + gap + word.width <= limit => {
                if word.spaced {
                    line.text.push(' ');
                }
                line.text += &word.text;
                line.width += gap + word.width;
            }
            _ => lines.push(Line {
                text: word.text.clone(),
                width: word.width,
            }),
        }
    }
    lines
}
