//! kill -9 at any moment: what `add` has returned stays, and nothing half-written is listed.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::HashSet;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use library::{Library, Query, StickerId};
use sha2::{Digest, Sha256};

mod common;

use common::png::{is_whole, png};

const FOLDER: &str = "LIBRARY_TEST_FOLDER";
const ROUNDS: u64 = 30;

#[test]
fn a_kill_loses_nothing_that_was_added() {
    let folder = tempfile::tempdir().unwrap();
    let mut promised: Vec<StickerId> = Vec::new();
    let mut repairs = 0;
    for round in 0..ROUNDS {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "child", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = |line: std::io::Result<String>| line.unwrap().strip_prefix("added ")?.parse::<StickerId>().ok();
        promised.extend(lines.by_ref().filter_map(told).take(1 + round as usize % 3));
        // Unlike each time: the steps of an add take from microseconds to milliseconds.
        thread::sleep(Duration::from_micros(round * round * 97 % 31_000));
        child.kill().unwrap();
        child.wait().unwrap();
        // A line may be cut by the kill: then nobody was promised anything.
        promised.extend(lines.filter_map(told));

        let opened = Library::open(folder.path()).unwrap();
        repairs += opened.repairs.len();
        check(&opened.library, &promised);
    }
    assert!(
        promised.len() > 2 * ROUNDS as usize,
        "the child adds: {}",
        promised.len()
    );
    println!("{} stickers were promised, {repairs} repairs told", promised.len());
}

fn check(library: &Library, promised: &[StickerId]) {
    let listed = library.ids(&Query::default()).unwrap();
    let known: HashSet<&StickerId> = listed.iter().collect();
    for id in promised {
        assert!(known.contains(id), "{id} was promised");
    }
    for id in &listed {
        let file = fs::read(library.file(id)).unwrap();
        assert!(is_whole(&file), "{id}");
        let record = library.sticker(id).unwrap().unwrap();
        let sha256 = Sha256::digest(&file)
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        assert_eq!((record.bytes, record.sha256), (file.len() as u64, sha256));
    }
    let words = Query {
        text: "picture".to_owned(),
        ..Query::default()
    };
    assert_eq!(library.ids(&words).unwrap(), listed, "the index is in step");
}

#[test]
#[ignore = "it is the child that a_kill_loses_nothing_that_was_added kills"]
fn child() {
    let Ok(folder) = env::var(FOLDER) else { return };
    let library = Library::open(Path::new(&folder)).unwrap().library;
    let mut out = std::io::stdout();
    // libtest has begun a line of its own.
    writeln!(out).unwrap();
    for number in 0.. {
        let prompt = format!("picture {number} {}", "of some size ".repeat(2000));
        let file = png(&prompt);
        let sticker = library.add(&common::new_sticker(&file, &prompt)).unwrap();
        writeln!(out, "added {}", sticker.id).unwrap();
        out.flush().unwrap();
    }
}
