//! A line before and after every stage, so that a log shows where the minutes go.

use std::time::{Duration, Instant};

use crate::Outcome;

/// Runs one stage, says its name before and its time after it, and puts its name before an error.
pub fn stage<T>(name: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    eprintln!("==> {name}");
    let start = Instant::now();
    let outcome = work();
    let time = minutes_and_seconds(start.elapsed());
    match outcome {
        Ok(made) => {
            eprintln!("==> {name}: done in {time}");
            Ok(made)
        }
        Err(error) => Err(format!("==> {name}: failed after {time}\n{error}").into()),
    }
}

fn minutes_and_seconds(time: Duration) -> String {
    if time < Duration::from_mins(1) {
        format!("{:.1} s", time.as_secs_f32())
    } else {
        format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_seconds_or_in_minutes_and_seconds() {
        assert_eq!(minutes_and_seconds(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(minutes_and_seconds(Duration::from_secs(125)), "2 min 05 s");
    }

    #[test]
    fn an_error_says_its_stage() {
        let error = stage::<()>("clippy", || Err("3 warnings".into()))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("==> clippy: failed after "), "{error}");
        assert!(error.ends_with("\n3 warnings"), "{error}");
    }
}
