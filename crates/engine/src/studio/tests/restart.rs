//! What is there again after the program was closed.

use super::*;

#[test]
fn an_interrupted_job_goes_on_with_the_missing_tiles_and_their_seeds() {
    let mut bench = Bench::making(2);
    let draft = Draft {
        prompt: "{red|blue} cat".into(),
        count: 5,
        seed: Some(40),
        ..Draft::default()
    };
    let id = bench.studio().submit(&draft).unwrap().id;
    wait_for("two are made", || (made(&bench.job(&id)).len() == 2).then_some(()));
    let all: Vec<_> = bench
        .job(&id)
        .tiles
        .into_iter()
        .map(|tile| (tile.prompt, tile.seed))
        .collect();
    bench.reopen();
    let job = bench.job(&id);
    assert_eq!((job.state, made(&job)), (JobState::Interrupted, vec![(0, 40), (1, 41)]));
    bench.script.calls();
    bench.script.allow_all();
    bench.act(&id, JobAction::Resume).unwrap();
    assert_eq!(made(&bench.until(&id, JobState::Done)).len(), 5);
    assert_eq!(
        bench.script.calls(),
        all[2..],
        "only what was missing, each with its own prompt and seed"
    );
    assert_eq!(bench.stickers().len(), 5);
}

#[test]
fn queued_jobs_go_on_by_themselves_and_an_interrupted_one_waits_for_the_person() {
    let mut bench = Bench::making(0);
    let (first, second) = (bench.submit("a cat", 1, 1), bench.submit("a dog", 1, 2));
    bench.until(&first, JobState::Running);
    bench.close();
    bench.script.allow_all();
    bench.open();
    bench.until(&second, JobState::Done);
    assert_eq!(bench.job(&first).state, JobState::Interrupted);
    bench.act(&first, JobAction::Cancel).unwrap();
    bench.act(&first, JobAction::Remove).unwrap();
}

#[test]
fn what_a_person_asked_for_just_before_the_end_counts() {
    let mut bench = Bench::making(0);
    let id = bench.submit("a cat", 1, 1);
    bench.until(&id, JobState::Running);
    bench.act(&id, JobAction::Cancel).unwrap();
    bench.reopen();
    assert_eq!(bench.job(&id).state, JobState::Cancelled);
}

#[test]
fn a_paused_queue_stays_paused() {
    let mut bench = Bench::start();
    bench.studio().pause_queue(true).unwrap();
    let id = bench.submit("a cat", 1, 1);
    bench.reopen();
    assert!(bench.studio().queue().unwrap().paused);
    assert_eq!((bench.job(&id).state, bench.script.calls()), (JobState::Queued, vec![]));
    bench.studio().pause_queue(false).unwrap();
    bench.until(&id, JobState::Done);
}

#[test]
fn the_form_comes_back_as_it_was_left() {
    let mut bench = Bench::start();
    let first = bench.studio().startup().unwrap();
    assert_eq!(
        (first.draft, first.first_start, first.refused),
        (Draft::default(), true, None)
    );
    let left = Draft {
        prompt: "{a|".into(),
        seed: Some(3),
        guidance: Some(2.5),
        plan: Plan::Moods {
            moods: vec!["happy".into()],
        },
        ..Draft::default()
    };
    assert!(
        bench.studio().check_draft(&left).unwrap().problem.is_some(),
        "also one that cannot be made"
    );
    bench.reopen();
    assert_eq!(bench.studio().startup().unwrap().draft, left);
    bench.sticker("a cat");
    assert!(!bench.studio().startup().unwrap().first_start);
}

#[test]
fn a_form_of_another_version_is_read_as_far_as_it_goes() {
    let mut bench = Bench::start();
    for (note, prompt) in [
        (r#"{"prompt": "a cat"}"#, "a cat"),
        (r#"{"prompt": "a cat", "later": 1}"#, ""),
        ("[1]", ""),
        ("not json", ""),
    ] {
        bench.studio().library.set_note("draft", note).unwrap();
        bench.reopen();
        assert_eq!(bench.studio().startup().unwrap().draft.prompt, prompt, "{note}");
    }
}

#[test]
fn a_second_studio_is_refused_until_the_first_is_closed() {
    let mut bench = Bench::start();
    let error = bench.script.open(bench.places()).err().expect("the folder is taken");
    is_sentence(&error);
    assert!(error.message.contains("another Sticker Studio"), "{error}");
    let shown = Studio::refused(&bench.places(), &error);
    assert_eq!(shown.refused, Some(error.message));
    assert_eq!(shown.data_folder, bench.path("data").display().to_string());
    bench.close();
    bench.script.open(bench.places()).unwrap();
}

#[test]
fn a_job_that_cannot_be_read_says_so_and_is_removed() {
    let bench = Bench::start();
    bench.studio().pause_queue(true).unwrap();
    let record = bench.studio().library.add_job(&library::NewJob {
        title: "damaged",
        request: r#"{"version":1,"cells":"#,
        pictures: 1,
        prompts: &[],
    });
    let id = record.unwrap().id;
    assert!(bench.job(&id).error.unwrap().contains("cannot be read"));
    bench.studio().pause_queue(false).unwrap();
    let job = bench.until(&id, JobState::Failed);
    assert!(job.tiles.is_empty() && job.error.unwrap().contains("remove it"));
    bench.act(&id, JobAction::Remove).unwrap();
}

#[test]
fn old_jobs_leave_the_list_and_their_stickers_stay() {
    let mut bench = Bench::start();
    let ids: Vec<_> = (0..63).map(|seed| bench.submit("a cat", 1, seed)).collect();
    bench.until(ids.last().unwrap(), JobState::Done);
    bench.reopen();
    let kept: Vec<_> = bench
        .studio()
        .queue()
        .unwrap()
        .jobs
        .into_iter()
        .map(|job| job.id)
        .collect();
    assert_eq!(kept, ids[3..]);
    assert_eq!(bench.stickers().len(), 63);
}
