//! The engine with the built-in model on the CPU: what a face sees of a job.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

mod adapter_file;

use std::num::NonZeroUsize;
use std::time::Duration;

use engine::{
    DeviceChoice, Engine, EngineOptions, ErrorCode, Event, GenerateRequest, InitRequest, JobId, LoraRequest, Original,
    Previews, Recipe, RecipeInPng, RecreationFiles, save_sticker,
};

const STEPS: usize = 3;

fn engine() -> Engine {
    let previews = Previews::EverySteps(NonZeroUsize::MIN);
    Engine::start(EngineOptions {
        previews,
        ..EngineOptions::default()
    })
    .expect("the engine starts")
}

fn cat(seed: u64) -> GenerateRequest {
    GenerateRequest {
        seed: Some(seed),
        num_inference_steps: Some(STEPS),
        device: DeviceChoice::Cpu,
        ..GenerateRequest::new("cat face")
    }
}

/// The events of a job, to its last one.
fn follow(engine: &Engine, job: JobId) -> Vec<Event> {
    let events = engine.events();
    let mut seen = Vec::new();
    while !seen.last().is_some_and(Event::is_terminal) {
        let event = events.recv_timeout(Duration::from_mins(2)).expect("the job goes on");
        assert_eq!(event.job(), job);
        seen.push(event);
    }
    seen
}

type Sticker = (Vec<u8>, Recipe);

fn stickers(events: &[Event]) -> Vec<Sticker> {
    let sticker = |event: &Event| match event {
        Event::Sticker { picture, recipe, .. } => Some((picture.rgba.clone(), Recipe::clone(recipe))),
        _ => None,
    };
    events.iter().filter_map(sticker).collect()
}

/// Makes the stickers of a request that must succeed.
fn make(engine: &Engine, request: &GenerateRequest) -> Vec<Sticker> {
    let events = follow(engine, engine.submit(request).expect("the request is good"));
    assert!(matches!(events.last(), Some(Event::Done { .. })), "{:?}", events.last());
    stickers(&events)
}

#[test]
fn a_picture_is_the_same_alone_and_among_others() {
    let engine = engine();
    let three = make(&engine, &GenerateRequest { count: 3, ..cat(7) });
    assert_eq!(
        three
            .iter()
            .map(|(_, recipe)| (recipe.seed, recipe.index))
            .collect::<Vec<_>>(),
        [(7, 0), (8, 1), (9, 2)]
    );
    let alone = make(&engine, &cat(8));
    assert!(three[1].0 == alone[0].0, "bit-identical on the CPU");
    assert!(three[0].0 != alone[0].0, "and another seed is another picture");
}

#[test]
fn every_step_is_told_and_previewed() {
    let engine = engine();
    let events = follow(&engine, engine.submit(&cat(7)).unwrap());
    let steps: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Step { step, of, images, .. } => Some((*step, *of, images.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(steps, [(1, STEPS, 0..1), (2, STEPS, 0..1), (3, STEPS, 0..1)]);
    let preview = engine.take_preview().expect("a preview of the last step");
    let (index, picture) = &preview.pictures[0];
    assert_eq!(
        (*index, picture.width, picture.height),
        (0, 16, 16),
        "a pixel a latent position"
    );
}

#[test]
fn adapters_come_and_go_with_their_job() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("test.safetensors");
    adapter_file::write(&file);
    let engine = engine();
    let with = |weight| GenerateRequest {
        loras: vec![LoraRequest {
            path: file.clone(),
            weight,
            name: None,
        }],
        ..cat(7)
    };
    let plain = make(&engine, &cat(7));
    let strong = make(&engine, &with(1.0));
    assert!(strong[0].0 != plain[0].0, "the adapter acts");
    assert_eq!(strong[0].1.adapters[0].name, "test");
    assert!(
        make(&engine, &with(0.0))[0].0 == plain[0].0,
        "a weight of 0 leaves no trace"
    );
    std::fs::write(&file, "damaged").unwrap();
    let events = follow(&engine, engine.submit(&with(1.0)).unwrap());
    assert!(matches!(events.last(), Some(Event::Failed { error, .. }) if error.code == ErrorCode::Input));
    assert!(make(&engine, &cat(7))[0].0 == plain[0].0, "nor does one that failed");
}

#[test]
fn a_job_is_cancelled_while_it_runs_and_while_it_waits() {
    let engine = engine();
    let running = engine
        .submit(&GenerateRequest {
            num_inference_steps: Some(500),
            ..cat(7)
        })
        .unwrap();
    let waiting = engine.submit(&cat(8)).unwrap();
    let events = engine.events();
    while !matches!(events.recv_timeout(Duration::from_mins(2)).unwrap(), Event::Step { .. }) {}
    engine.cancel(waiting);
    engine.cancel(running);
    let ended = events.iter().filter(Event::is_terminal).take(2);
    let ended: Vec<_> = ended
        .map(|event| (event.job(), matches!(event, Event::Cancelled { .. })))
        .collect();
    assert_eq!(ended, [(waiting, true), (running, true)]);
    assert_eq!(make(&engine, &cat(7)).len(), 1, "the engine goes on");
}

#[test]
fn a_sticker_is_made_again_from_its_file() {
    let root = tempfile::tempdir().unwrap();
    let engine = engine();
    let begun = make(&engine, &cat(1));
    let first = engine::Picture {
        width: 128,
        height: 128,
        rgba: begun[0].0.clone(),
    };
    let init = save_sticker(root.path(), &first, &begun[0].1, RecipeInPng::Written).unwrap();
    let request = GenerateRequest {
        init: Some(InitRequest {
            path: init.clone(),
            strength: 0.7,
        }),
        style: Some(engine::Style::Flat),
        negative_prompt: "dog".into(),
        count: 2,
        ..cat(7)
    };
    let (rgba, recipe) = make(&engine, &request).remove(1);
    let picture = engine::Picture { rgba, ..first };
    let path = save_sticker(root.path(), &picture, &recipe, RecipeInPng::Written).unwrap();

    let original = Original::open(&path).unwrap();
    let files = RecreationFiles {
        init: Some(init),
        device: DeviceChoice::Cpu,
        ..RecreationFiles::default()
    };
    let (rgba, recipe) = make(&engine, &original.request(&files).unwrap()).remove(0);
    let comparison = original.compare(&engine::Picture { rgba, ..picture }, &recipe);
    assert!(
        comparison.is_identical() && comparison.differences.is_empty(),
        "{comparison}"
    );
}

#[test]
fn a_model_that_is_none_is_refused_before_anything_runs() {
    let root = tempfile::tempdir().unwrap();
    let request = GenerateRequest {
        model: Some(root.path().to_path_buf()),
        ..cat(7)
    };
    assert_eq!(engine().submit(&request).unwrap_err().code, ErrorCode::Input);
}
