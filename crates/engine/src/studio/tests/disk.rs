//! A disk that is full or cannot be written to.

use std::fs;
use std::process::Command;

use super::*;

/// A small file system of its own; gone when it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(folder: &Path, size: &str) -> Self {
        fs::create_dir_all(folder).unwrap();
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder)
            .status();
        assert!(mounted.is_ok_and(|status| status.success()), "only root may mount");
        Self(folder.to_path_buf())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_picture_that_cannot_be_kept_fails_its_job_and_a_retry_completes_it() {
    let bench = Bench::making(1);
    let id = bench.submit("a cat", 3, 10);
    wait_for("one is made", || (made(&bench.job(&id)).len() == 1).then_some(()));
    // A file where a folder should be stops root, too.
    let parts = bench.path("data/parts");
    fs::remove_dir_all(&parts).unwrap();
    fs::write(&parts, "").unwrap();
    bench.script.allow_all();
    let failed = bench.until(&id, JobState::Failed);
    assert_eq!(made(&failed), [(0, 10)], "what was reported stays");
    let message = failed.error.unwrap();
    is_sentence(&Error::input(message.clone()));
    assert!(message.starts_with("could not write the picture ("), "{message}");

    fs::remove_file(&parts).unwrap();
    fs::create_dir(&parts).unwrap();
    bench.script.calls();
    bench.act(&id, JobAction::Retry).unwrap();
    assert_eq!(made(&bench.until(&id, JobState::Done)), [(0, 10), (1, 11), (2, 12)]);
    assert_eq!(
        bench.script.calls(),
        [("a cat".to_owned(), 11), ("a cat".to_owned(), 12)]
    );
}

#[test]
#[ignore = "needs root for a small file system of its own: run it with --ignored as root"]
fn a_full_disk_fails_the_job_and_room_completes_it() {
    let root = tempfile::tempdir().unwrap();
    let _disk = SmallDisk::mount(&root.path().join("data"), "3m");
    let mut bench = Bench::within(root, Script::with_pictures_of(300));
    let id = bench.submit("a cat", 20, 10);
    let waiting = bench.submit("a dog", 1, 10);
    let failed = bench.until(&id, JobState::Failed);
    let message = failed.error.clone().unwrap();
    assert!(message.contains("make room"), "{message}");
    let before = made(&failed);
    assert!(!before.is_empty() && before.len() < 20, "{before:?}");
    // The one behind it finds no room either, and whatever happened to it can be mended.
    wait_for("the queue stands still", || {
        let queue = bench.studio().queue().unwrap();
        let state = queue.jobs[1].state;
        (state == JobState::Failed || (queue.paused && state != JobState::Running)).then_some(())
    });

    let ids: Vec<_> = bench.stickers().into_iter().map(|sticker| sticker.id).collect();
    for id in &ids {
        assert!(bench.studio().picture(id).is_ok(), "nothing half-written is listed");
    }
    let more = Command::new("mount")
        .args(["-o", "remount,size=40m"])
        .arg(bench.path("data"))
        .status();
    assert!(more.is_ok_and(|status| status.success()));
    bench.act(&id, JobAction::Retry).unwrap();
    if bench.job(&waiting).state == JobState::Failed {
        bench.act(&waiting, JobAction::Retry).unwrap();
    }
    bench.studio().pause_queue(false).unwrap();
    assert_eq!(made(&bench.until(&id, JobState::Done)).len(), 20);
    bench.until(&waiting, JobState::Done);
    assert_eq!(bench.stickers().len(), 21);
    bench.reopen();
    assert_eq!(bench.studio().startup().unwrap().repairs, Vec::<String>::new());
    bench.close();
}

#[test]
#[ignore = "needs root for a small file system of its own: run it with --ignored as root"]
fn an_end_that_cannot_be_written_is_shown_all_the_same() {
    let root = tempfile::tempdir().unwrap();
    let _disk = SmallDisk::mount(&root.path().join("data"), "3m");
    let script = Script::default();
    script.allow_only(1);
    let mut bench = Bench::within(root, script);
    let id = bench.submit("a cat", 3, 10);
    wait_for("one is made", || (made(&bench.job(&id)).len() == 1).then_some(()));
    let filler = bench.path("data/filler");
    let mut file = fs::File::create(&filler).unwrap();
    while std::io::Write::write(&mut file, &[1; 4096]).is_ok_and(|written| written > 0) {}
    bench.script.allow_all();
    let failed = bench.until(&id, JobState::Failed);
    assert!(failed.error.is_some_and(|error| error.contains("make room")));
    drop(file);
    fs::remove_file(filler).unwrap();
    bench.act(&id, JobAction::Retry).unwrap();
    bench.studio().pause_queue(false).unwrap();
    assert_eq!(made(&bench.until(&id, JobState::Done)).len(), 3);
    bench.reopen();
    assert_eq!((bench.job(&id).state, bench.stickers().len()), (JobState::Done, 3));
    bench.close();
}

#[test]
fn a_library_of_which_nothing_can_be_made_is_refused() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("data"), "a file").unwrap();
    let error = Arc::new(Script::default())
        .open(Places::within(root.path()))
        .err()
        .expect("no library");
    is_sentence(&error);
    assert!(
        error.message.ends_with(&root.path().join("data").display().to_string()),
        "{error}"
    );
}
