//! The commands that ask the desktop: dialogs, the clipboard, the file manager. What they find there comes from the environment, so
//! each test runs in a process of its own, in which there is no desktop, or a stand-in for zenity.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use support::{Page, fixture};

/// In the child: where the stand-in finds its answers.
const DESK: &str = "STICKER_TEST_DESK";

/// Runs `body` in a child process without a desktop; with `zenity` the stand-in is there.
fn apart(test: &str, zenity: bool, body: impl FnOnce(&Desk)) {
    if let Some(desk) = std::env::var_os(DESK) {
        return body(&Desk(desk.into()));
    }
    let desk = tempfile::tempdir().unwrap();
    let path = if zenity {
        let stand_in = desk.path().join("zenity");
        fs::write(&stand_in, "#!/bin/sh\nprintf '%s\\n' \"$*\" > \"$STICKER_TEST_DESK/asked\"\ncat \"$STICKER_TEST_DESK/answer\" 2>/dev/null\n").unwrap();
        fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).unwrap();
        format!("{}:/usr/bin:/bin", desk.path().display())
    } else {
        desk.path().display().to_string()
    };
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", test, "--nocapture"])
        .env("PATH", path)
        .env(DESK, desk.path());
    child.env("XDG_RUNTIME_DIR", desk.path());
    for name in ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"] {
        child.env_remove(name);
    }
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// What the person in front of the stand-in does.
struct Desk(std::path::PathBuf);

impl Desk {
    fn choose(&self, chosen: &[&Path]) {
        let paths: Vec<_> = chosen.iter().map(|path| path.display().to_string()).collect();
        fs::write(self.0.join("answer"), paths.join("|") + "\n").unwrap();
    }

    fn close_the_dialog(&self) {
        let _ = fs::remove_file(self.0.join("answer"));
    }

    fn asked(&self) -> String {
        fs::read_to_string(self.0.join("asked")).unwrap()
    }
}

fn every_dialog(page: &Page) -> Vec<(&'static str, Value)> {
    let id = page.sticker("a cat");
    let adapter = page
        .studio()
        .import_adapter(&fixture("loras/kohya.safetensors"))
        .unwrap()
        .id;
    let pack = page.studio().create_pack("Cats", "me").unwrap().id;
    page.studio().add_to_pack(&pack, &[id.parse().unwrap()]).unwrap();
    vec![
        ("import_pictures", json!({})),
        ("save_sticker_as", json!({ "id": id, "recipe": true })),
        ("export_stickers", json!({ "ids": [id], "recipe": false })),
        ("save_svg", json!({ "id": id, "colors": 8 })),
        ("export_pack", json!({ "id": pack, "platform": "folder" })),
        ("export_pack", json!({ "id": pack, "platform": "whatsapp" })),
        (
            "print_sheet",
            json!({ "ids": [id], "request": engine::packs::SheetRequest::default() }),
        ),
        ("add_model", json!({})),
        ("import_adapter", json!({})),
        ("export_adapter", json!({ "id": adapter })),
        ("choose_data_folder", json!({})),
    ]
}

#[test]
fn without_dialogs_a_sentence_says_what_to_install() {
    apart("without_dialogs_a_sentence_says_what_to_install", false, |_| {
        let page = Page::open();
        for (command, arguments) in every_dialog(&page) {
            let message = page.refusal(command, arguments);
            assert!(
                message.contains("no file dialogs") && message.contains("zenity"),
                "{command}: {message}"
            );
        }
    });
}

#[test]
fn a_closed_dialog_is_null_and_changes_nothing() {
    apart("a_closed_dialog_is_null_and_changes_nothing", true, |desk| {
        let page = Page::open();
        for (command, arguments) in every_dialog(&page) {
            desk.close_the_dialog();
            assert_eq!(page.ask(command, arguments), Value::Null, "{command}");
        }
        assert_eq!(page.ask("facets", json!({}))["total"], 1);
    });
}

#[test]
fn chosen_pictures_are_imported() {
    apart("chosen_pictures_are_imported", true, |desk| {
        let page = Page::open();
        let (good, bad) = (page.path("good one.png"), page.path("bad.png"));
        engine::write_png(&good, &support::picture("good")).unwrap();
        fs::write(&bad, "hello").unwrap();
        desk.choose(&[&good, &bad]);
        let report = page.ask("import_pictures", json!({}));
        assert_eq!(report["imported"][0]["prompt"], "good one");
        assert_eq!(
            (&report["refused"][0]["name"], &report["duplicates"]),
            (&json!("bad.png"), &json!(0))
        );
        assert!(
            desk.asked().contains("--multiple") && desk.asked().contains("*.svg"),
            "{}",
            desk.asked()
        );
    });
}

#[test]
fn packs_sheets_and_drawings_are_written_where_the_person_chose() {
    apart(
        "packs_sheets_and_drawings_are_written_where_the_person_chose",
        true,
        |desk| {
            let page = Page::open();
            let ids: Vec<_> = ["a cat", "a dog", "a bird"].map(|name| page.sticker(name)).to_vec();
            let pack = page.studio().create_pack("My pets", "me").unwrap().id;
            page.ask("add_to_pack", json!({ "id": pack, "ids": ids }));

            let file = page.path("pets.wastickers");
            desk.choose(&[&file]);
            let exported = page.ask("export_pack", json!({ "id": pack, "platform": "whatsapp" }));
            assert_eq!(exported["paths"], json!([file.display().to_string()]));
            assert!(desk.asked().contains("my-pets.wastickers"), "{}", desk.asked());
            assert!(fs::read(&file).unwrap().starts_with(b"PK"));

            desk.choose(&[page.root.path()]);
            let exported = page.ask("export_pack", json!({ "id": pack, "platform": "telegram" }));
            assert_eq!(exported["paths"], json!([page.path("my-pets").display().to_string()]));
            let request = engine::packs::SheetRequest::default();
            let opaque = page.path("opaque.png");
            let picture = engine::Picture {
                rgba: [9, 9, 9, 255].repeat(64),
                ..support::picture("opaque")
            };
            engine::write_png(&opaque, &picture).unwrap();
            let whole = page.studio().import(&[opaque]).imported[0].id.to_string();
            let printed = page.ask("print_sheet", json!({ "ids": [whole], "request": request }));
            assert_eq!(printed["pages"], 1);
            assert!(page.path("sticker-sheet/sheet.pdf").exists());

            let drawing = page.path("cat.svg");
            desk.choose(&[&drawing]);
            page.ask("save_svg", json!({ "id": ids[0], "colors": 8 }));
            assert!(fs::read_to_string(drawing).unwrap().contains("<svg"));
        },
    );
}

#[test]
fn stickers_are_saved_where_the_person_chose() {
    apart("stickers_are_saved_where_the_person_chose", true, |desk| {
        let page = Page::open();
        let id = page.sticker("a cat");
        let path = page.path("chosen.png");
        desk.choose(&[&path]);
        assert_eq!(
            page.ask("save_sticker_as", json!({ "id": id, "recipe": false })),
            path.display().to_string()
        );
        assert_eq!(engine::read_png(&path).unwrap().0.rgba, support::picture("a cat").rgba);
        assert!(
            desk.asked().contains("a-cat.png") && desk.asked().contains("--confirm-overwrite"),
            "{}",
            desk.asked()
        );

        let folder = page.path("out");
        fs::create_dir(&folder).unwrap();
        desk.choose(&[&folder]);
        let exported = page.ask("export_stickers", json!({ "ids": [id, id], "recipe": true }));
        assert_eq!(exported, json!({ "count": 2, "folder": folder.display().to_string() }));
        assert!(folder.join("a-cat.png").exists() && folder.join("a-cat-2.png").exists());

        desk.choose(&[&page.path("chosen.png/inside.png")]);
        page.refusal("save_sticker_as", json!({ "id": id, "recipe": true }));
        desk.choose(&[&path]);
        page.refusal("export_stickers", json!({ "ids": [id], "recipe": true }));
    });
}

#[test]
fn models_and_adapters_come_in_and_out() {
    apart("models_and_adapters_come_in_and_out", true, |desk| {
        let page = Page::open();
        desk.choose(&[&fixture("folders/tiny-sd1")]);
        let model = page.ask("add_model", json!({}));
        assert_eq!((&model["name"], &model["problem"]), (&json!("tiny-sd1"), &Value::Null));
        assert!(page.refusal("add_model", json!({})).contains("already"));
        desk.choose(&[page.root.path()]);
        page.refusal("add_model", json!({}));

        let file = fixture("loras/peft.safetensors");
        desk.choose(&[&file]);
        let adapter = page.ask("import_adapter", json!({}));
        assert_eq!(adapter["name"], "peft");
        let out = page.path("out.safetensors");
        desk.choose(&[&out]);
        assert_eq!(
            page.ask("export_adapter", json!({ "id": adapter["id"] })),
            out.display().to_string()
        );
        assert_eq!(fs::read(out).unwrap(), fs::read(file).unwrap());
        desk.choose(&[&fixture("noise.safetensors")]);
        page.refusal("import_adapter", json!({}));
    });
}

#[test]
fn another_data_folder_is_chosen() {
    apart("another_data_folder_is_chosen", true, |desk| {
        let page = Page::open();
        let folder = page.path("elsewhere");
        fs::create_dir(&folder).unwrap();
        desk.choose(&[&folder]);
        assert_eq!(page.ask("choose_data_folder", json!({})), folder.display().to_string());
        let settings = fs::read_to_string(page.path("settings.toml")).unwrap();
        assert!(settings.contains(&folder.display().to_string()), "{settings}");
        let file = page.path("file");
        fs::write(&file, "").unwrap();
        desk.choose(&[&file]);
        page.refusal("choose_data_folder", json!({}));
    });
}

#[test]
fn without_a_clipboard_or_a_file_manager_a_sentence_says_so() {
    apart(
        "without_a_clipboard_or_a_file_manager_a_sentence_says_so",
        false,
        |_| {
            let page = Page::open();
            let id = page.sticker("a cat");
            assert!(page.refusal("copy_sticker", json!({ "id": id })).contains("clipboard"));
            assert!(
                page.refusal("reveal_sticker", json!({ "id": id }))
                    .contains("file manager")
            );
        },
    );
}
