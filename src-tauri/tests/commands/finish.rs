//! Finishing, as the page asks for it.

use serde_json::{Value, json};

use crate::support::{NOBODY, Page, query};

fn outline(width: f32) -> Value {
    json!({ "edits": [], "effects": [{ "kind": "outline", "width": width, "bridge": 0, "color": "#ffffff", "corners": "round" }] })
}

#[test]
fn a_sticker_is_seen_finished_and_kept() {
    let page = Page::open();
    let id = page.sticker("a cat");
    let options = page.ask("finish_options", json!({}));
    assert_eq!(options["effects"][0]["default"]["kind"], "scale");
    assert_eq!(options["presets"][0]["name"], "die-cut");
    let opened = page.ask("finish_of", json!({ "id": id }));
    assert_eq!(opened["finish"], options["presets"][0]["finish"]);

    let seen = page.ask(
        "render_finish",
        json!({ "id": id, "finish": outline(2.0), "side": null }),
    );
    let bytes: Vec<u8> = serde_json::from_value(seen).unwrap();
    let (length, rest) = bytes.split_first_chunk::<4>().unwrap();
    let (head, pixels) = rest.split_at(u32::from_le_bytes(*length) as usize);
    let head: Value = serde_json::from_slice(head).unwrap();
    assert_eq!(
        pixels.len() as u64,
        head["width"].as_u64().unwrap() * head["height"].as_u64().unwrap() * 4
    );
    assert!(head["width"].as_u64().unwrap() > 8, "{head}");

    let report = page.ask(
        "finish_stickers",
        json!({ "ids": [id, NOBODY], "finish": outline(2.0) }),
    );
    assert_eq!(
        (
            report["stickers"].as_array().unwrap().len(),
            report["refused"].as_array().unwrap().len()
        ),
        (1, 1)
    );
    assert_eq!(
        page.ask("stickers", json!({ "query": query(), "offset": 0, "limit": 9 }))["total"],
        2
    );
    assert_eq!(page.ask("stop_work", json!({})), Value::Null);
}

#[test]
fn presets_are_kept_and_forgotten() {
    let page = Page::open();
    let names = |presets: Value| {
        presets
            .as_array()
            .unwrap()
            .iter()
            .map(|preset| preset["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let saved = names(page.ask("save_preset", json!({ "name": "mine", "finish": outline(3.0) })));
    assert_eq!(saved.last().unwrap(), "mine");
    let left = names(page.ask("delete_preset", json!({ "name": "mine" })));
    assert_eq!(left, saved[..saved.len() - 1]);
}

#[test]
fn hostile_finishes_are_refused() {
    let page = Page::open();
    let id = page.sticker("a cat");
    let effect = |effect: Value| json!({ "edits": [], "effects": [effect] });
    let stroke = json!({ "kind": "erase", "points": [], "radius": 1, "softness": 0 });
    for finish in [
        outline(-1.0),
        outline(1e30),
        effect(json!({ "kind": "fit", "width": 1e9, "height": 512, "margin": 0 })),
        effect(json!({ "kind": "fit", "width": 64, "height": 64, "margin": 32 })),
        json!({ "edits": [stroke], "effects": [] }),
    ] {
        page.refusal("render_finish", json!({ "id": id, "finish": finish, "side": null }));
        page.refusal("finish_stickers", json!({ "ids": [id], "finish": finish }));
    }
    for finish in [
        json!({}),
        effect(json!({ "kind": "melt" })),
        effect(json!({ "kind": "scale", "side": "NaN" })),
        json!("x"),
    ] {
        assert!(
            page.call("render_finish", json!({ "id": id, "finish": finish, "side": null }))
                .is_err()
        );
    }
}
