//! Which training timesteps a run visits (arXiv 2305.08891, table 2), in numpy's f64 arithmetic.

use super::config::Options;
use super::{SchedulerClass, SchedulerError, TimestepSpacing};

/// How a class spreads its steps.
#[derive(Debug, Clone)]
pub(super) struct Spacing {
    class: SchedulerClass,
    pub(super) kind: TimestepSpacing,
    steps_offset: usize,
    num_train_timesteps: usize,
}

impl Spacing {
    pub(super) fn read(
        options: Options<'_>,
        default: TimestepSpacing,
        num_train_timesteps: usize,
    ) -> Result<Self, SchedulerError> {
        let steps_offset = options.get("steps_offset", 0)?;
        if steps_offset > num_train_timesteps {
            return Err(SchedulerError::InvalidConfig(
                "`steps_offset` is larger than `num_train_timesteps`".to_owned(),
            ));
        }
        let kind = options.get("timestep_spacing", default)?;
        Ok(Self {
            class: options.class(),
            kind,
            steps_offset,
            num_train_timesteps,
        })
    }

    /// One timestep a step, falling. `Linspace` gives fractions.
    pub(super) fn per_step(&self, steps: usize) -> Result<Vec<f64>, SchedulerError> {
        self.check_steps(steps, self.num_train_timesteps)?;
        Ok(match self.kind {
            TimestepSpacing::Linspace => {
                let mut timesteps = linspace(0.0, (self.num_train_timesteps - 1) as f64, steps);
                timesteps.reverse();
                timesteps
            }
            TimestepSpacing::Leading => self.leading(self.num_train_timesteps / steps, 0..steps),
            TimestepSpacing::Trailing => self.trailing(self.num_train_timesteps, steps),
        })
    }

    /// The whole timesteps of a multistep solver, falling: one interval more than steps, whose lowest end is left out since the
    /// solver goes on to `final_sigmas_type` itself. `last_timestep` is one past the highest timestep that may be used.
    pub(super) fn for_multistep(&self, last_timestep: usize, steps: usize) -> Result<Vec<f64>, SchedulerError> {
        // With fewer intervals than timesteps two steps would share one, and the solver would divide by zero.
        self.check_steps(steps, last_timestep.saturating_sub(1))?;
        Ok(match self.kind {
            TimestepSpacing::Linspace => {
                let points = linspace(0.0, (last_timestep - 1) as f64, steps + 1);
                points.into_iter().skip(1).rev().map(f64::round_ties_even).collect()
            }
            TimestepSpacing::Leading => self.leading(last_timestep / (steps + 1), 1..steps + 1),
            TimestepSpacing::Trailing => self.trailing(last_timestep, steps),
        })
    }

    fn leading(&self, stride: usize, multiples: std::ops::Range<usize>) -> Vec<f64> {
        multiples
            .rev()
            .map(|multiple| (multiple * stride + self.steps_offset) as f64)
            .collect()
    }

    /// `numpy.arange(start, 0, -stride).round() - 1`. For some counts (61 of 1000) the rounding of `stride` makes numpy append
    /// a timestep of -1, which no model knows and on which diffusers spoils the picture; it is left out here.
    fn trailing(&self, start: usize, steps: usize) -> Vec<f64> {
        let stride = self.num_train_timesteps as f64 / steps as f64;
        let start = start as f64;
        let delta = (start - stride) - start;
        let timesteps = (0..steps)
            .map(|index| start + index as f64 * delta)
            .take_while(|timestep| *timestep > 0.0);
        timesteps
            .map(|timestep| timestep.round_ties_even() - 1.0)
            .filter(|timestep| *timestep >= 0.0)
            .collect()
    }

    fn check_steps(&self, steps: usize, most: usize) -> Result<(), SchedulerError> {
        if (1..=most).contains(&steps) {
            Ok(())
        } else {
            Err(SchedulerError::StepCount {
                class: self.class,
                steps,
                most,
            })
        }
    }
}

/// Timesteps as positions in `alphas_cumprod`.
///
/// # Errors
/// [`SchedulerError::TimestepOutOfRange`] when `steps_offset` pushes the first one past the end.
pub(super) fn whole(timesteps: Vec<f64>, num_train_timesteps: usize) -> Result<Vec<usize>, SchedulerError> {
    let steps = timesteps.len();
    let whole: Vec<usize> = timesteps
        .into_iter()
        .map(|timestep| timestep.round_ties_even() as usize)
        .collect();
    match whole.iter().copied().find(|timestep| *timestep >= num_train_timesteps) {
        Some(timestep) => Err(SchedulerError::TimestepOutOfRange {
            steps,
            timestep,
            last: num_train_timesteps - 1,
        }),
        None => Ok(whole),
    }
}

/// `numpy.linspace(start, stop, count)`.
pub(super) fn linspace(start: f64, stop: f64, count: usize) -> Vec<f64> {
    if count < 2 {
        return vec![start; count];
    }
    let step = (stop - start) / (count - 1) as f64;
    let mut points: Vec<f64> = (0..count).map(|index| index as f64 * step + start).collect();
    points[count - 1] = stop;
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spacing(kind: TimestepSpacing, steps_offset: usize) -> Spacing {
        Spacing {
            class: SchedulerClass::Ddim,
            kind,
            steps_offset,
            num_train_timesteps: 1000,
        }
    }

    #[test]
    fn the_three_spacings_of_the_paper() {
        let leading = spacing(TimestepSpacing::Leading, 1).per_step(5).unwrap();
        assert_eq!(leading, [801.0, 601.0, 401.0, 201.0, 1.0]);
        let trailing = spacing(TimestepSpacing::Trailing, 0).per_step(5).unwrap();
        assert_eq!(trailing, [999.0, 799.0, 599.0, 399.0, 199.0]);
        let linspace = spacing(TimestepSpacing::Linspace, 0).per_step(5).unwrap();
        assert_eq!(linspace, [999.0, 749.25, 499.5, 249.75, 0.0]);
    }

    #[test]
    fn a_multistep_solver_leaves_the_lowest_point_out() {
        let leading = spacing(TimestepSpacing::Leading, 1).for_multistep(1000, 4).unwrap();
        assert_eq!(leading, [801.0, 601.0, 401.0, 201.0]);
        let linspace = spacing(TimestepSpacing::Linspace, 0).for_multistep(1000, 4).unwrap();
        assert_eq!(linspace, [999.0, 749.0, 500.0, 250.0]);
    }

    #[test]
    fn trailing_never_passes_zero() {
        for steps in 1..=1000 {
            let timesteps = spacing(TimestepSpacing::Trailing, 0).per_step(steps).unwrap();
            assert_eq!(timesteps.len(), steps, "{steps}");
            assert!(
                timesteps.iter().all(|timestep| (0.0..=999.0).contains(timestep)),
                "{steps}: {timesteps:?}"
            );
        }
    }

    #[test]
    fn impossible_counts_are_refused() {
        for steps in [0, 1001] {
            let error = spacing(TimestepSpacing::Leading, 0).per_step(steps).unwrap_err();
            assert_eq!(
                error,
                SchedulerError::StepCount {
                    class: SchedulerClass::Ddim,
                    steps,
                    most: 1000
                }
            );
        }
        assert!(spacing(TimestepSpacing::Leading, 0).for_multistep(1000, 1000).is_err());
        let past_the_end = spacing(TimestepSpacing::Leading, 1).per_step(1000).unwrap();
        assert!(matches!(
            whole(past_the_end, 1000),
            Err(SchedulerError::TimestepOutOfRange { timestep: 1000, .. })
        ));
    }
}
