//! Good arguments, and what comes back.

use serde_json::{Value, json};

use crate::support::{NOBODY, Page, draft, query};

fn ids(answer: &Value) -> Vec<String> {
    let stickers = answer["stickers"].as_array().unwrap();
    stickers
        .iter()
        .map(|sticker| sticker["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_first_start_is_answered() {
    let page = Page::open();
    let start = page.ask("start", json!({}));
    assert_eq!((&start["firstStart"], &start["refused"]), (&json!(true), &Value::Null));
    assert_eq!(start["draft"], draft(""));
    assert_eq!(start["settings"]["theme"], "system");
    assert_eq!(start["dataFolder"], page.path("data").display().to_string());
    assert_eq!(start["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(page.ask("preview_shown", json!({})), Value::Null);
}

#[test]
fn a_form_is_checked_submitted_and_kept() {
    let page = Page::open();
    page.ask("pause_queue", json!({ "paused": true }));
    let options = page.ask("model_options", json!({ "model": null }));
    assert_eq!(options, page.ask("model_options", json!({ "model": "built-in" })));
    assert_eq!(
        (&options["model"], &options["nativeAlpha"]),
        (&json!("built-in"), &json!(true))
    );
    assert_eq!(options["maxSteps"], 1000);

    let check = page.ask("check_draft", json!({ "draft": draft("{red|blue} cat") }));
    assert_eq!(
        check,
        json!({ "pictures": 4, "prompts": ["red cat", "blue cat"], "problem": null })
    );
    assert_eq!(page.ask("start", json!({}))["draft"]["prompt"], "{red|blue} cat");
    let check = page.ask("check_draft", json!({ "draft": draft("{red") }));
    assert_eq!(check["problem"]["field"], "prompt");

    let mut form = draft("a cat");
    form["seed"] = 5.into();
    let job = page.ask("submit_draft", json!({ "draft": form }));
    assert_eq!(
        (&job["title"], &job["state"], &job["columns"]),
        (&json!("a cat"), &json!("queued"), &Value::Null)
    );
    let seeds: Vec<_> = job["tiles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tile| tile["seed"].as_u64().unwrap())
        .collect();
    assert_eq!(seeds, [5, 6, 7, 8]);
    assert_eq!(
        page.ask("prompt_history", json!({ "text": "CAT", "limit": 5 })),
        json!(["a cat"])
    );

    let ideas = page.ask("ideas", json!({ "seed": 1, "count": 6 }));
    assert_eq!(ideas.as_array().unwrap().len(), 6);
    assert_eq!(ideas, page.ask("ideas", json!({ "seed": 1, "count": 6 })));
    assert!(
        page.ask("moods", json!({}))
            .as_array()
            .unwrap()
            .contains(&json!("happy"))
    );
}

#[test]
fn jobs_are_listed_moved_and_ended() {
    let page = Page::open();
    assert_eq!(page.ask("pause_queue", json!({ "paused": true })), Value::Null);
    let submit = |prompt: &str| page.ask("submit_draft", json!({ "draft": draft(prompt) }))["id"].clone();
    let (first, second) = (submit("a cat"), submit("a dog"));
    let order = || {
        let queue = page.ask("queue", json!({}));
        assert_eq!(queue["paused"], true);
        queue["jobs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|job| job["id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(order(), [first.clone(), second.clone()]);
    page.ask("move_job", json!({ "id": second, "before": first }));
    assert_eq!(order(), [second.clone(), first.clone()]);
    page.ask("move_job", json!({ "id": second, "before": null }));
    assert_eq!(order(), [first.clone(), second.clone()]);
    for (action, state) in [
        ("pause", "paused"),
        ("resume", "queued"),
        ("cancel", "cancelled"),
        ("retry", "queued"),
        ("cancel", "cancelled"),
    ] {
        page.ask("job_action", json!({ "id": first, "action": action }));
        assert_eq!(page.ask("queue", json!({}))["jobs"][0]["state"], state);
    }
    page.ask("job_action", json!({ "id": first, "action": "remove" }));
    assert_eq!(order(), [second]);
    assert!(
        page.refusal("job_action", json!({ "id": first, "action": "cancel" }))
            .contains("no such job")
    );
}

#[test]
fn the_library_is_searched_rated_and_tidied() {
    let page = Page::open();
    let all = [page.sticker("a cat"), page.sticker("a dog"), page.sticker("a bird")];
    let found = page.ask("stickers", json!({ "query": query(), "offset": 1, "limit": 1 }));
    assert_eq!(
        (&found["total"], &found["offset"], ids(&found)),
        (&json!(3), &json!(1), vec![all[1].clone()])
    );
    let found = |change: &dyn Fn(&mut Value)| {
        let mut query = query();
        change(&mut query);
        page.ask("sticker_ids", json!({ "query": query }))
    };
    assert_eq!(found(&|query| query["text"] = "CAT".into()), json!([all[0]]));
    assert_eq!(
        found(&|query| query["text"] = "'; DROP TABLE sticker; --\"*^".into()),
        json!([])
    );

    page.ask("set_favourite", json!({ "ids": [all[0], all[2]], "favourite": true }));
    assert_eq!(
        found(&|query| query["favourite"] = true.into()),
        json!([all[2], all[0]])
    );
    page.ask(
        "rate",
        json!({ "ids": [all[1]], "rating": { "alignment": "weak", "quality": 4 } }),
    );
    let detail = page.ask("sticker", json!({ "id": all[1] }));
    assert_eq!(
        detail["sticker"]["rating"],
        json!({ "alignment": "weak", "quality": 4 })
    );
    assert_eq!(
        (&detail["recipe"], &detail["sticker"]["origin"]),
        (&Value::Null, &json!("imported"))
    );
    page.ask(
        "change_tags",
        json!({ "ids": [all[0]], "add": ["furry", "猫"], "remove": [] }),
    );
    page.ask(
        "change_tags",
        json!({ "ids": [all[0]], "add": [], "remove": ["furry"] }),
    );
    assert_eq!(page.ask("sticker", json!({ "id": all[0] }))["tags"], json!(["猫"]));

    let set = page.ask("create_set", json!({ "name": " Kittens " }));
    assert_eq!(set["name"], "Kittens");
    page.ask("add_to_set", json!({ "set": set["id"], "ids": all }));
    page.ask("remove_from_set", json!({ "set": set["id"], "ids": [all[1]] }));
    assert_eq!(
        found(&|query| query["set"] = set["id"].clone()),
        json!([all[2], all[0]])
    );
    page.ask("rename_set", json!({ "id": set["id"], "name": "Cats" }));
    let facets = page.ask("facets", json!({}));
    assert_eq!(
        (&facets["total"], &facets["sets"][0]["name"]),
        (&json!(3), &json!("Cats"))
    );
    page.ask("delete_set", json!({ "id": set["id"] }));
    assert_eq!(page.ask("facets", json!({}))["sets"], json!([]));
    assert!(page.ask("coverage", json!({})).is_array());

    page.ask("trash", json!({ "ids": all }));
    page.ask("restore", json!({ "ids": [all[0]] }));
    assert_eq!(found(&|query| query["trash"] = true.into()), json!([all[2], all[1]]));
    assert_eq!(page.ask("empty_trash", json!({})), 2);
    assert_eq!(found(&|_| ()), json!([all[0]]));
}

#[test]
fn an_import_is_no_ground_for_another_job() {
    let page = Page::open();
    let id = page.sticker("a cat");
    for (command, arguments) in [
        ("draft_of", json!({ "id": id })),
        ("variations", json!({ "id": id, "count": 2 })),
        ("recreate", json!({ "id": id })),
    ] {
        assert!(page.refusal(command, arguments).contains("no recipe"));
    }
}

#[test]
fn models_adapters_devices_and_settings_are_answered() {
    let page = Page::open();
    let models = page.ask("models", json!({}));
    assert_eq!(
        (&models[0]["id"], &models[0]["problem"]),
        (&json!("built-in"), &Value::Null)
    );
    let model = page
        .studio()
        .add_model(&crate::support::fixture("folders/tiny-sd1"))
        .unwrap();
    assert_eq!(page.ask("models", json!({}))[1]["name"], "tiny-sd1");
    assert_eq!(
        page.ask("model_options", json!({ "model": model.id }))["model"],
        "tiny-sd1"
    );
    page.ask("remove_model", json!({ "id": model.id }));
    assert!(
        page.refusal("remove_model", json!({ "id": model.id }))
            .contains("not in the list")
    );

    let adapter = page
        .studio()
        .import_adapter(&crate::support::fixture("loras/kohya.safetensors"))
        .unwrap();
    page.ask("rename_adapter", json!({ "id": adapter.id, "name": "Blobs" }));
    assert_eq!(page.ask("adapters", json!({}))[0]["name"], "Blobs");
    page.ask("delete_adapter", json!({ "id": adapter.id }));
    assert_eq!(page.ask("adapters", json!({})), json!([]));

    let mut settings = page.ask("start", json!({}))["settings"].clone();
    settings["theme"] = "dark".into();
    settings["device"] = "cpu".into();
    settings["memoryLimitMb"] = 3000.into();
    assert_eq!(page.ask("change_settings", json!({ "settings": settings })), settings);
    assert_eq!(page.ask("start", json!({}))["settings"], settings);
    settings["memoryLimitMb"] = 1.into();
    assert!(
        page.refusal("change_settings", json!({ "settings": settings }))
            .contains("256")
    );

    let devices = page.ask("devices", json!({}));
    assert!(
        devices
            .as_array()
            .unwrap()
            .iter()
            .any(|device| device["choice"] == "cpu"),
        "{devices}"
    );
    let test = page.ask("test_device", json!({ "device": "cpu" }));
    assert!(
        test["stepMs"].as_f64().unwrap() > 0.0 && test["model"] == "built-in",
        "{test}"
    );
}

#[test]
fn what_is_gone_is_said() {
    let page = Page::open();
    let (id, ids) = (json!(NOBODY), json!([NOBODY]));
    for (command, arguments) in [
        ("sticker", json!({ "id": id })),
        ("draft_of", json!({ "id": id })),
        ("variations", json!({ "id": id, "count": 1 })),
        ("recreate", json!({ "id": id })),
        ("copy_sticker", json!({ "id": id })),
        ("reveal_sticker", json!({ "id": id })),
        ("save_sticker_as", json!({ "id": id, "recipe": true })),
        ("drag_stickers", json!({ "ids": ids })),
        ("set_favourite", json!({ "ids": ids, "favourite": true })),
        (
            "rate",
            json!({ "ids": ids, "rating": { "alignment": null, "quality": null } }),
        ),
        ("change_tags", json!({ "ids": ids, "add": ["x"], "remove": [] })),
        ("trash", json!({ "ids": ids })),
        ("restore", json!({ "ids": ids })),
        ("rename_set", json!({ "id": id, "name": "x" })),
        ("delete_set", json!({ "id": id })),
        ("add_to_set", json!({ "set": id, "ids": [] })),
        ("remove_from_set", json!({ "set": id, "ids": [] })),
        ("job_action", json!({ "id": id, "action": "pause" })),
        ("move_job", json!({ "id": id, "before": null })),
        ("model_options", json!({ "model": "gone" })),
        ("remove_model", json!({ "id": "gone" })),
        ("rename_adapter", json!({ "id": id, "name": "x" })),
        ("delete_adapter", json!({ "id": id })),
        ("export_adapter", json!({ "id": id })),
    ] {
        page.refusal(command, arguments);
    }
    assert_eq!(
        page.ask("drag_stickers", json!({ "ids": [] })),
        Value::Null,
        "nothing to drag"
    );
}
