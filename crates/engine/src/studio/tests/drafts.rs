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

/// A form about a cat, with one thing changed.
fn changed(change: impl FnOnce(&mut Draft)) -> Draft {
    let mut form = draft("a cat");
    change(&mut form);
    form
}

/// Each form has something wrong with this field; the check and the submission say the same.
fn each_is_told(bench: &Bench, cases: Vec<(&str, Draft)>) {
    for (field, form) in cases {
        let problem = problem(bench, &form).unwrap_or_else(|| panic!("{field}: nothing wrong with {form:?}"));
        assert_eq!(problem.field, field, "{}", problem.message);
        is_sentence(&Error::usage(problem.message.clone()));
        assert_eq!(bench.studio().submit(&form).unwrap_err().message, problem.message);
    }
}

#[test]
fn each_text_and_number_has_its_sentence() {
    let bench = Bench::start();
    let cases = vec![
        ("prompt", draft("")),
        ("prompt", draft(&"x".repeat(20_001))),
        ("prompt", draft(&"{a|b}".repeat(40))),
        ("prompt", draft("{a|}")),
        ("prompt", draft(&format!("{}{{a|bb}}", "x".repeat(19_990)).repeat(2))),
        (
            "negativePrompt",
            changed(|form| form.negative_prompt = "x".repeat(20_001)),
        ),
        ("negativePrompt", changed(|form| form.negative_prompt = "a\0b".into())),
        ("count", changed(|form| form.count = 0)),
        ("count", changed(|form| form.count = 1001)),
        ("count", changed(|form| form.count = u32::MAX)),
        ("seed", changed(|form| form.seed = Some(u32::MAX))),
        ("steps", changed(|form| form.steps = Some(0))),
        ("steps", changed(|form| form.steps = Some(1001))),
        ("guidance", changed(|form| form.guidance = Some(-1.0))),
        ("guidance", changed(|form| form.guidance = Some(101.0))),
        ("guidance", changed(|form| form.guidance = Some(f32::NAN))),
        ("size", changed(|form| form.size = Some(0))),
        ("size", changed(|form| form.size = Some(100))),
        ("size", changed(|form| form.size = Some(u32::MAX))),
    ];
    each_is_told(&bench, cases);
    assert!(bench.studio().queue().unwrap().jobs.is_empty());
}

#[test]
fn each_thing_that_is_chosen_has_its_sentence() {
    let bench = Bench::start();
    let sticker = bench.sticker("a start");
    let adapter = bench
        .studio()
        .import_adapter(&fixture("loras/kohya.safetensors"))
        .unwrap()
        .id;
    let model = bench.studio().add_model(&fixture("folders/tiny-sd1")).unwrap().id;
    let with_adapter = |id: &str, weight| {
        let id = id.parse().unwrap();
        changed(|form| form.adapters = vec![AdapterUse { id, weight }])
    };
    let with_start = |id: &str, strength| {
        let sticker = id.parse().unwrap();
        changed(|form| {
            form.start = Some(StartPicture { sticker, strength });
            form.steps = Some(10);
        })
    };
    let styled = |form: &mut Draft| {
        form.model = Some(model.clone());
        form.style = Some(crate::Style::ThreeD);
        form.size = Some(16);
    };
    let gone = "0".repeat(26);
    let cases = vec![
        ("model", changed(|form| form.model = Some("../x".into()))),
        ("style", changed(styled)),
        ("adapters", with_adapter(&gone, 1.0)),
        ("adapters", with_adapter(adapter.as_str(), f32::NAN)),
        ("start", with_start(sticker.as_str(), 0.0)),
        ("start", with_start(sticker.as_str(), 1.5)),
        ("start", with_start(sticker.as_str(), 0.01)),
        ("start", with_start(&gone, 0.5)),
    ];
    each_is_told(&bench, cases);
}

#[test]
fn each_plan_has_its_sentence() {
    let bench = Bench::start();
    let moods = |moods: Vec<String>| changed(|form| form.plan = Plan::Moods { moods });
    let grid = |columns| changed(|form| form.plan = Plan::Grid { columns, rows: None });
    let cases = vec![
        ("plan", moods(vec![])),
        ("count", moods(vec!["shy".into(); 300])),
        ("guidance", grid(guidances(&[1.0, 200.0]))),
        ("plan", grid(guidances(&[]))),
    ];
    each_is_told(&bench, cases);
}

fn guidances(values: &[f64]) -> Axis {
    Axis {
        setting: AxisSetting::Guidance,
        adapter: None,
        values: values.to_vec(),
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
