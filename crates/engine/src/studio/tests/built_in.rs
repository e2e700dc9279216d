//! Once with the model that comes with the program, on the CPU.

use super::*;
use crate::DeviceChoice;

#[test]
fn the_built_in_model_makes_keeps_and_makes_again() {
    let root = tempfile::tempdir().unwrap();
    let studio = Studio::open(Places::within(root.path())).unwrap();
    studio
        .change_settings(Settings {
            device: DeviceChoice::Cpu,
            ..Settings::default()
        })
        .unwrap();
    let form = Draft {
        count: 2,
        seed: Some(3),
        steps: Some(2),
        ..draft("a red cat")
    };
    let done = |id: &JobId| {
        wait_for("the job ends", || {
            let jobs = studio.queue().unwrap().jobs;
            let job = jobs.into_iter().find(|job| job.id == *id)?;
            (job.state != JobState::Queued && job.state != JobState::Running).then_some(job)
        })
    };
    let job = done(&studio.submit(&form).unwrap().id);
    assert_eq!((job.state, job.error), (JobState::Done, None));
    let first = job.tiles[0].sticker.clone().unwrap();
    let detail = studio.sticker(&first).unwrap();
    let recipe = detail.recipe.unwrap();
    assert_eq!(
        (recipe.model.as_str(), recipe.steps, recipe.seed, recipe.alpha.as_str()),
        ("built-in", 2, 3, "decoder")
    );
    assert_eq!(detail.sha256, crate::hash::sha256(&studio.full_png(&first).unwrap()));
    assert_eq!(studio.draft_of(&first).unwrap().prompt, "a red cat");

    let again = done(&studio.recreate(&first).unwrap().id);
    assert_eq!((again.state, again.error), (JobState::Done, None));
    let second = again.tiles[0].sticker.clone().unwrap();
    assert_eq!(
        studio.picture(&second).unwrap().rgba,
        studio.picture(&first).unwrap().rgba,
        "bit for bit"
    );
}
