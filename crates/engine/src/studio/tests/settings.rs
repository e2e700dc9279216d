//! What the Settings screen changes.

use std::fs;

use super::*;
use crate::DeviceChoice;

#[test]
fn settings_are_kept_and_act_on_the_next_job() {
    let mut bench = Bench::start();
    let changed = Settings {
        theme: Theme::Dark,
        language: Language::Zh,
        device: DeviceChoice::Cpu,
        memory_limit_mb: Some(2000),
        hint_seen: true,
        ..Settings::default()
    };
    assert_eq!(bench.studio().change_settings(changed.clone()).unwrap(), changed);
    let sticker = bench.sticker("a cat");
    let request = bench.script.last();
    assert_eq!(
        (request.device, request.memory_limit),
        (DeviceChoice::Cpu, Some(2_000_000_000))
    );
    let job = bench.studio().recreate(&sticker).unwrap();
    bench.until(&job.id, JobState::Done);
    assert_eq!(bench.script.last().memory_limit, Some(2_000_000_000));
    bench.reopen();
    assert_eq!(bench.studio().startup().unwrap().settings, changed);
}

#[test]
fn a_limit_that_runs_no_model_is_refused() {
    let bench = Bench::start();
    for limit in [0, 1, 255] {
        let settings = Settings {
            memory_limit_mb: Some(limit),
            ..Settings::default()
        };
        is_sentence(&bench.studio().change_settings(settings).unwrap_err());
    }
    for limit in [256, u32::MAX] {
        let settings = Settings {
            memory_limit_mb: Some(limit),
            ..Settings::default()
        };
        bench.studio().change_settings(settings).unwrap();
    }
    assert_eq!(
        bench.studio().startup().unwrap().settings.memory_limit_mb,
        Some(u32::MAX)
    );
}

#[test]
fn previews_can_be_turned_off_while_a_job_runs() {
    let bench = Bench::making(0);
    let id = bench.submit("a cat", 1, 1);
    bench.until(&id, JobState::Running);
    wait_for("a preview", || {
        bench.studio().wait_for_preview(Duration::from_millis(100))
    });
    bench
        .studio()
        .change_settings(Settings {
            previews: false,
            ..Settings::default()
        })
        .unwrap();
    // One may be under way.
    bench.studio().wait_for_preview(Duration::from_millis(100));
    assert_eq!(bench.studio().wait_for_preview(Duration::from_millis(100)), None);
}

#[test]
fn settings_that_cannot_be_written_stay_as_they_were() {
    let bench = Bench::start();
    fs::create_dir(bench.path("settings.toml")).unwrap();
    let error = bench
        .studio()
        .change_settings(Settings {
            theme: Theme::Dark,
            ..Settings::default()
        })
        .unwrap_err();
    is_sentence(&error);
    assert_eq!(bench.studio().startup().unwrap().settings.theme, Theme::System);
}

#[test]
fn damaged_settings_are_told_at_the_start() {
    let mut bench = Bench::start();
    bench.close();
    fs::write(bench.path("settings.toml"), "theme = [").unwrap();
    bench.open();
    let startup = bench.studio().startup().unwrap();
    assert_eq!(startup.settings, Settings::default());
    assert!(
        startup.repairs[0].contains("settings.damaged.toml"),
        "{:?}",
        startup.repairs
    );
}

#[test]
fn the_library_moves_at_the_next_start() {
    let mut bench = Bench::start();
    bench.sticker("a cat");
    let elsewhere = bench.path("elsewhere");
    assert_eq!(bench.studio().choose_data_folder(&elsewhere).unwrap(), elsewhere);
    assert_eq!(
        bench.studio().startup().unwrap().data_folder,
        bench.path("data").display().to_string(),
        "not before"
    );
    bench.reopen();
    let startup = bench.studio().startup().unwrap();
    assert_eq!(
        (startup.data_folder, startup.first_start),
        (elsewhere.display().to_string(), true)
    );
    bench.studio().choose_data_folder(&bench.path("data")).unwrap();
    bench.reopen();
    assert_eq!(bench.stickers().len(), 1, "what was in the old place stayed there");

    let shared = bench.path("documents");
    fs::create_dir_all(shared.join("parts")).unwrap();
    assert_eq!(
        bench.studio().choose_data_folder(&shared).unwrap(),
        shared.join("Sticker Studio"),
        "not among what is there"
    );
    bench.studio().choose_data_folder(&bench.path("data")).unwrap();

    fs::write(bench.path("file"), "").unwrap();
    is_sentence(&bench.studio().choose_data_folder(&bench.path("file")).unwrap_err());
    bench.reopen();
    assert_eq!(bench.stickers().len(), 1);
}
