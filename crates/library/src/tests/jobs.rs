//! Jobs wait, move, end and outlive the program.

use super::{Fixture, strings};
use crate::{ErrorKind, JobId, JobRecord, JobState, NewJob};

fn add(fixture: &Fixture, title: &str) -> JobRecord {
    let new = NewJob {
        title,
        request: r#"{"any": "thing"}"#,
        pictures: 4,
        prompts: &strings(&["a cat"]),
    };
    fixture.library.add_job(&new).unwrap()
}

fn titles(fixture: &Fixture) -> String {
    fixture
        .library
        .jobs()
        .unwrap()
        .into_iter()
        .map(|job| job.title)
        .collect()
}

#[test]
fn jobs_stand_in_a_row() {
    let fixture = Fixture::new();
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|title| add(&fixture, title).id);
    let library = &fixture.library;
    assert_eq!(titles(&fixture), "abcd");
    for (job, before, order) in [
        (&d, Some(&a), "dabc"),
        (&d, None, "abcd"),
        (&a, Some(&d), "bcad"),
        (&a, Some(&a), "bcad"),
        (&b, Some(&c), "bcad"),
    ] {
        library.move_job(job, before).unwrap();
        assert_eq!(titles(&fixture), order);
    }
    library.remove_job(&c).unwrap();
    add(&fixture, "e");
    assert_eq!(titles(&fixture), "bade");
    let unknown: JobId = "01arz3ndektsv4rrffq69g5fav".parse().unwrap();
    for failure in [
        library.move_job(&unknown, None),
        library.move_job(&a, Some(&unknown)),
        library.remove_job(&unknown),
        library.set_job_state(&unknown, JobState::Done, None),
    ] {
        assert_eq!(failure.unwrap_err().kind, ErrorKind::NotFound);
    }
    assert_eq!(titles(&fixture), "bade");
}

#[test]
fn a_restart_interrupts_what_ran() {
    let fixture = Fixture::new();
    let jobs: Vec<JobRecord> = JobState::ALL
        .iter()
        .map(|state| add(&fixture, state.as_str()))
        .collect();
    for (job, &state) in jobs.iter().zip(JobState::ALL) {
        fixture
            .library
            .set_job_state(&job.id, state, (state == JobState::Failed).then_some("why"))
            .unwrap();
    }
    let (fixture, repairs) = fixture.reopened(|_| {});
    assert_eq!(repairs, ["a job was interrupted; it can go on where it was"]);
    for (before, &state) in jobs.iter().zip(JobState::ALL) {
        let job = fixture.library.job(&before.id).unwrap().unwrap();
        let state = if state == JobState::Running {
            JobState::Interrupted
        } else {
            state
        };
        let error = (state == JobState::Failed).then(|| "why".to_owned());
        assert_eq!(
            job,
            JobRecord {
                state,
                error,
                ..before.clone()
            }
        );
    }
    let (_, repairs) = fixture.reopened(|_| {});
    assert!(repairs.is_empty());
}

#[test]
fn stickers_outlive_their_job() {
    let fixture = Fixture::new();
    let job = add(&fixture, "job").id;
    let sticker = fixture.add_with("a cat", |new| new.job = Some((&job, 0))).id;
    fixture.library.remove_job(&job).unwrap();
    assert_eq!(fixture.library.job(&job).unwrap(), None);
    assert!(fixture.library.sticker(&sticker).unwrap().is_some());
    assert_eq!(fixture.library.job_stickers(&job).unwrap(), [(0, sticker)]);
}
