//! Packs, as the page asks for them.

use serde_json::{Value, json};

use crate::support::{NOBODY, Page};

#[test]
fn a_pack_is_made_changed_checked_mended_and_deleted() {
    let page = Page::open();
    let ids = [page.sticker("a happy cat"), page.sticker("zzzz"), page.sticker("a dog")];
    let pack = page.ask("create_pack", json!({ "title": "Pets", "author": "me" }))["id"].clone();
    let detail = page.ask("add_to_pack", json!({ "id": pack, "ids": ids }));
    assert_eq!(detail["pack"]["count"], 3);
    let entry = |place: usize, emoji: &[&str]| json!({ "sticker": ids[place], "emoji": emoji, "text": "" });
    let change = json!({ "title": "Cats", "author": "", "cover": ids[2], "stickers": [entry(2, &["🐶"]), entry(0, &[]), entry(1, &[])] });
    let changed = page.ask("change_pack", json!({ "id": pack, "change": change }));
    assert_eq!(
        (&changed["pack"]["title"], &changed["cover"]),
        (&json!("Cats"), &json!(ids[2]))
    );
    assert_eq!(page.ask("pack", json!({ "id": pack })), changed);
    assert_eq!(page.ask("packs", json!({}))[0]["title"], "Cats");

    let checks = page.ask("check_pack", json!({ "id": pack }));
    let platforms = page.ask("platforms", json!({}));
    assert_eq!(checks.as_array().unwrap().len(), platforms.as_array().unwrap().len());
    let blocks = |checks: &Value| {
        let whatsapp = checks
            .as_array()
            .unwrap()
            .iter()
            .find(|check| check["platform"] == "whatsapp")
            .unwrap();
        whatsapp["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["severity"] == "blocks")
            .count()
    };
    assert!(blocks(&checks) > 0, "{checks}");
    let fixed = page.ask("fix_pack", json!({ "id": pack, "platform": "whatsapp" }));
    assert_eq!(fixed["packs"], json!([pack]));
    let after = page.ask("check_pack", json!({ "id": pack }));
    assert!(blocks(&after) < blocks(&checks), "{after}");
    assert_eq!(page.ask("delete_pack", json!({ "id": pack })), Value::Null);
    assert_eq!(page.ask("packs", json!({})), json!([]));
}

#[test]
fn emoji_are_offered() {
    let page = Page::open();
    assert!(page.ask("emoji_groups", json!({})).as_array().unwrap().len() > 5);
    assert_eq!(page.ask("suggest_emoji", json!({ "text": "a cat" }))[0], "🐱");
}

#[test]
fn what_is_not_there_or_not_allowed_is_told() {
    let page = Page::open();
    for (command, arguments) in [
        ("pack", json!({ "id": NOBODY })),
        ("check_pack", json!({ "id": NOBODY })),
        ("fix_pack", json!({ "id": NOBODY, "platform": "line" })),
        ("add_to_pack", json!({ "id": NOBODY, "ids": [] })),
        ("delete_pack", json!({ "id": NOBODY })),
        ("create_pack", json!({ "title": " ", "author": "" })),
        (
            "change_pack",
            json!({ "id": NOBODY, "change": { "title": "x", "author": "", "cover": null, "stickers": [] } }),
        ),
        ("reveal_export", json!({})),
    ] {
        page.refusal(command, arguments);
    }
    assert!(
        page.call("fix_pack", json!({ "id": NOBODY, "platform": "icq" }))
            .is_err()
    );
}
