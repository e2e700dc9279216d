//! From a sticker back to what made it: variations, the same once more, and the form that makes it.

use super::*;

fn tiles(job: &Job) -> Vec<(String, u64)> {
    job.tiles.iter().map(|tile| (tile.prompt.clone(), tile.seed)).collect()
}

#[test]
fn variations_are_the_next_seeds() {
    let bench = Bench::start();
    let sticker = bench.sticker("a cat");
    let job = bench.studio().variations(&sticker, 3).unwrap();
    assert_eq!(tiles(&job), [8, 9, 10].map(|seed| ("a cat".to_owned(), seed)));
    for count in [0, 1001, u32::MAX] {
        is_sentence(&bench.studio().variations(&sticker, count).unwrap_err());
    }
}

#[test]
fn variations_at_the_end_of_the_seeds_begin_anew() {
    let bench = Bench::start();
    let id = bench.submit("a cat", 1, u32::MAX - 1);
    let sticker = bench.until(&id, JobState::Done).tiles[0].sticker.clone().unwrap();
    let job = bench.studio().variations(&sticker, 4).unwrap();
    assert_eq!(job.tiles[0].seed, 0);
}

#[test]
fn a_sticker_is_made_once_more_with_everything_as_it_was() {
    let bench = Bench::start();
    let adapter = bench
        .studio()
        .import_adapter(&fixture("loras/kohya.safetensors"))
        .unwrap();
    let start = bench.sticker("a start");
    let form = Draft {
        negative_prompt: "text".into(),
        style: Some(crate::Style::ThreeD),
        count: 1,
        seed: Some(99),
        steps: Some(11),
        guidance: Some(3.5),
        sampler: Some("euler".parse().unwrap()),
        size: Some(96),
        transparent: false,
        adapters: vec![AdapterUse {
            id: adapter.id.clone(),
            weight: 0.75,
        }],
        start: Some(StartPicture {
            sticker: start,
            strength: 0.5,
        }),
        ..draft("a cat")
    };
    let id = bench.studio().submit(&form).unwrap().id;
    let sticker = bench.until(&id, JobState::Done).tiles[0].sticker.clone().unwrap();
    let first = bench.script.last();
    assert_eq!(first.style, Some(crate::Style::ThreeD));

    assert_eq!(bench.studio().draft_of(&sticker).unwrap(), form);

    let again = bench.studio().recreate(&sticker).unwrap();
    let done = bench.until(&again.id, JobState::Done);
    let second = bench.script.last();
    assert_eq!(format!("{:?}", first.loras), format!("{:?}", second.loras));
    let facts = |request: &crate::CompletedRequest| {
        let init = request.init.as_ref().map(|init| init.reference.clone());
        let numbers = (
            request.seed,
            request.num_inference_steps,
            request.guidance_scale,
            request.width,
        );
        (
            request.full_prompt.clone(),
            request.negative_prompt.clone(),
            numbers,
            request.sampler,
            request.transparency,
            init,
        )
    };
    assert_eq!(facts(&first), facts(&second));
    let same = done.tiles[0].sticker.clone().unwrap();
    assert_eq!(
        bench.studio().picture(&same).unwrap().rgba,
        bench.studio().picture(&sticker).unwrap().rgba
    );
}

#[test]
fn braces_of_a_finished_prompt_are_no_wildcards() {
    let bench = Bench::start();
    for prompt in [r"a \{smile\} cat", r"a {\{x\}|\{x\}} \o/ a|b", r"\\|x"] {
        let sticker = bench.sticker(prompt);
        let made = bench.studio().sticker(&sticker).unwrap().sticker.prompt;
        let job = bench.studio().variations(&sticker, 2).unwrap();
        assert_eq!(tiles(&job), [8, 9].map(|seed| (made.clone(), seed)), "{prompt}");
        let form = bench.studio().draft_of(&sticker).unwrap();
        assert_eq!(bench.studio().check_draft(&form).unwrap().prompts, [made]);
    }
}

#[test]
fn what_is_not_here_any_more_is_named() {
    let bench = Bench::start();
    let studio = bench.studio();
    let adapter = studio.import_adapter(&fixture("loras/kohya.safetensors")).unwrap();
    let model = studio.add_model(&fixture("folders/tiny-sd1")).unwrap();
    let start = bench.sticker("a start");
    let make = |change: &dyn Fn(&mut Draft)| {
        let mut form = Draft {
            count: 1,
            size: Some(64),
            ..draft("a cat")
        };
        change(&mut form);
        let id = studio.submit(&form).unwrap().id;
        bench.until(&id, JobState::Done).tiles[0].sticker.clone().unwrap()
    };
    let with_adapter = make(&|form| {
        form.adapters = vec![AdapterUse {
            id: adapter.id.clone(),
            weight: 1.0,
        }];
    });
    let with_model = make(&|form| form.model = Some(model.id.clone()));
    let with_start = make(&|form| {
        form.start = Some(StartPicture {
            sticker: start.clone(),
            strength: 0.5,
        });
    });
    assert_eq!(studio.draft_of(&with_model).unwrap().model, Some(model.id.clone()));

    studio.trash(std::slice::from_ref(&start)).unwrap();
    assert!(studio.draft_of(&with_start).is_ok(), "the trash is still here");
    studio.empty_trash().unwrap();
    studio.delete_adapter(&adapter.id).unwrap();
    studio.remove_model(&model.id).unwrap();
    for (sticker, words) in [
        (
            &with_adapter,
            "the adapter 'kohya' of this sticker is not here; import it",
        ),
        (
            &with_model,
            "the model 'tiny-sd1' of this sticker is not here; add its folder",
        ),
        (
            &with_start,
            "the picture that this sticker began from is not in the library",
        ),
    ] {
        for error in [
            studio.draft_of(sticker).unwrap_err(),
            studio.variations(sticker, 2).unwrap_err(),
            studio.recreate(sticker).unwrap_err(),
        ] {
            is_sentence(&error);
            assert!(error.message.starts_with(words), "{error}");
        }
    }
    studio.import_adapter(&fixture("loras/kohya.safetensors")).unwrap();
    studio.add_model(&fixture("folders/tiny-sd1")).unwrap();
    assert!(
        studio.draft_of(&with_adapter).is_ok() && studio.recreate(&with_model).is_ok(),
        "known by their hashes"
    );
}

#[test]
fn a_sticker_without_a_recipe_can_only_be_begun_from() {
    let bench = Bench::start();
    let path = bench.path("plain.png");
    crate::write_png(&path, &fake::pattern("plain", 1, 8)).unwrap();
    let report = bench.studio().import(&[path]);
    let id = &report.imported[0].id;
    for error in [
        bench.studio().draft_of(id).unwrap_err(),
        bench.studio().variations(id, 1).unwrap_err(),
        bench.studio().recreate(id).unwrap_err(),
    ] {
        is_sentence(&error);
        assert!(error.message.contains("no recipe"), "{error}");
    }
    let form = Draft {
        start: Some(StartPicture {
            sticker: id.clone(),
            strength: 0.5,
        }),
        ..draft("a cat")
    };
    assert_eq!(bench.studio().check_draft(&form).unwrap().problem, None);
    let gone: StickerId = "0".repeat(26).parse().unwrap();
    assert!(
        bench
            .studio()
            .draft_of(&gone)
            .unwrap_err()
            .message
            .contains("not in the library")
    );
}
