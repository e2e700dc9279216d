//! Axes: from figures to places.

use super::super::number::fixed;

/// A stretch of figures on a stretch of pixels.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    figures: [f64; 2],
    pixels: [f64; 2],
    /// Between two ticks.
    step: f64,
    decimals: usize,
}

impl Axis {
    /// Holds all figures with some air, from tick to tick or not. `pixels` go from the low end to the high one.
    pub fn new(figures: impl IntoIterator<Item = f64>, pixels: [f64; 2], ticks: f64) -> Self {
        let [low, high] = figures
            .into_iter()
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], figure| {
                [low.min(figure), high.max(figure)]
            });
        let [low, high] = if low <= high { [low, high] } else { [0.0, 1.0] };
        // One figure alone, or figures that differ in rounding only, lie in the middle of something.
        let span = (high - low).max(high.abs().max(low.abs()) * 1e-6);
        let span = if span > 0.0 { span } else { 1.0 };
        let air = if high - low < span { span } else { span * 0.06 };
        let figures = [low - air, high + air];
        let step = nice((figures[1] - figures[0]) / ticks);
        let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
        Self {
            figures,
            pixels,
            step,
            decimals,
        }
    }

    /// Where a figure lies.
    pub fn place(&self, figure: f64) -> f64 {
        let [low, high] = self.figures;
        self.pixels[0] + (figure - low) / (high - low) * (self.pixels[1] - self.pixels[0])
    }

    /// Where ticks are, and what they say.
    pub fn ticks(&self) -> Vec<(f64, String)> {
        let first = (self.figures[0] / self.step).ceil();
        let count = ((self.figures[1] / self.step).floor() - first).clamp(0.0, 40.0) as usize;
        let tick = |number: usize| (first + number as f64) * self.step;
        (0..=count)
            .map(|number| (self.place(tick(number)), fixed(tick(number), self.decimals)))
            .collect()
    }
}

/// 1, 2 or 5 times a power of ten, no less than asked for.
fn nice(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let times = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|times| times * power >= step * 0.999_999);
    times.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within_the_axis() {
        let axis = Axis::new([0.2, 0.29], [0.0, 100.0], 6.0);
        let said: Vec<_> = axis.ticks().into_iter().map(|(_, text)| text).collect();
        assert_eq!(said, ["0.20", "0.22", "0.24", "0.26", "0.28"]);
        assert!(axis.ticks().iter().all(|(place, _)| (0.0..=100.0).contains(place)));
    }

    #[test]
    fn one_figure_no_figure_and_extreme_figures_have_an_axis() {
        let axis = Axis::new([3.0], [0.0, 100.0], 5.0);
        assert!((axis.place(3.0) - 50.0).abs() < 1e-6);
        for figures in [
            vec![],
            vec![0.0],
            vec![-1e300, 1e300],
            vec![1e-300],
            vec![5.0, 5.0 + 1e-12],
        ] {
            let axis = Axis::new(figures.clone(), [100.0, 0.0], 5.0);
            let places: Vec<_> = figures.iter().map(|figure| axis.place(*figure)).collect();
            assert!(
                places.iter().all(|place| (0.0..=100.0).contains(place)),
                "{figures:?} {places:?}"
            );
            assert!(axis.ticks().len() <= 41);
        }
    }
}
