//! When the library cannot be opened, and while it is not open yet.

use std::fs;

use serde_json::{Value, json};

use crate::support::{NOBODY, Page, draft, query};

fn every_command(settings: &Value) -> Vec<(&'static str, Value)> {
    let (id, ids) = (json!(NOBODY), json!([NOBODY]));
    let finish = json!({ "edits": [], "effects": [] });
    vec![
        (
            "subscribe",
            json!({ "events": "__CHANNEL__:1", "previews": "__CHANNEL__:2" }),
        ),
        ("model_options", json!({ "model": null })),
        ("check_draft", json!({ "draft": draft("a cat") })),
        ("submit_draft", json!({ "draft": draft("a cat") })),
        ("ideas", json!({ "seed": 1, "count": 1 })),
        ("moods", json!({})),
        ("prompt_history", json!({ "text": "", "limit": 1 })),
        ("draft_of", json!({ "id": id })),
        ("variations", json!({ "id": id, "count": 1 })),
        ("recreate", json!({ "id": id })),
        ("queue", json!({})),
        ("pause_queue", json!({ "paused": true })),
        ("job_action", json!({ "id": id, "action": "pause" })),
        ("move_job", json!({ "id": id, "before": null })),
        ("stickers", json!({ "query": query(), "offset": 0, "limit": 1 })),
        ("sticker_ids", json!({ "query": query() })),
        ("sticker", json!({ "id": id })),
        ("set_favourite", json!({ "ids": ids, "favourite": true })),
        (
            "rate",
            json!({ "ids": ids, "rating": { "alignment": null, "quality": null } }),
        ),
        ("change_tags", json!({ "ids": ids, "add": [], "remove": [] })),
        ("trash", json!({ "ids": ids })),
        ("restore", json!({ "ids": ids })),
        ("empty_trash", json!({})),
        ("facets", json!({})),
        ("create_set", json!({ "name": "x" })),
        ("rename_set", json!({ "id": id, "name": "x" })),
        ("delete_set", json!({ "id": id })),
        ("add_to_set", json!({ "set": id, "ids": ids })),
        ("remove_from_set", json!({ "set": id, "ids": ids })),
        ("coverage", json!({})),
        ("copy_sticker", json!({ "id": id })),
        ("save_sticker_as", json!({ "id": id, "recipe": true })),
        ("reveal_sticker", json!({ "id": id })),
        ("drag_stickers", json!({ "ids": ids })),
        ("finish_options", json!({})),
        ("finish_of", json!({ "id": id })),
        ("render_finish", json!({ "id": id, "finish": finish, "side": null })),
        ("finish_stickers", json!({ "ids": ids, "finish": finish })),
        ("stop_work", json!({})),
        ("save_preset", json!({ "name": "x", "finish": finish })),
        ("delete_preset", json!({ "name": "x" })),
        ("save_svg", json!({ "id": id, "colors": 8 })),
        ("packs", json!({})),
        ("pack", json!({ "id": id })),
        ("create_pack", json!({ "title": "x", "author": "" })),
        (
            "change_pack",
            json!({ "id": id, "change": { "title": "x", "author": "", "cover": null, "stickers": [] } }),
        ),
        ("add_to_pack", json!({ "id": id, "ids": ids })),
        ("delete_pack", json!({ "id": id })),
        ("platforms", json!({})),
        ("check_pack", json!({ "id": id })),
        ("fix_pack", json!({ "id": id, "platform": "line" })),
        ("reveal_export", json!({})),
        ("emoji_groups", json!({})),
        ("suggest_emoji", json!({ "text": "x" })),
        ("models", json!({})),
        ("remove_model", json!({ "id": "x" })),
        ("adapters", json!({})),
        ("export_adapter", json!({ "id": id })),
        ("rename_adapter", json!({ "id": id, "name": "x" })),
        ("delete_adapter", json!({ "id": id })),
        ("change_settings", json!({ "settings": settings })),
        ("devices", json!({})),
        ("test_device", json!({ "device": "cpu" })),
    ]
}

#[test]
fn every_command_says_why_the_library_is_not_open() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("settings.toml"), "[window]\ntheme = \"dark\"\n").unwrap();
    let _first = engine::Studio::open(engine::Places::within(root.path())).unwrap();
    let page = Page::unopened(root);
    page.shell.open();
    let start = page.ask("start", json!({}));
    let why = start["refused"].as_str().unwrap().to_owned();
    assert!(why.contains("another Sticker Studio"), "{why}");
    assert_eq!(
        start["settings"]["theme"], "dark",
        "the window looks as it should all the same"
    );
    for (command, arguments) in every_command(&start["settings"]) {
        assert_eq!(page.refusal(command, arguments), why, "{command}");
    }
    assert_eq!(page.ask("preview_shown", json!({})), Value::Null);
}

#[test]
fn a_library_that_is_none_is_told_and_not_touched() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("data")).unwrap();
    let database = root.path().join("data/library.sqlite");
    fs::write(&database, "this is no database, but somebody's diary").unwrap();
    let page = Page::unopened(root);
    page.shell.open();
    let why = page.ask("start", json!({}))["refused"].as_str().unwrap().to_owned();
    assert!(why.contains("damaged"), "{why}");
    assert_eq!(page.refusal("queue", json!({})), why);
    assert_eq!(
        fs::read_to_string(database).unwrap(),
        "this is no database, but somebody's diary"
    );
}

#[test]
fn commands_wait_for_the_studio_to_open() {
    let page = Page::unopened(tempfile::tempdir().unwrap());
    let shell = page.shell.clone();
    let opener = std::thread::Builder::new().name("opener".to_owned()).spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        shell.open();
    });
    assert_eq!(page.ask("queue", json!({})), json!({ "paused": false, "jobs": [] }));
    opener.unwrap().join().unwrap();
}
