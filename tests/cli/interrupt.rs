//! Ctrl-C: exit code 130; what is finished stays, and nothing else.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::Sandbox;
use crate::support::png_file::PngFile;

/// More than the tiny model can make before the signal comes.
const PROMPTS: usize = 400;

#[test]
fn the_finished_stickers_are_kept() {
    let (sandbox, logs) = (Sandbox::new(), Sandbox::new());
    fs::write(logs.path("prompts"), "cat\ndog\n".repeat(PROMPTS / 2)).unwrap();
    let mut command = sandbox.generate_command(["--seed", "1", "--steps", "20", "--sheet", "sheet.png", "--prompts"]);
    command
        .arg(logs.path("prompts"))
        .stdout(Stdio::piped())
        .stderr(File::create(logs.path("stderr")).unwrap());
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut printed = String::new();
    stdout.read_line(&mut printed).unwrap();
    interrupt(&child);
    stdout.read_to_string(&mut printed).unwrap();

    assert_eq!(child.wait().unwrap().code(), Some(130));
    let stderr = fs::read_to_string(logs.path("stderr")).unwrap();
    assert!(stderr.lines().last().unwrap().starts_with("interrupted; "), "{stderr}");
    assert!(!stderr.contains("error: "), "an interruption is no error: {stderr}");
    let mut printed: Vec<_> = printed
        .lines()
        .map(|line| line.trim_start_matches("./").to_owned())
        .collect();
    printed.sort();
    assert!(
        !printed.is_empty() && printed.len() < PROMPTS,
        "{} stickers",
        printed.len()
    );
    assert_eq!(
        sandbox.names(),
        printed,
        "every file was reported, and there is no other: no sheet, no half of a file"
    );
    for name in &printed {
        PngFile::read(sandbox.path(name));
    }
}

#[test]
fn a_job_stops_within_a_step() {
    let (sandbox, logs) = (Sandbox::new(), Sandbox::new());
    // As many steps as the schedule has; each takes some milliseconds.
    let mut command = sandbox.command(["generate", "cat", "--steps", "1000", "-n", "4", "--device", "cpu"]);
    command
        .stdout(Stdio::null())
        .stderr(File::create(logs.path("stderr")).unwrap());
    let mut child = command.spawn().unwrap();
    wait_until(|| fs::read_to_string(logs.path("stderr")).unwrap().contains("step 1 of"));
    let pressed = Instant::now();
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(
        pressed.elapsed() < Duration::from_secs(20),
        "not after all of the 1000 steps: {:?}",
        pressed.elapsed()
    );
    assert!(sandbox.names().is_empty(), "{:?}", sandbox.names());
}

/// What a terminal sends at Ctrl-C.
fn interrupt(child: &Child) {
    let sent = Command::new("sh")
        .arg("-c")
        .arg(format!("kill -INT {}", child.id()))
        .status()
        .unwrap();
    assert!(sent.success());
}

fn wait_until(happened: impl Fn() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < Duration::from_mins(2), "it never happened");
        sleep(Duration::from_millis(20));
    }
}
