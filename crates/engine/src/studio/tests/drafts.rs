//! What the form is told.

use super::*;

fn problem(bench: &Bench, draft: &Draft) -> Option<FieldProblem> {
    bench.studio().check_draft(draft).unwrap().problem
}

#[test]
fn a_good_form_is_counted_and_shown() {
    let bench = Bench::start();
    let check = bench.studio().check_draft(&draft("a {red|blue} cat")).unwrap();
    assert_eq!((check.pictures, check.problem), (4, None));
    assert_eq!(check.prompts, ["a red cat", "a blue cat"]);
    let moods = Draft {
        plan: Plan::Moods {
            moods: vec!["happy".into(), "angry".into()],
        },
        ..draft("a cat")
    };
    let check = bench.studio().check_draft(&moods).unwrap();
    assert_eq!(
        (check.pictures, check.prompts),
        (8, vec!["a happy cat".to_owned(), "an angry cat".to_owned()])
    );
}

#[test]
fn each_field_has_its_sentence() {
    let bench = Bench::start();
    let cat = || draft("a cat");
    let start = |strength| {
        Some(StartPicture {
            sticker: bench.sticker("a start"),
            strength,
        })
    };
    let adapter = bench
        .studio()
        .import_adapter(&fixture("loras/kohya.safetensors"))
        .unwrap()
        .id;
    let adapters = |id: &library::AdapterId, weight| vec![AdapterUse { id: id.clone(), weight }];
    let gone = "0".repeat(26);
    for (field, draft) in [
        ("prompt", draft("")),
        ("prompt", draft(&"x".repeat(20_001))),
        ("prompt", draft(&"{a|b}".repeat(40))),
        ("prompt", draft("{a|}")),
        ("prompt", draft(&format!("{}{{a|bb}}", "x".repeat(19_990)).repeat(2))),
        (
            "negativePrompt",
            Draft {
                negative_prompt: "x".repeat(20_001),
                ..cat()
            },
        ),
        (
            "negativePrompt",
            Draft {
                negative_prompt: "a\0b".into(),
                ..cat()
            },
        ),
        ("count", Draft { count: 0, ..cat() }),
        ("count", Draft { count: 1001, ..cat() }),
        (
            "count",
            Draft {
                count: u32::MAX,
                ..cat()
            },
        ),
        (
            "seed",
            Draft {
                seed: Some(u32::MAX),
                ..cat()
            },
        ),
        (
            "steps",
            Draft {
                steps: Some(0),
                ..cat()
            },
        ),
        (
            "steps",
            Draft {
                steps: Some(1001),
                ..cat()
            },
        ),
        (
            "guidance",
            Draft {
                guidance: Some(-1.0),
                ..cat()
            },
        ),
        (
            "guidance",
            Draft {
                guidance: Some(101.0),
                ..cat()
            },
        ),
        (
            "guidance",
            Draft {
                guidance: Some(f32::NAN),
                ..cat()
            },
        ),
        ("size", Draft { size: Some(0), ..cat() }),
        (
            "size",
            Draft {
                size: Some(100),
                ..cat()
            },
        ),
        (
            "size",
            Draft {
                size: Some(u32::MAX),
                ..cat()
            },
        ),
        (
            "model",
            Draft {
                model: Some("../x".into()),
                ..cat()
            },
        ),
        (
            "style",
            Draft {
                model: Some(added_model(&bench)),
                style: Some(crate::Style::ThreeD),
                size: Some(16),
                ..cat()
            },
        ),
        (
            "adapters",
            Draft {
                adapters: adapters(&gone.parse().unwrap(), 1.0),
                ..cat()
            },
        ),
        (
            "adapters",
            Draft {
                adapters: adapters(&adapter, f32::NAN),
                ..cat()
            },
        ),
        (
            "start",
            Draft {
                start: start(0.0),
                ..cat()
            },
        ),
        (
            "start",
            Draft {
                start: start(1.5),
                ..cat()
            },
        ),
        (
            "start",
            Draft {
                start: start(0.01),
                steps: Some(10),
                ..cat()
            },
        ),
        (
            "start",
            Draft {
                start: Some(StartPicture {
                    sticker: gone.parse().unwrap(),
                    strength: 0.5,
                }),
                ..cat()
            },
        ),
        (
            "plan",
            Draft {
                plan: Plan::Moods { moods: vec![] },
                ..cat()
            },
        ),
        (
            "count",
            Draft {
                plan: Plan::Moods {
                    moods: vec!["shy".into(); 300],
                },
                ..cat()
            },
        ),
        (
            "guidance",
            Draft {
                plan: Plan::Grid {
                    columns: guidances(&[1.0, 200.0]),
                    rows: None,
                },
                ..cat()
            },
        ),
    ] {
        let problem = problem(&bench, &draft).unwrap_or_else(|| panic!("{field}: nothing wrong with {draft:?}"));
        assert_eq!(problem.field, field, "{}", problem.message);
        is_sentence(&Error::usage(problem.message.clone()));
        let submitted = bench.studio().submit(&draft).unwrap_err();
        assert_eq!(submitted.message, problem.message, "both ways say the same");
    }
    assert!(
        bench
            .studio()
            .queue()
            .unwrap()
            .jobs
            .iter()
            .all(|job| job.title == "a start")
    );
}

fn guidances(values: &[f64]) -> Axis {
    Axis {
        setting: AxisSetting::Guidance,
        adapter: None,
        values: values.to_vec(),
    }
}

fn added_model(bench: &Bench) -> String {
    let models = bench.studio().models();
    match models.iter().find(|model| !model.built_in) {
        Some(model) => model.id.clone(),
        None => bench.studio().add_model(&fixture("folders/tiny-sd1")).unwrap().id,
    }
}

#[test]
fn the_largest_seed_is_taken_and_the_next_is_not() {
    let bench = Bench::start();
    let with = |seed| Draft {
        seed: Some(seed),
        ..draft("a cat")
    };
    assert_eq!(problem(&bench, &with(u32::MAX - 4)), None);
    assert_eq!(problem(&bench, &with(u32::MAX - 3)).unwrap().field, "seed");
    let job = bench.studio().submit(&with(u32::MAX - 4)).unwrap();
    assert_eq!(job.tiles[3].seed, u64::from(u32::MAX - 1));
}

#[test]
fn without_a_seed_each_job_has_its_own() {
    let bench = Bench::start();
    bench.studio().pause_queue(true).unwrap();
    let seeds: Vec<_> = (0..3)
        .map(|_| bench.studio().submit(&draft("a cat")).unwrap().tiles[0].seed)
        .collect();
    assert!(seeds[0] != seeds[1] || seeds[1] != seeds[2], "{seeds:?}");
    assert!(seeds.iter().all(|&seed| u32::try_from(seed).is_ok()));
}

#[test]
fn a_grid_is_one_job_with_columns() {
    let bench = Bench::start();
    let grid = Draft {
        count: 1,
        seed: Some(5),
        plan: Plan::Grid {
            columns: guidances(&[2.0, 4.0, 6.0]),
            rows: Some(Axis {
                setting: AxisSetting::Steps,
                adapter: None,
                values: vec![5.0, 9.0],
            }),
        },
        ..draft("a cat")
    };
    let id = bench.studio().submit(&grid).unwrap().id;
    let job = bench.until(&id, JobState::Done);
    assert_eq!(
        (job.columns, job.tiles.len(), job.tiles[5].label.as_str()),
        (Some(3), 6, "guidance 6, steps 9")
    );
    let last = bench.script.last();
    assert_eq!((last.guidance_scale, last.num_inference_steps, last.seed), (6.0, 9, 5));
}

#[test]
fn ideas_moods_and_history_are_offered() {
    let bench = Bench::start();
    let studio = bench.studio();
    assert_eq!(studio.ideas(7, 12).unwrap(), studio.ideas(7, 12).unwrap());
    assert!(studio.ideas(0, u32::MAX).unwrap().len() <= 200);
    assert!(studio.moods().contains(&"happy".to_owned()));
    bench.sticker("a {red|red} cat");
    bench.sticker("a dog");
    assert_eq!(
        studio.prompt_history("cat", 10).unwrap(),
        ["a red cat", "a {red|red} cat"]
    );
    assert_eq!(studio.prompt_history("", 1).unwrap(), ["a dog"]);
}

#[test]
fn a_pasted_file_is_not_kept_as_the_form() {
    let mut bench = Bench::start();
    assert_eq!(problem(&bench, &draft("a cat")), None);
    assert_eq!(problem(&bench, &draft(&"x".repeat(1 << 20))).unwrap().field, "prompt");
    bench.reopen();
    assert_eq!(bench.studio().startup().unwrap().draft.prompt, "a cat");
}
