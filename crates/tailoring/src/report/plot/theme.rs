//! Colours.

/// Whose colours a plot takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white.
    Light,
    /// Light on dark.
    Dark,
    /// The page's own, by custom properties: `--surface`, `--text`, `--muted`, `--line`, `--series-0` to `--series-7`.
    Page,
}

/// Surface, text, muted text, lines, and eight series.
type Colours = [&'static str; 12];

/// The series were searched for the greatest smallest distance in OKLab to normal, protan, deutan and tritan eyes (Machado et
/// al. 2009), each at least 3:1 against its surface. Shapes tell them apart too.
const LIGHT: Colours = [
    "#ffffff", "#201e1b", "#5d5953", "#dfdcd7", "#dd4400", "#0022ff", "#550055", "#6688ff", "#885577", "#0000aa",
    "#aa8899", "#880000",
];
const DARK: Colours = [
    "#1f1e1c", "#f1eeea", "#b1aba3", "#403d39", "#ff8877", "#4477ff", "#ffdd00", "#99ffcc", "#997799", "#66cccc",
    "#ee4411", "#aa99ff",
];
const PAGE: Colours = [
    "var(--surface)",
    "var(--text)",
    "var(--muted)",
    "var(--line)",
    "var(--series-0)",
    "var(--series-1)",
    "var(--series-2)",
    "var(--series-3)",
    "var(--series-4)",
    "var(--series-5)",
    "var(--series-6)",
    "var(--series-7)",
];

impl Theme {
    fn colours(self) -> &'static Colours {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
            Self::Page => &PAGE,
        }
    }

    pub(super) fn surface(self) -> &'static str {
        self.colours()[0]
    }

    pub(super) fn text(self) -> &'static str {
        self.colours()[1]
    }

    pub(super) fn muted(self) -> &'static str {
        self.colours()[2]
    }

    pub(super) fn line(self) -> &'static str {
        self.colours()[3]
    }

    pub(super) fn series(self, number: usize) -> &'static str {
        self.colours()[4 + number % 8]
    }

    /// The custom properties that [`Self::Page`] reads, as CSS declarations.
    pub(in super::super) fn properties(self) -> String {
        let names = ["surface", "text", "muted", "line"].map(str::to_owned);
        let series = (0..8).map(|number| format!("series-{number}"));
        let all = names.into_iter().chain(series).zip(self.colours());
        let declarations: Vec<String> = all.map(|(name, colour)| format!("--{name}:{colour};")).collect();
        declarations.concat()
    }
}
