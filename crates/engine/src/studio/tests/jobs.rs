//! The queue while the program runs.

use super::*;

fn order(bench: &Bench) -> Vec<JobId> {
    bench
        .studio()
        .queue()
        .unwrap()
        .jobs
        .into_iter()
        .map(|job| job.id)
        .collect()
}

#[test]
fn jobs_run_in_their_order() {
    let bench = Bench::start();
    bench.studio().pause_queue(true).unwrap();
    let (cat, dog) = (bench.submit("a cat", 2, 10), bench.submit("a dog", 1, 50));
    assert_eq!(bench.script.calls(), []);
    bench.studio().pause_queue(false).unwrap();
    bench.until(&dog, JobState::Done);
    let expected = [
        ("a cat".to_owned(), 10),
        ("a cat".to_owned(), 11),
        ("a dog".to_owned(), 50),
    ];
    assert_eq!(bench.script.calls(), expected);
    assert_eq!(made(&bench.job(&cat)), [(0, 10), (1, 11)]);
    assert_eq!(bench.job(&cat).warnings, ["this is a fake"]);
}

#[test]
fn what_is_told_comes_in_the_order_it_happened() {
    let bench = Bench::start();
    let id = bench.submit("a cat", 3, 10);
    bench.until(&id, JobState::Done);
    let mut events = Vec::new();
    wait_for("the end is told", || {
        events.extend(bench.told());
        let done = |event: &StudioEvent| matches!(event, StudioEvent::Job { job } if job.state == JobState::Done);
        events.iter().any(done).then_some(())
    });
    let mut states = Vec::new();
    let mut tiles = Vec::new();
    for event in &events {
        match event {
            StudioEvent::Job { job } => states.push(job.state),
            StudioEvent::Made { job, tile, sticker } => {
                assert_eq!((job, sticker.seed), (&id, Some(u64::from(10 + tile))));
                tiles.push(*tile);
            }
            StudioEvent::Progress { progress } => {
                assert_eq!(progress.job, id);
                assert!(
                    progress.step <= progress.of && progress.seconds_left >= 0.0,
                    "{progress:?}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    states.dedup();
    assert!(states.ends_with(&[JobState::Running, JobState::Done]), "{states:?}");
    assert!(states.is_sorted_by_key(|state| {
        [JobState::Queued, JobState::Running, JobState::Done]
            .iter()
            .position(|s| s == state)
    }));
    assert_eq!(tiles, [0, 1, 2]);
    assert!(
        events
            .iter()
            .any(|event| matches!(event, StudioEvent::Progress { progress } if progress.stage.is_some()))
    );
}

#[test]
fn a_job_is_paused_and_goes_on_with_what_is_missing() {
    let bench = Bench::making(2);
    let id = bench.submit("a cat", 4, 10);
    wait_for("two are made", || (made(&bench.job(&id)).len() == 2).then_some(()));
    bench.act(&id, JobAction::Pause).unwrap();
    assert_eq!(made(&bench.until(&id, JobState::Paused)), [(0, 10), (1, 11)]);
    bench.script.calls();
    bench.script.allow_all();
    bench.act(&id, JobAction::Resume).unwrap();
    assert_eq!(made(&bench.until(&id, JobState::Done)).len(), 4);
    assert_eq!(
        bench.script.calls(),
        [("a cat".to_owned(), 12), ("a cat".to_owned(), 13)]
    );
    assert_eq!(bench.stickers().len(), 4, "none twice");
}

#[test]
fn a_cancelled_job_keeps_what_is_made_and_can_be_tried_again() {
    let bench = Bench::making(1);
    let (id, next) = (bench.submit("a cat", 3, 10), bench.submit("a dog", 1, 5));
    wait_for("one is made", || (made(&bench.job(&id)).len() == 1).then_some(()));
    bench.act(&id, JobAction::Cancel).unwrap();
    assert_eq!(made(&bench.until(&id, JobState::Cancelled)), [(0, 10)]);
    bench.script.allow_all();
    bench.until(&next, JobState::Done);
    bench.act(&id, JobAction::Retry).unwrap();
    assert_eq!(made(&bench.until(&id, JobState::Done)), [(0, 10), (1, 11), (2, 12)]);
}

#[test]
fn a_waiting_job_is_paused_and_cancelled_at_once() {
    let bench = Bench::making(0);
    let (_running, waiting) = (bench.submit("a cat", 1, 1), bench.submit("a dog", 1, 2));
    bench.act(&waiting, JobAction::Pause).unwrap();
    assert_eq!(bench.job(&waiting).state, JobState::Paused);
    bench.act(&waiting, JobAction::Cancel).unwrap();
    assert_eq!(bench.job(&waiting).state, JobState::Cancelled);
    assert!(
        bench
            .told()
            .iter()
            .any(|event| matches!(event, StudioEvent::Job { job } if job.state == JobState::Cancelled))
    );
}

#[test]
fn a_failed_job_says_why_and_does_not_stop_the_next() {
    let bench = Bench::start();
    bench
        .script
        .fail_next("the device ran out of memory; make fewer pictures");
    let (id, next) = (bench.submit("a cat", 2, 10), bench.submit("a dog", 1, 5));
    let failed = bench.until(&id, JobState::Failed);
    assert_eq!(
        failed.error.as_deref(),
        Some("the device ran out of memory; make fewer pictures")
    );
    bench.until(&next, JobState::Done);
    bench.act(&id, JobAction::Retry).unwrap();
    let done = bench.until(&id, JobState::Done);
    assert_eq!((made(&done).len(), done.error), (2, None));
}

#[test]
fn only_what_suits_its_state_is_done_with_a_job() {
    let bench = Bench::making(0);
    let (running, waiting) = (bench.submit("a cat", 1, 1), bench.submit("a dog", 1, 2));
    bench.until(&running, JobState::Running);
    for (id, actions) in [
        (&running, [JobAction::Resume, JobAction::Retry, JobAction::Remove]),
        (&waiting, [JobAction::Resume, JobAction::Retry, JobAction::Retry]),
    ] {
        for action in actions {
            let error = bench.act(id, action).unwrap_err();
            is_sentence(&error);
            assert!(error.message.contains("changed meanwhile"), "{action:?}: {error}");
        }
    }
    let gone: JobId = "0".repeat(26).parse().unwrap();
    for action in [JobAction::Pause, JobAction::Remove] {
        assert!(bench.act(&gone, action).unwrap_err().message.contains("no such job"));
    }
}

#[test]
fn a_removed_job_leaves_its_stickers() {
    let bench = Bench::start();
    let id = bench.submit("a cat", 2, 10);
    bench.until(&id, JobState::Done);
    bench.told();
    bench.act(&id, JobAction::Remove).unwrap();
    assert_eq!((order(&bench), bench.stickers().len()), (vec![], 2));
    assert_eq!(bench.told().last(), Some(&StudioEvent::JobRemoved { id }));
}

#[test]
fn jobs_change_places_and_run_so() {
    let bench = Bench::start();
    let studio = bench.studio();
    studio.pause_queue(true).unwrap();
    let [a, b, c] = ["a", "b", "c"].map(|prompt| bench.submit(prompt, 1, 1));
    studio.move_job(&c, Some(&a)).unwrap();
    studio.move_job(&a, None).unwrap();
    assert_eq!(order(&bench), [c.clone(), b.clone(), a.clone()]);
    let expected = vec![c, b, a.clone()];
    assert_eq!(
        bench.told().last(),
        Some(&StudioEvent::Queue {
            paused: true,
            order: expected
        })
    );
    let gone: JobId = "0".repeat(26).parse().unwrap();
    assert!(studio.move_job(&gone, None).is_err() && studio.move_job(&a, Some(&gone)).is_err());
    studio.pause_queue(false).unwrap();
    bench.until(&a, JobState::Done);
    let prompts: Vec<_> = bench.script.calls().into_iter().map(|(prompt, _)| prompt).collect();
    assert_eq!(prompts, ["c", "b", "a"]);
}

#[test]
fn a_preview_names_its_job_and_tile() {
    let bench = Bench::making(0);
    let id = bench.submit("a cat", 1, 9);
    let frame = wait_for("a preview", || {
        bench.studio().wait_for_preview(Duration::from_millis(200))
    });
    let number = |place: usize| u32::from_le_bytes(frame[place * 4..][..4].try_into().unwrap());
    assert_eq!([number(0), number(1), number(2), number(3)], [1, 3, 1, 26]);
    assert_eq!(&frame[16..42], id.as_str().as_bytes());
    assert_eq!([number(11), number(12), number(13)], [0, 8, 8]);
    assert_eq!(frame[56..], fake::pattern("a cat", 9, 8).rgba);
}

#[test]
fn a_device_is_not_tested_while_a_job_runs() {
    let bench = Bench::making(0);
    let id = bench.submit("a cat", 1, 1);
    bench.until(&id, JobState::Running);
    let error = bench.studio().test_device("cpu".parse().unwrap()).unwrap_err();
    assert_eq!(error.code, crate::ErrorCode::Busy);
    is_sentence(&error);
}
