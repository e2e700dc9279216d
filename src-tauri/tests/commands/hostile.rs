//! What no page of ours would send. It is refused before the studio hears of it, or by the studio with a sentence.

use serde_json::{Value, json};

use crate::support::{Page, draft, query};

fn hostile_ids() -> Vec<Value> {
    vec![
        json!("../x"),
        json!("../../../../../../etc/pass"),
        json!("/etc/passwd/etc/passwd/etc"),
        json!("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        json!("01arz3ndektsv4rrffq69g5f\u{0}v"),
        json!("01arz3ndektsv4rrffq69g5f%2"),
        json!(""),
        json!("a".repeat(100_000)),
        json!(5),
        json!(-1),
        json!(1.5),
        json!(true),
        json!([]),
        json!({}),
    ]
}

/// `arguments` with a hostile value in the place of the string "ID".
fn with(arguments: &Value, id: &Value) -> Value {
    match arguments {
        Value::String(text) if text == "ID" => id.clone(),
        Value::Array(values) => values.iter().map(|value| with(value, id)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), with(value, id)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

#[test]
fn hostile_ids_are_refused_by_every_command_that_takes_one() {
    let page = Page::open();
    let rating = json!({ "alignment": null, "quality": null });
    let with_id = |change: &dyn Fn(&mut Value)| {
        let mut form = draft("a cat");
        change(&mut form);
        json!({ "draft": form })
    };
    let start = with_id(&|form| form["start"] = json!({ "sticker": "ID", "strength": 0.5 }));
    let adapter = with_id(&|form| form["adapters"] = json!([{ "id": "ID", "weight": 1 }]));
    let in_set = {
        let mut query = query();
        query["set"] = "ID".into();
        json!({ "query": query, "offset": 0, "limit": 1 })
    };
    let of_job = {
        let mut query = query();
        query["job"] = "ID".into();
        json!({ "query": query })
    };
    let commands = [
        ("sticker", json!({ "id": "ID" })),
        ("draft_of", json!({ "id": "ID" })),
        ("variations", json!({ "id": "ID", "count": 1 })),
        ("recreate", json!({ "id": "ID" })),
        ("copy_sticker", json!({ "id": "ID" })),
        ("reveal_sticker", json!({ "id": "ID" })),
        ("save_sticker_as", json!({ "id": "ID", "recipe": true })),
        ("export_stickers", json!({ "ids": ["ID"], "recipe": true })),
        ("drag_stickers", json!({ "ids": ["ID"] })),
        ("set_favourite", json!({ "ids": ["ID"], "favourite": true })),
        ("rate", json!({ "ids": ["ID"], "rating": rating })),
        ("change_tags", json!({ "ids": ["ID"], "add": [], "remove": [] })),
        ("trash", json!({ "ids": ["ID"] })),
        ("restore", json!({ "ids": ["ID"] })),
        ("rename_set", json!({ "id": "ID", "name": "x" })),
        ("delete_set", json!({ "id": "ID" })),
        ("add_to_set", json!({ "set": "ID", "ids": [] })),
        ("remove_from_set", json!({ "set": "ID", "ids": [] })),
        ("job_action", json!({ "id": "ID", "action": "pause" })),
        ("move_job", json!({ "id": "ID", "before": null })),
        ("rename_adapter", json!({ "id": "ID", "name": "x" })),
        ("delete_adapter", json!({ "id": "ID" })),
        ("export_adapter", json!({ "id": "ID" })),
        ("remove_model", json!({ "id": "ID" })),
        ("model_options", json!({ "model": "ID" })),
        ("test_device", json!({ "device": "ID" })),
        ("check_draft", start.clone()),
        ("submit_draft", start),
        ("check_draft", adapter.clone()),
        ("submit_draft", adapter),
        ("stickers", in_set),
        ("sticker_ids", of_job),
    ];
    for (command, arguments) in &commands {
        for id in hostile_ids() {
            let answer = page.call(command, with(arguments, &id));
            let error = answer.expect_err(&format!(
                "{command} takes the id {}",
                id.to_string().chars().take(60).collect::<String>()
            ));
            assert_ne!(error["code"], "internal", "{command}: {error}");
        }
    }
    assert_eq!(page.ask("queue", json!({}))["jobs"], json!([]));
}

/// Each is refused, and none by a fault of the program.
fn refused(page: &Page, cases: Vec<(&str, Value)>) {
    for (command, arguments) in cases {
        let answer = page.call(command, arguments.clone());
        let error = answer.expect_err(&format!("{command} takes {arguments}"));
        assert_ne!(error["code"], "internal", "{command}: {error}");
    }
}

#[test]
fn a_form_with_unknown_fields_wrong_types_or_gaps_is_refused() {
    let page = Page::open();
    let form = |field: &str, value: Value| {
        let mut form = draft("a cat");
        form[field] = value;
        json!({ "draft": form })
    };
    let axis = |values: Value| json!({ "setting": "seed", "adapter": null, "values": values });
    let cases = vec![
        ("check_draft", json!({})),
        ("check_draft", json!({ "draft": null })),
        ("check_draft", json!({ "draft": "a cat" })),
        ("check_draft", json!({ "draft": { "prompt": "a cat" } })),
        ("check_draft", form("path", json!("/etc/passwd"))),
        ("check_draft", form("prompt", json!(5))),
        ("check_draft", form("count", json!(-1))),
        ("check_draft", form("count", json!(1.5))),
        ("check_draft", form("count", json!("4"))),
        ("check_draft", form("count", json!(1_u64 << 32))),
        ("check_draft", form("seed", json!(-1))),
        ("check_draft", form("guidance", json!("NaN"))),
        ("check_draft", form("style", json!("unheard of"))),
        ("check_draft", form("sampler", json!("unheard of"))),
        ("check_draft", form("bucket", json!("unheard of"))),
        ("check_draft", form("transparent", json!("yes"))),
        ("check_draft", form("adapters", json!({}))),
        (
            "check_draft",
            form("adapters", json!([{ "id": "0".repeat(26), "weight": null }])),
        ),
        (
            "check_draft",
            form("adapters", json!([{ "id": "0".repeat(26), "weight": 1, "path": "x" }])),
        ),
        ("check_draft", form("start", json!({ "sticker": "0".repeat(26) }))),
        (
            "check_draft",
            form(
                "start",
                json!({ "sticker": "0".repeat(26), "strength": 1, "path": "x" }),
            ),
        ),
        ("check_draft", form("plan", json!({ "kind": "everything" }))),
        ("check_draft", form("plan", json!({ "kind": "single", "extra": 1 }))),
        (
            "check_draft",
            form("plan", json!({ "kind": "moods", "moods": ["shy"], "extra": 1 })),
        ),
        (
            "check_draft",
            form(
                "plan",
                json!({ "kind": "grid", "columns": axis(json!([null])), "rows": null }),
            ),
        ),
        (
            "check_draft",
            form(
                "plan",
                json!({ "kind": "grid", "columns": axis(json!(["1"])), "rows": null }),
            ),
        ),
        ("submit_draft", form("path", json!("/etc/passwd"))),
    ];
    refused(&page, cases);
}

#[test]
fn other_arguments_with_unknown_fields_wrong_types_or_gaps_are_refused() {
    let page = Page::open();
    let settings = |field: &str, value: Value| {
        let mut settings = page.ask("start", json!({}))["settings"].clone();
        settings[field] = value;
        json!({ "settings": settings })
    };
    let search = |field: &str, value: Value| {
        let mut query = query();
        query[field] = value;
        json!({ "query": query, "offset": 0, "limit": 10 })
    };
    let cases = vec![
        ("change_settings", settings("dataFolder", json!("/etc"))),
        ("change_settings", settings("theme", json!("loud"))),
        ("change_settings", settings("device", json!("toaster"))),
        ("change_settings", settings("memoryLimitMb", json!(-1))),
        ("change_settings", json!({ "settings": { "theme": "dark" } })),
        ("stickers", search("order", json!("random"))),
        ("stickers", search("sql", json!("1=1"))),
        ("stickers", search("minQuality", json!(300))),
        ("stickers", json!({ "query": query(), "offset": -1, "limit": 10 })),
        ("stickers", json!({ "query": query(), "offset": 0, "limit": 1e300 })),
        ("sticker_ids", json!({ "query": 5 })),
        (
            "rate",
            json!({ "ids": [], "rating": { "alignment": "perfect", "quality": null } }),
        ),
        (
            "rate",
            json!({ "ids": [], "rating": { "alignment": null, "quality": 6 } }),
        ),
        (
            "rate",
            json!({ "ids": [], "rating": { "alignment": null, "quality": 3, "extra": 1 } }),
        ),
        ("set_favourite", json!({ "ids": "all", "favourite": true })),
        ("set_favourite", json!({ "ids": [], "favourite": "yes" })),
        ("job_action", json!({ "id": "0".repeat(26), "action": "explode" })),
        ("pause_queue", json!({ "paused": 1 })),
        ("ideas", json!({ "seed": -1, "count": 1 })),
        ("ideas", json!({ "seed": 1 })),
        ("prompt_history", json!({ "text": 1, "limit": 1 })),
        ("create_set", json!({ "name": null })),
        ("no_such_command", json!({})),
        ("Start", json!({})),
    ];
    refused(&page, cases);
}

#[test]
fn values_out_of_their_range_are_a_sentence() {
    let page = Page::open();
    let id = page.sticker("a cat");
    let long = "x".repeat(1000);
    for (command, arguments) in [
        ("create_set", json!({ "name": "" })),
        ("create_set", json!({ "name": long })),
        ("create_set", json!({ "name": "a\u{0}b" })),
        ("change_tags", json!({ "ids": [id], "add": [long], "remove": [] })),
        ("change_tags", json!({ "ids": [id], "add": [" "], "remove": [] })),
        (
            "rate",
            json!({ "ids": [id], "rating": { "alignment": null, "quality": 0 } }),
        ),
        ("test_device", json!({ "device": "gpu:99999999999999999999" })),
        ("test_device", json!({ "device": "" })),
    ] {
        page.refusal(command, arguments);
    }
    for (field, value, named) in [
        ("guidance", json!(1e39), "guidance"),
        ("size", json!(u32::MAX), "size"),
        ("steps", json!(u32::MAX), "steps"),
        ("count", json!(u32::MAX), "count"),
        ("seed", json!(u32::MAX), "seed"),
        ("model", json!("../../etc"), "model"),
        ("start", json!({ "sticker": id, "strength": 1e39 }), "start"),
        ("start", json!({ "sticker": id, "strength": -0.5 }), "start"),
        ("prompt", json!("x".repeat(1 << 20)), "prompt"),
        (
            "plan",
            json!({ "kind": "grid", "columns": { "setting": "guidance", "adapter": null, "values": [1e300] }, "rows": null }),
            "guidance",
        ),
        (
            "plan",
            json!({ "kind": "moods", "moods": vec!["shy"; 100_000] }),
            "count",
        ),
    ] {
        let mut form = draft("a cat");
        form[field] = value;
        let check = page.ask("check_draft", json!({ "draft": form }));
        assert_eq!(check["problem"]["field"], named, "{check}");
        page.refusal("submit_draft", json!({ "draft": form }));
    }
    // A great number of anything asked for is answered with what there is.
    assert!(
        page.ask("ideas", json!({ "seed": 0, "count": u32::MAX }))
            .as_array()
            .unwrap()
            .len()
            <= 200
    );
    assert_eq!(
        page.ask("prompt_history", json!({ "text": "%_'\"", "limit": u32::MAX })),
        json!([])
    );
    let all = page.ask(
        "stickers",
        json!({ "query": query(), "offset": u32::MAX, "limit": u32::MAX }),
    );
    assert_eq!((&all["total"], &all["stickers"]), (&json!(1), &json!([])));
}

#[test]
fn only_the_studios_own_page_and_window_may_ask_and_only_for_its_commands() {
    let page = Page::open();
    for url in [
        "https://example.com",
        "http://localhost:1420",
        "tauri://elsewhere",
        "file:///etc/passwd",
    ] {
        assert!(page.call_from(url, "start", json!({})).is_err(), "{url}");
    }
    assert!(page.call_from_window("other", "start").is_err());
    for command in [
        "plugin:window|set_title",
        "plugin:fs|read_text_file",
        "plugin:event|listen",
        "plugin:event|emit",
        "plugin:webview|create_webview_window",
        "plugin:path|resolve_directory",
        "plugin:app|version",
        "plugin:opener|open_path",
        "plugin:window-state|save_window_state",
    ] {
        assert!(page.call(command, json!({})).is_err(), "{command}");
    }
    page.ask("start", json!({}));
}
