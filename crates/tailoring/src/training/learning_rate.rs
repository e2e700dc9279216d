//! The learning rate of each step.

use super::{LrSchedule, TrainingConfig};
use crate::objective::Phase;

/// Of optimizer step `step`, counted over the whole training, within its phase: a linear rise over the warm-up, then the
/// schedule (diffusers' `get_constant_schedule_with_warmup` and `get_cosine_schedule_with_warmup`).
pub fn learning_rate(config: &TrainingConfig, phase: &Phase, step: usize) -> f64 {
    let (done, steps) = (step - phase.steps.start, phase.steps.len());
    // A warm-up of the whole phase would never reach the learning rate.
    let warmup = config.warmup_steps.min(steps / 2);
    if done < warmup {
        return config.learning_rate * (done + 1) as f64 / (warmup + 1) as f64;
    }
    match config.lr_schedule {
        LrSchedule::Constant => config.learning_rate,
        LrSchedule::Cosine => {
            let progress = (done - warmup) as f64 / (steps - warmup) as f64;
            config.learning_rate * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::{Mix, Objective};

    fn rates(lr_schedule: LrSchedule, objective: Objective) -> Vec<f64> {
        let config = TrainingConfig {
            steps: 100,
            warmup_steps: 9,
            learning_rate: 1.0,
            lr_schedule,
            ..TrainingConfig::default()
        };
        let phases = Phase::of(objective, Mix::EqualShare, 0.9, 100, 1000);
        let steps = phases
            .iter()
            .flat_map(|phase| phase.steps.clone().map(move |step| (phase, step)));
        steps.map(|(phase, step)| learning_rate(&config, phase, step)).collect()
    }

    #[test]
    fn it_rises_stays_or_falls_to_zero() {
        let rates = rates(LrSchedule::Cosine, Objective::StyleOnly);
        assert!((rates[0] - 0.1).abs() < 1e-12 && (rates[8] - 0.9).abs() < 1e-12 && rates[9] == 1.0);
        assert!(rates[9..].windows(2).all(|pair| pair[1] < pair[0]));
        assert!(rates[99] > 0.0 && rates[99] < 1e-3);
        assert!(
            self::rates(LrSchedule::Constant, Objective::StyleOnly)[9..]
                .iter()
                .all(|rate| *rate == 1.0)
        );
    }

    #[test]
    fn a_second_phase_begins_anew() {
        let rates = rates(LrSchedule::Cosine, Objective::AlignmentThenStyle);
        assert_eq!(rates[..50], rates[50..]);
    }
}
