//! Stickers get an outline, a shadow and more, and stay as they were.

use effects::{Edit, Effect, Finish, Outline, Point, Stroke};

use super::*;
use crate::{Original, read_png};

fn outline(width: f32) -> Finish {
    Finish {
        edits: Vec::new(),
        effects: vec![Effect::Outline(Outline {
            width,
            ..Outline::default()
        })],
    }
}

fn erased() -> Finish {
    Finish {
        edits: vec![Edit::Erase(Stroke {
            points: vec![Point { x: 1.0, y: 1.0 }],
            radius: 2.0,
            softness: 0.0,
        })],
        effects: Vec::new(),
    }
}

/// Head and pixels of what a page gets.
fn parts(bytes: &[u8]) -> (RenderedHead, &[u8]) {
    let (length, rest) = bytes.split_first_chunk::<4>().unwrap();
    let (head, pixels) = rest.split_at(u32::from_le_bytes(*length) as usize);
    (serde_json::from_slice(head).unwrap(), pixels)
}

#[test]
fn what_is_kept_is_what_was_seen_and_its_source_stays() {
    let bench = Bench::start();
    let studio = bench.studio();
    let source = bench.sticker("a cat");
    studio
        .change_tags(std::slice::from_ref(&source), &["pets".to_owned()], &[])
        .unwrap();
    let before = studio.full_png(&source).unwrap();
    let seen = studio.render_finish(&source, &outline(3.0), None).unwrap();
    let report = studio
        .finish_stickers(std::slice::from_ref(&source), &outline(3.0))
        .unwrap();
    assert_eq!((report.refused.len(), report.stopped), (0, false));
    let finished = &report.stickers[0];
    assert_eq!((finished.prompt.as_str(), finished.seed), ("a cat", Some(7)));
    assert!(finished.width > 8, "the canvas has grown: {}", finished.width);
    let (picture, metadata) = read_png(&studio.file(&finished.id).unwrap()).unwrap();
    let (head, pixels) = parts(&seen);
    assert_eq!((head.width, head.height), (picture.width, picture.height));
    assert_eq!(pixels, picture.rgba);
    assert_eq!(metadata.recipe().unwrap().unwrap().effects, outline(3.0));
    assert_eq!(studio.sticker(&finished.id).unwrap().tags, ["pets"]);
    assert_eq!(studio.full_png(&source).unwrap(), before);
}

#[test]
fn a_finished_sticker_opens_with_its_source_and_its_finish() {
    let bench = Bench::start();
    let studio = bench.studio();
    let source = bench.sticker("a cat");
    let opened = studio.finish_of(&source).unwrap();
    assert_eq!((opened.source.id.clone(), opened.finished), (source.clone(), false));
    assert_eq!(opened.finish, effects::presets()[0].1);
    let finished = studio
        .finish_stickers(std::slice::from_ref(&source), &outline(2.0))
        .unwrap()
        .stickers[0]
        .id
        .clone();
    let again = studio.finish_of(&finished).unwrap();
    assert_eq!(
        (again.source.id, again.finish, again.finished),
        (source.clone(), outline(2.0), true)
    );

    studio.trash(&[source]).unwrap();
    studio.empty_trash().unwrap();
    let alone = studio.finish_of(&finished).unwrap();
    assert_eq!(
        (alone.source.id, alone.finish, alone.finished),
        (finished, Finish::default(), false)
    );
}

#[test]
fn a_finished_sticker_is_made_again_with_its_effects() {
    let bench = Bench::start();
    let source = bench.sticker("a cat");
    let finished = bench
        .studio()
        .finish_stickers(&[source], &outline(2.0))
        .unwrap()
        .stickers[0]
        .id
        .clone();
    let job = bench.studio().recreate(&finished).unwrap().id;
    let again = bench.until(&job, JobState::Done).tiles[0].sticker.clone().unwrap();
    let file = |id: &StickerId| Original::open(&bench.studio().file(id).unwrap()).unwrap();
    let (was, is) = (file(&finished), file(&again));
    assert!(was.compare(&is.picture, &is.recipe).is_identical());
    assert_eq!(is.recipe.effects, outline(2.0));
}

#[test]
fn edits_by_hand_belong_to_one_sticker() {
    let bench = Bench::start();
    let studio = bench.studio();
    let ids = [bench.sticker("a cat"), bench.sticker("a dog")];
    let error = studio.finish_stickers(&ids, &erased()).unwrap_err();
    is_sentence(&error);
    assert_eq!(bench.stickers().len(), 2, "nothing was made");
    let one = studio.finish_stickers(&ids[..1], &erased()).unwrap();
    let picture = studio.picture(&one.stickers[0].id).unwrap();
    assert_eq!(picture.rgba[3], 0, "the corner is gone");
}

#[test]
fn many_are_finished_and_the_page_is_told_how_far() {
    let bench = Bench::start();
    let ids = [bench.sticker("a cat"), bench.sticker("a dog")];
    let gone: StickerId = "01arz3ndektsv4rrffq69g5fav".parse().unwrap();
    bench.told();
    let all = [ids[0].clone(), gone, ids[1].clone()];
    let report = bench.studio().finish_stickers(&all, &outline(1.0)).unwrap();
    assert_eq!((report.stickers.len(), report.refused.len()), (2, 1));
    let told: Vec<_> = bench
        .told()
        .into_iter()
        .filter_map(|event| match event {
            StudioEvent::Work { done, of } => Some((done, of)),
            _ => None,
        })
        .collect();
    assert_eq!(told, [(0, 3), (1, 3), (2, 3), (3, 3)]);
}

#[test]
fn finishing_stops_when_it_is_told_to() {
    let bench = Bench::start();
    let ids = vec![bench.sticker("a cat"); 400];
    std::thread::scope(|scope| {
        let work = scope.spawn(|| bench.studio().finish_stickers(&ids, &outline(8.0)).unwrap());
        wait_for("the first is done", || {
            let events = bench.events.lock().unwrap();
            events
                .iter()
                .any(|event| matches!(event, StudioEvent::Work { done, .. } if *done > 0))
                .then_some(())
        });
        bench.studio().stop_work();
        let report = work.join().unwrap();
        assert!(report.stopped);
        assert!((1..400).contains(&report.stickers.len()), "{}", report.stickers.len());
    });
}

#[test]
fn presets_of_the_person_outlive_the_program_without_edits() {
    let mut bench = Bench::start();
    let studio = bench.studio();
    let built_in = studio.presets().unwrap().len();
    let finish = Finish {
        effects: outline(5.0).effects,
        ..erased()
    };
    studio.save_preset(" Mine ", &finish).unwrap();
    studio.save_preset("mine", &outline(5.0)).unwrap();
    for wrong in ["", " ", "Die-Cut", &"x".repeat(61)] {
        is_sentence(&studio.save_preset(wrong, &finish).unwrap_err());
    }
    bench.reopen();
    let presets = bench.studio().presets().unwrap();
    assert_eq!(presets.len(), built_in + 1);
    let mine = presets.last().unwrap();
    assert_eq!(
        (mine.name.as_str(), mine.own, &mine.finish),
        ("mine", true, &outline(5.0))
    );
    assert_eq!(bench.studio().delete_preset("MINE").unwrap().len(), built_in);
}

#[test]
fn a_preset_of_a_later_program_is_left_out_and_kept() {
    let bench = Bench::start();
    let studio = bench.studio();
    let built_in = studio.presets().unwrap().len();
    let later = r#"[{"name":"later","own":true,"finish":{"edits":[],"effects":[{"kind":"melt"}]}}]"#;
    studio.library.set_note("finish presets", later).unwrap();
    assert_eq!(studio.presets().unwrap().len(), built_in);
    studio.save_preset("mine", &outline(1.0)).unwrap();
    let noted = studio.library.note("finish presets").unwrap().unwrap();
    assert!(noted.contains("melt") && noted.contains("mine"), "{noted}");
    studio.library.set_note("finish presets", "{").unwrap();
    assert_eq!(studio.finish_options().unwrap().presets.len(), built_in);
}

#[test]
fn what_a_finish_may_not_be_is_a_sentence() {
    let bench = Bench::start();
    let id = bench.sticker("a cat");
    for error in [
        bench.studio().render_finish(&id, &outline(-1.0), None).unwrap_err(),
        bench
            .studio()
            .finish_stickers(std::slice::from_ref(&id), &outline(f32::NAN))
            .unwrap_err(),
        bench.studio().save_preset("x", &outline(1e9)).unwrap_err(),
        bench.studio().save_svg(&id, 1, &bench.path("cat.svg")).unwrap_err(),
    ] {
        is_sentence(&error);
    }
    assert!(!bench.path("cat.svg").exists());
}

#[test]
fn a_sticker_becomes_an_svg() {
    let bench = Bench::start();
    let path = bench.path("cat.svg");
    let id = bench.sticker("a cat");
    bench.studio().save_svg(&id, 8, &path).unwrap();
    let svg = std::fs::read_to_string(path).unwrap();
    assert!(svg.contains("<svg"), "{svg}");
}

#[test]
fn the_screen_is_offered_every_effect() {
    let bench = Bench::start();
    let options = bench.studio().finish_options().unwrap();
    let kinds: Vec<_> = options.effects.iter().map(|info| info.default.kind()).collect();
    assert_eq!(kinds.first(), Some(&"scale"));
    assert!(kinds.contains(&"outline") && kinds.contains(&"shadow"));
    assert_eq!(options.presets[0].name, "die-cut");
}
