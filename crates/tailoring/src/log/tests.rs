use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;

fn entry(step: u64) -> Entry {
    Entry {
        step,
        loss: step as f64 / 64.0,
        loss_content: step.is_multiple_of(2).then_some(0.25),
        loss_style: step.is_multiple_of(3).then_some(0.125),
        learning_rate: 1e-4,
        grad_norm: Some(0.5 + step as f64),
        seconds: step as f64 * 0.25,
    }
}

fn write(folder: &Path, steps: impl IntoIterator<Item = u64>) {
    let mut log = RunLog::open(folder).unwrap();
    for step in steps {
        log.append(&entry(step)).unwrap();
    }
}

fn steps(folder: &Path) -> Vec<u64> {
    read(folder).unwrap().iter().map(|entry| entry.step).collect()
}

#[test]
fn what_is_logged_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(read(folder.path()).unwrap(), []);
    write(folder.path(), 1..=5);
    write(folder.path(), 6..=9);
    assert_eq!(read(folder.path()).unwrap(), (1..=9).map(entry).collect::<Vec<_>>());
}

#[test]
fn a_line_is_the_json_that_other_programs_expect() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = RunLog::open(folder.path()).unwrap();
    log.append(&entry(6)).unwrap();
    log.append(&Entry {
        step: 7,
        loss: f64::NAN,
        grad_norm: Some(f64::NEG_INFINITY),
        seconds: 3.0,
        ..Entry::default()
    })
    .unwrap();
    let expected = concat!(
        r#"{"step":6,"loss":0.09375,"loss_content":0.25,"loss_style":0.125,"learning_rate":0.0001,"grad_norm":6.5,"seconds":1.5}"#,
        "\n",
        r#"{"step":7,"loss":"NaN","learning_rate":0.0,"grad_norm":"-Infinity","seconds":3.0}"#,
        "\n",
    );
    assert_eq!(fs::read_to_string(folder.path().join("log.jsonl")).unwrap(), expected);
    let diverged = &read(folder.path()).unwrap()[1];
    assert!(diverged.loss.is_nan() && diverged.grad_norm == Some(f64::NEG_INFINITY) && diverged.loss_style.is_none());
}

#[test]
fn a_line_torn_at_any_byte_is_left_out_and_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    write(folder.path(), 1..=3);
    let whole = fs::read(&path).unwrap();
    let two = whole[..whole.len() - 1]
        .iter()
        .rposition(|&byte| byte == b'\n')
        .unwrap()
        + 1;
    for length in two..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(steps(folder.path()), [1, 2]);
        let mut log = RunLog::open(folder.path()).unwrap();
        assert_eq!((log.last_step(), log.set_aside()), (Some(2), None));
        log.append(&entry(3)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn zeros_that_a_power_cut_left_at_the_end_are_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    write(folder.path(), 1..=2);
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend([0; 4096]);
    fs::write(&path, bytes).unwrap();
    write(folder.path(), [3]);
    assert_eq!(steps(folder.path()), [1, 2, 3]);
}

#[test]
fn resuming_drops_later_steps_than_the_checkpoints() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 1..=10);
    for (checkpoint, last) in [(20, Some(10)), (7, Some(7)), (0, None)] {
        let mut log = RunLog::open(folder.path()).unwrap();
        log.resume_at(checkpoint).unwrap();
        log.sync().unwrap();
        assert_eq!(log.last_step(), last);
        assert_eq!(steps(folder.path()), (1..=last.unwrap_or(0)).collect::<Vec<_>>());
    }
    write(folder.path(), [1, 2]);
    assert_eq!(steps(folder.path()), [1, 2]);
}

#[test]
fn a_step_that_is_logged_already_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = RunLog::open(folder.path()).unwrap();
    log.append(&entry(4)).unwrap();
    let failure = log.append(&entry(4)).unwrap_err().to_string();
    assert!(
        failure.starts_with("step 4 cannot be logged after step 4; call resume_at"),
        "{failure}"
    );
    assert_eq!(steps(folder.path()), [4]);
}

#[test]
fn a_damaged_line_is_named_and_a_copy_set_aside_before_the_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    for copy in 1..=2 {
        fs::remove_file(&path).ok();
        write(folder.path(), 1..=4);
        let damaged = fs::read_to_string(&path)
            .unwrap()
            .replace(r#"{"step":3,"#, r#"{"stop":3,"#);
        fs::write(&path, &damaged).unwrap();
        let failure = read(folder.path()).unwrap_err().to_string();
        assert!(
            failure.starts_with("line 3 of the run's log is damaged (missing field `step`"),
            "{failure}"
        );
        let log = RunLog::open(folder.path()).unwrap();
        let aside = folder.path().join(format!("log.damaged-{copy}.jsonl"));
        assert_eq!((log.last_step(), log.set_aside()), (Some(2), Some(aside.as_path())));
        assert_eq!(fs::read_to_string(aside).unwrap(), damaged);
        assert_eq!(steps(folder.path()), [1, 2]);
    }
}

#[test]
fn steps_out_of_order_are_damage() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 1..=2);
    let path = folder.path().join("log.jsonl");
    let twice = fs::read_to_string(&path).unwrap().repeat(2);
    fs::write(&path, twice).unwrap();
    let failure = read(folder.path()).unwrap_err().to_string();
    assert!(
        failure.contains("line 3") && failure.contains("(step 1 follows step 2)"),
        "{failure}"
    );
}

#[test]
fn a_folder_that_is_not_there_is_an_error_for_writing() {
    let folder = tempfile::tempdir().unwrap();
    let failure = RunLog::open(&folder.path().join("gone")).unwrap_err().to_string();
    assert!(
        failure.starts_with("could not write the run's log (") && failure.ends_with("log.jsonl"),
        "{failure}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused_and_the_log_goes_on(lines in proptest::collection::vec("\\{\"step\":[0-9]{1,3},\"loss\":1,\"learning_rate\":0,\"seconds\":1\\}|\\PC{0,20}|\u{0}{1,9}", 0..6), end in "\n?") {
        let folder = tempfile::tempdir().unwrap();
        let bytes = lines.join("\n") + &end;
        fs::write(folder.path().join("log.jsonl"), &bytes).unwrap();
        let refused = read(folder.path()).is_err();
        let mut log = RunLog::open(folder.path()).unwrap();
        prop_assert_eq!(log.set_aside().is_some(), refused);
        if let Some(aside) = log.set_aside() {
            prop_assert_eq!(fs::read_to_string(aside).unwrap(), bytes);
        }
        let next = log.last_step().map_or(1, |step| step + 1);
        log.append(&entry(next)).unwrap();
        let read_again = read(folder.path()).unwrap();
        prop_assert_eq!(read_again.last(), Some(&entry(next)));
    }
}

/// Values and pictures of the run that check_events.py describes.
fn write_resumed_run(folder: &Path) {
    let picture = |step: u64| {
        image::RgbaImage::from_fn(5, 3, |x, y| {
            image::Rgba([x as u8 * 40, y as u8 * 80, step as u8, x as u8 * 60])
        })
    };
    let write = |events: &mut EventFile, step: u64, loss: f64, time: f64| {
        let style = if step == 1 { f64::NAN } else { 0.0 };
        events
            .scalars(step, time, &[("loss", loss), ("loss/style", style)])
            .unwrap();
        if [2, 6].contains(&step) {
            events.picture(step, time, "samples/cat", &picture(step)).unwrap();
        }
    };
    let mut first = EventFile::create(folder, "run", 1000.0).unwrap();
    (1..=6).for_each(|step| write(&mut first, step, 1.0 / step as f64, 1000.0 + step as f64));
    // The kill tore the last event.
    let bytes = fs::read(first.path()).unwrap();
    fs::write(first.path(), &bytes[..bytes.len() - 7]).unwrap();
    let mut second = EventFile::create(folder, "run", 1100.0).unwrap();
    second.resume_at(4, 1100.0).unwrap();
    (5..=8).for_each(|step| write(&mut second, step, 10.0 / step as f64, 1100.0 + step as f64));
    second.sync().unwrap();
}

#[test]
#[ignore = "needs python with tensorboard and pillow: name it in the variable PYTHON and run with --ignored"]
fn python_tensorboard_reads_what_a_resumed_run_wrote() {
    let folder = tempfile::tempdir().unwrap();
    write_resumed_run(folder.path());
    let script = Path::new(file!()).with_file_name("check_events.py");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(script);
    let python = std::env::var("PYTHON").expect("PYTHON names a python with tensorboard");
    let output = std::process::Command::new(python)
        .arg(script)
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "ok\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
