//! Every command as the page calls it, with good and with bad arguments. What opens a dialog is in `dialogs.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod support;

#[path = "commands/answers.rs"]
mod answers;
#[path = "commands/channels.rs"]
mod channels;
#[path = "commands/finish.rs"]
mod finish;
#[path = "commands/hostile.rs"]
mod hostile;
#[path = "commands/packs.rs"]
mod packs;
#[path = "commands/refused.rs"]
mod refused;
#[path = "commands/scheme.rs"]
mod scheme;

/// A new command has its tests here, or this says so.
#[test]
fn every_command_is_tested() {
    let sources = [
        include_str!("commands/answers.rs"),
        include_str!("commands/channels.rs"),
        include_str!("commands/finish.rs"),
        include_str!("commands/packs.rs"),
        include_str!("dialogs.rs"),
    ];
    let permissions = include_str!("../permissions/studio.toml");
    let lists = permissions
        .split("commands.allow = [")
        .skip(1)
        .filter_map(|list| list.split(']').next());
    let commands: Vec<_> = lists.flat_map(|list| list.split('"').skip(1).step_by(2)).collect();
    assert!(commands.len() > 40, "{commands:?}");
    for command in commands {
        let quoted = format!("\"{command}\"");
        assert!(
            sources.iter().any(|source| source.contains(&quoted)),
            "no test calls {command} as it is meant"
        );
        assert!(
            include_str!("commands/refused.rs").contains(&quoted) || include_str!("dialogs.rs").contains(&quoted),
            "no test calls {command} while the library is refused"
        );
    }
}
