//! How far the work is, on stderr: a bar on a terminal, plain lines elsewhere.

use std::fmt::Display;
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output;

/// A log file needs no line for every step.
const BETWEEN_LINES: Duration = Duration::from_secs(5);
/// A terminal shows that the program lives while a stage takes long.
const BETWEEN_TICKS: Duration = Duration::from_millis(120);

pub enum Progress {
    Bar(ProgressBar),
    Lines { last_step_line: Option<Instant> },
}

impl Progress {
    /// A bar when stderr is a terminal, else plain lines.
    pub fn on_stderr() -> Self {
        if !stderr().is_terminal() {
            return Self::Lines { last_step_line: None };
        }
        let bar = ProgressBar::no_length().with_style(stage_style());
        bar.enable_steady_tick(BETWEEN_TICKS);
        Self::Bar(bar)
    }

    /// A stage without a measure, such as loading a model.
    pub fn stage(&mut self, text: impl Display) {
        match self {
            Self::Bar(bar) => {
                bar.set_style(stage_style());
                bar.set_message(text.to_string());
            }
            Self::Lines { last_step_line } => {
                *last_step_line = None;
                output::say(text);
            }
        }
    }

    /// Step `step` of `of` of what `text` names.
    pub fn step(&mut self, step: usize, of: usize, text: impl Display) {
        match self {
            Self::Bar(bar) => {
                bar.set_style(step_style());
                bar.set_length(of as u64);
                bar.set_position(step as u64);
                bar.set_message(text.to_string());
            }
            Self::Lines { last_step_line } => {
                let due = last_step_line.is_none_or(|last| last.elapsed() >= BETWEEN_LINES) || step == of;
                if due {
                    *last_step_line = Some(Instant::now());
                    output::say(format_args!("{text}: step {step} of {of}"));
                }
            }
        }
    }

    /// A warning that stays on the screen.
    pub fn warn(&mut self, text: impl Display) {
        self.aside(|| output::say(format_args!("warning: {text}")));
    }

    /// Runs something that prints, with the bar out of its way.
    pub fn aside<T>(&mut self, print: impl FnOnce() -> T) -> T {
        match self {
            Self::Bar(bar) => bar.suspend(print),
            Self::Lines { .. } => print(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn stage_style() -> ProgressStyle {
    style("{spinner} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn step_style() -> ProgressStyle {
    style("{bar:24} step {pos} of {len} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn style(template: &str) -> Result<ProgressStyle, indicatif::style::TemplateError> {
    Ok(ProgressStyle::with_template(template)?.progress_chars("=> "))
}
