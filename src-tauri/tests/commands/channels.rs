//! What the page is told without asking, with a sticker made by the built-in model on the CPU.

use std::time::Duration;

use serde_json::{Value, json};
use tauri::ipc::InvokeResponseBody;

use crate::support::{Page, draft, wait_for};

fn subscribe(page: &Page, events: u32, previews: u32) {
    let arguments = json!({ "events": format!("__CHANNEL__:{events}"), "previews": format!("__CHANNEL__:{previews}") });
    assert_eq!(page.ask("subscribe", arguments), Value::Null);
}

fn on_cpu(page: &Page) {
    let mut settings = page.ask("start", json!({}))["settings"].clone();
    settings["device"] = "cpu".into();
    page.ask("change_settings", json!({ "settings": settings }));
}

fn submit(page: &Page, steps: u32) -> String {
    let mut form = draft("a red cat");
    for (field, value) in [("count", 1), ("steps", steps), ("seed", 3)] {
        form[field] = value.into();
    }
    page.ask("submit_draft", json!({ "draft": form }))["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn until_done(page: &Page, channel: u32, job: &str) -> Vec<Value> {
    wait_for("the job ends", || {
        let events = page.events(channel);
        let ended = |event: &Value| {
            let state = event["job"]["state"].as_str().unwrap_or_default();
            assert_ne!(state, "failed", "{event}");
            event["kind"] == "job" && event["job"]["id"] == job && state == "done"
        };
        events.iter().any(ended).then_some(events)
    })
}

#[test]
fn a_job_is_told_from_beginning_to_end_and_gives_a_sticker_with_its_recipe() {
    let page = Page::open();
    on_cpu(&page);
    subscribe(&page, 11, 12);
    let job = submit(&page, 2);
    let events = until_done(&page, 11, &job);
    let kinds: Vec<_> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    for kind in ["job", "progress", "made"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    let made = events.iter().find(|event| event["kind"] == "made").unwrap();
    assert_eq!((&made["job"], &made["tile"]), (&json!(job), &json!(0)));
    let id = &made["sticker"]["id"];

    let detail = page.ask("sticker", json!({ "id": id }));
    assert_eq!(
        (&detail["recipe"]["steps"], &detail["recipe"]["seed"]),
        (&json!(2), &json!(3))
    );
    let form = page.ask("draft_of", json!({ "id": id }));
    assert_eq!((&form["prompt"], &form["seed"]), (&json!("a red cat"), &json!(3)));
    page.ask("pause_queue", json!({ "paused": true }));
    let variations = page.ask("variations", json!({ "id": id, "count": 2 }));
    assert_eq!(variations["tiles"][1]["seed"], 5);
    let again = page.ask("recreate", json!({ "id": id }));
    assert_eq!(again["tiles"][0]["seed"], 3);
    for count in [json!(0), json!(1001), json!(u32::MAX)] {
        page.refusal("variations", json!({ "id": id, "count": count }));
    }
    let asked = page.studio().thumbnail(&id.as_str().unwrap().parse().unwrap()).unwrap();
    assert!(asked.starts_with(b"\x89PNG"));
}

/// Frames of one job, as bytes.
fn frames(page: &Page, channel: u32) -> Vec<Vec<u8>> {
    let read = |body| match body {
        InvokeResponseBody::Raw(bytes) => bytes,
        InvokeResponseBody::Json(text) => panic!("JSON among the previews: {text}"),
    };
    page.heard(channel).into_iter().map(read).collect()
}

#[test]
fn one_preview_is_under_way_and_a_page_that_is_loaded_again_gets_the_next() {
    let page = Page::open();
    on_cpu(&page);
    subscribe(&page, 21, 22);
    let job = submit(&page, 400);
    let frame = wait_for("the first preview", || frames(&page, 22).pop());
    assert_eq!(frame[16..42], *job.as_bytes());
    let number = |place: usize| u32::from_le_bytes(frame[place * 4..][..4].try_into().unwrap());
    assert_eq!((number(1), number(2), number(3)), (400, 1, 26));
    let (width, height) = (number(12), number(13));
    assert_eq!(frame.len(), 56 + (width * height * 4) as usize);
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(frames(&page, 22).len(), 1, "the page has not drawn the first one");
    page.ask("preview_shown", json!({}));
    wait_for("the second preview", || (frames(&page, 22).len() == 2).then_some(()));

    // The page is loaded again, and never says that it has drawn the last one.
    subscribe(&page, 23, 24);
    wait_for("a preview on the new channel", || frames(&page, 24).pop());
    let (old, heard) = (frames(&page, 22).len(), page.events(21).len());
    page.ask("preview_shown", json!({}));
    wait_for("and another one", || (frames(&page, 24).len() >= 2).then_some(()));
    page.ask("job_action", json!({ "id": job, "action": "cancel" }));
    wait_for("the cancel is told", || {
        let cancelled = |event: &Value| event["job"]["state"] == "cancelled";
        page.events(23).iter().any(cancelled).then_some(())
    });
    assert_eq!(
        (frames(&page, 22).len(), page.events(21).len()),
        (old, heard),
        "the old page hears nothing more"
    );
}

#[test]
fn bad_channels_are_refused() {
    let page = Page::open();
    for (events, previews) in [
        (json!("1"), json!("__CHANNEL__:2")),
        (json!("__CHANNEL__:1"), json!(null)),
        (json!({}), json!(3)),
    ] {
        assert!(
            page.call("subscribe", json!({ "events": events, "previews": previews }))
                .is_err()
        );
    }
}
