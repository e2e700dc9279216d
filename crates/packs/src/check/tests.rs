use super::*;
use crate::{Bounds, Measured, Sticker};

/// A sticker of 512x512 pixels, 32 of them free on each side.
fn sticker(name: &str) -> Sticker {
    let visible = Some(Bounds {
        x: 32,
        y: 32,
        width: 448,
        height: 448,
    });
    Sticker {
        key: name.to_owned(),
        name: name.to_owned(),
        emoji: vec!["🐱".to_owned()],
        text: String::new(),
        measured: Measured {
            width: 512,
            height: 512,
            visible,
            transparent: true,
        },
    }
}

fn pack(count: usize) -> Pack {
    Pack {
        title: "Cats".to_owned(),
        author: "Ann".to_owned(),
        cover: None,
        stickers: (0..count).map(|place| sticker(&format!("cat_{place}"))).collect(),
    }
}

fn of(findings: &[Finding], problem: Problem) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.problem == problem).collect()
}

#[test]
fn a_pack_that_suits_a_platform_has_no_findings() {
    for (platform, count) in [
        (Platform::Telegram, 120),
        (Platform::Whatsapp, 30),
        (Platform::Signal, 1),
        (Platform::Folder, 500),
    ] {
        assert_eq!(check(&pack(count), platform), [], "{platform}");
    }
}

#[test]
fn a_pack_that_is_too_small_says_how_many_to_add() {
    let findings = check(&pack(2), Platform::Whatsapp);
    assert_eq!(findings.len(), 1);
    assert_eq!(
        (findings[0].severity, findings[0].problem),
        (Severity::Blocks, Problem::TooFew)
    );
    assert_eq!(
        findings[0].message,
        "Packs for WhatsApp have at least 3 stickers; this one has 2: add 1."
    );
    assert_eq!(findings[0].fix, None);
    for platform in Platform::ALL {
        assert_eq!(
            of(&check(&Pack::default(), platform), Problem::TooFew).len(),
            1,
            "{platform}"
        );
    }
}

#[test]
fn a_pack_that_is_too_large_says_how_it_is_split() {
    let findings = check(&pack(121), Platform::Telegram);
    assert_eq!(findings[0].problem, Problem::TooMany);
    assert_eq!(
        findings[0].fix.as_deref(),
        Some("It is split into 2 packs of 61 and 60.")
    );
    let parts = |count, platform: Platform| parts(count, platform.limits());
    assert_eq!(parts(120, Platform::Telegram), None);
    assert_eq!(parts(64, Platform::Whatsapp), Some(vec![22, 21, 21]));
    assert_eq!(parts(31, Platform::Whatsapp), Some(vec![16, 15]));
    assert_eq!(parts(48, Platform::Line), Some(vec![24, 24]));
    assert_eq!(parts(88, Platform::Line), Some(vec![32, 32, 24]));
    assert_eq!(parts(41, Platform::Line), None);
    assert_eq!(parts(9999, Platform::Folder), None);
}

#[test]
fn lines_numbers_are_asked_for_and_never_made_by_dropping_stickers() {
    for count in [8, 16, 24, 32, 40] {
        assert!(of(&check(&pack(count), Platform::Line), Problem::OddCount).is_empty());
    }
    let findings = check(&pack(10), Platform::Line);
    let odd = of(&findings, Problem::OddCount);
    assert_eq!(
        odd[0].message,
        "Packs for LINE have 8, 16, 24, 32 or 40 stickers; this one has 10: add 6 or take out 2."
    );
    assert_eq!((odd[0].severity, odd[0].fix.as_ref()), (Severity::Blocks, None));
    assert_eq!(of(&check(&pack(45), Platform::Line), Problem::OddCount).len(), 1);
}

#[test]
fn room_that_costs_money_is_told() {
    let findings = check(&pack(6), Platform::Discord);
    let many = of(&findings, Problem::TooMany);
    assert_eq!(many[0].severity, Severity::Advice);
    assert!(of(&check(&pack(5), Platform::Discord), Problem::TooMany).is_empty());
}

#[test]
fn missing_and_wrong_emoji_block_where_the_platform_keeps_emoji() {
    let mut pack = pack(3);
    pack.stickers[0].emoji.clear();
    pack.stickers[1].emoji = vec!["cat".to_owned(), "🐱".to_owned()];
    pack.stickers[2].emoji = ["🐱", "🐶", "🐭", "🐹"].map(str::to_owned).to_vec();
    let findings = check(&pack, Platform::Whatsapp);
    let found: Vec<_> = findings
        .iter()
        .map(|finding| (finding.severity, finding.problem, finding.sticker))
        .collect();
    assert_eq!(
        found,
        [
            (Severity::Blocks, Problem::MissingEmoji, Some(0)),
            (Severity::Blocks, Problem::NoEmoji, Some(1)),
            (Severity::Blocks, Problem::TooManyEmoji, Some(2)),
        ]
    );
    assert_eq!(findings[0].fix.as_deref(), Some("It gets 🐱."));
    assert!(
        check(&pack, Platform::Telegram)
            .iter()
            .all(|finding| finding.problem != Problem::TooManyEmoji)
    );
    for platform in [Platform::Slack, Platform::Imessage, Platform::Line] {
        let about_emoji = [Problem::MissingEmoji, Problem::NoEmoji, Problem::TooManyEmoji];
        assert!(
            check(&pack, platform)
                .iter()
                .all(|finding| !about_emoji.contains(&finding.problem))
        );
    }
}

#[test]
fn titles_are_measured_in_utf16() {
    let mut pack = pack(3);
    // A cat is two units: 32 are just what Telegram takes.
    pack.title = "🐱".repeat(32);
    assert_eq!(check(&pack, Platform::Telegram), []);
    pack.title.push('!');
    let findings = check(&pack, Platform::Telegram);
    assert_eq!(of(&findings, Problem::TitleTooLong).len(), 1);
    assert!(
        findings[0].message.ends_with("has 65 letters; 64 are allowed."),
        "{}",
        findings[0].message
    );
    pack.title = "  ".to_owned();
    pack.author = String::new();
    let problems: Vec<_> = check(&pack, Platform::Whatsapp)
        .iter()
        .map(|finding| finding.problem)
        .collect();
    assert_eq!(problems, [Problem::MissingTitle, Problem::MissingAuthor]);
    assert_eq!(check(&pack, Platform::Folder), []);
}

#[test]
fn names_that_become_shortcodes_say_what_is_written() {
    let mut pack = pack(2);
    pack.stickers[1].name = "Big Cat!".to_owned();
    let findings = check(&pack, Platform::Slack);
    let names = of(&findings, Problem::Name);
    assert_eq!(
        (names.len(), names[0].sticker, names[0].severity),
        (1, Some(1), Severity::Changes)
    );
    assert!(names[0].fix.as_ref().unwrap().starts_with("It is written as '"));
    pack.stickers[1].name = "c".repeat(31);
    let findings = check(&pack, Platform::Discord);
    assert_eq!(of(&findings, Problem::Name)[0].severity, Severity::Blocks);
}

#[test]
fn sizes_margins_and_opaque_pictures_are_told() {
    let mut pack = pack(3);
    pack.stickers[0].measured.width = 600;
    pack.stickers[1].measured.visible = Some(Bounds {
        x: 40,
        y: 5,
        width: 100,
        height: 100,
    });
    pack.stickers[2].measured.transparent = false;
    let findings = check(&pack, Platform::Whatsapp);
    let found: Vec<_> = findings
        .iter()
        .map(|finding| (finding.severity, finding.problem, finding.sticker))
        .collect();
    assert_eq!(
        found,
        [
            (Severity::Changes, Problem::Size, Some(0)),
            (Severity::Advice, Problem::Margin, Some(1)),
            (Severity::Advice, Problem::Opaque, Some(2)),
        ]
    );
    assert_eq!(
        findings[0].message,
        "'cat_0' has 600x512 pixels; WhatsApp takes 512x512 pixels."
    );
    assert_eq!(
        findings[1].message,
        "'cat_1' comes within 5 pixels of its edge; WhatsApp advises 16."
    );
    assert_eq!(check(&pack, Platform::Folder), []);
}

#[test]
fn pictures_that_are_shown_larger_than_they_are_get_advice() {
    let mut pack = pack(1);
    pack.stickers[0].measured = Measured {
        width: 128,
        height: 128,
        visible: Some(Bounds {
            x: 4,
            y: 4,
            width: 120,
            height: 60,
        }),
        transparent: true,
    };
    let findings = check(&pack, Platform::Telegram);
    assert!(
        of(&findings, Problem::Small)[0]
            .message
            .contains("is enlarged 4.3 times"),
        "{findings:?}"
    );
    let findings = check(&pack, Platform::Signal);
    assert!(
        of(&findings, Problem::Small)[0].message.contains("only 120 pixels"),
        "{findings:?}"
    );
    assert!(of(&check(&pack, Platform::Mastodon), Problem::Small).is_empty());
}

#[test]
fn covers_that_are_gone_or_thin_are_told() {
    let mut pack = pack(3);
    pack.cover = Some(3);
    assert_eq!(
        of(&check(&pack, Platform::Whatsapp), Problem::Cover)[0].severity,
        Severity::Blocks
    );
    assert!(of(&check(&pack, Platform::Slack), Problem::Cover).is_empty());
    pack.cover = Some(2);
    pack.stickers[2].measured.visible = Some(Bounds {
        x: 30,
        y: 30,
        width: 400,
        height: 100,
    });
    assert_eq!(
        of(&check(&pack, Platform::Whatsapp), Problem::Cover)[0].severity,
        Severity::Advice
    );
}

#[test]
fn an_empty_picture_is_found_and_not_counted() {
    let mut pack = pack(3);
    pack.stickers[1].measured.visible = None;
    pack.stickers[1].emoji.clear();
    let problems: Vec<_> = check(&pack, Platform::Whatsapp)
        .iter()
        .map(|finding| (finding.problem, finding.sticker))
        .collect();
    assert_eq!(problems, [(Problem::TooFew, None), (Problem::Empty, Some(1))]);
}

#[test]
fn short_codes_are_told_as_they_are_written() {
    use crate::containers::container;
    use crate::target::Form;

    let mut pack = pack(5);
    let names = ["Happy_Cat", "Cat", "cat", "İce cat", "plain"];
    for (sticker, name) in pack.stickers.iter_mut().zip(names) {
        name.clone_into(&mut sticker.name);
    }
    for platform in Platform::ALL {
        let limits = platform.limits();
        if limits.letters == crate::Letters::Any {
            continue;
        }
        let findings = check(&pack, platform);
        let written = container(platform, Form::Folder).stems(&pack);
        for (place, (sticker, code)) in pack.stickers.iter().zip(&written).enumerate() {
            let told = findings
                .iter()
                .find(|finding| finding.problem == Problem::Name && finding.sticker == Some(place as u32));
            let expected = (sticker.name != *code).then(|| format!("It is written as '{code}'."));
            assert_eq!(
                told.and_then(|finding| finding.fix.clone()),
                expected,
                "{platform} {}",
                sticker.name
            );
        }
        let small = platform == Platform::Slack || platform == Platform::Misskey;
        assert_eq!(written[0], if small { "happy_cat" } else { "Happy_Cat" }, "{platform}");
    }
}

#[test]
fn an_empty_picture_takes_no_short_code_away() {
    let mut pack = pack(2);
    pack.stickers[0].measured.visible = None;
    pack.stickers[1].name = pack.stickers[0].name.clone();
    assert!(of(&check(&pack, Platform::Slack), Problem::Name).is_empty());
}

#[test]
fn a_title_of_which_nothing_is_written_is_missing() {
    let mut pack = pack(3);
    pack.title = "\u{1}".to_owned();
    pack.author = "\u{feff}\n".to_owned();
    let problems: Vec<_> = check(&pack, Platform::Whatsapp)
        .iter()
        .map(|finding| finding.problem)
        .collect();
    assert_eq!(problems, [Problem::MissingTitle, Problem::MissingAuthor]);
}

#[test]
fn discord_wants_two_letters_of_a_text_or_none() {
    let mut pack = pack(3);
    for (sticker, text) in pack.stickers.iter_mut().zip(["", "x", "ox"]) {
        text.clone_into(&mut sticker.text);
    }
    let findings = check(&pack, Platform::Discord);
    assert_eq!(
        findings
            .iter()
            .filter(|finding| finding.severity == Severity::Blocks)
            .count(),
        1
    );
    assert_eq!(
        findings[0].message,
        "'cat_1': the text 'x' is too short for Discord stickers: 2 letters at least, or none."
    );
    assert_eq!(findings[0].fix.as_deref(), Some("It becomes 'cat_1 x'."));
    assert!(check(&pack, Platform::Whatsapp).is_empty());
}

#[test]
fn what_is_changed_says_into_what() {
    let mut pack = pack(1);
    (pack.stickers[0].measured.width, pack.stickers[0].measured.height) = (700, 600);
    let fix = |platform| of(&check(&pack, platform), Problem::Size)[0].fix.clone().unwrap();
    assert_eq!(
        fix(Platform::Whatsapp),
        "It is trimmed, scaled and centred on 512x512 pixels."
    );
    assert_eq!(
        fix(Platform::Telegram),
        "It is trimmed and scaled to 512 pixels on the longer side."
    );
    assert_eq!(
        fix(Platform::Line),
        "It is trimmed and scaled to at most 370x320 pixels, both sides even."
    );
}
