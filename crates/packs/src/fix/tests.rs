use proptest::prelude::*;

use super::*;
use crate::{Bounds, Measured, Severity, Sticker, check};

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

fn messages(fixed: &Fixed) -> Vec<&str> {
    fixed.fixes.iter().map(|fix| fix.message.as_str()).collect()
}

#[test]
fn a_good_pack_stays_as_it_is() {
    let fixed = fix(pack(30), Platform::Whatsapp);
    assert_eq!(
        fixed,
        Fixed {
            packs: vec![pack(30)],
            fixes: Vec::new()
        }
    );
}

#[test]
fn a_hundred_and_twenty_one_stickers_for_telegram_become_61_and_60() {
    let mut whole = pack(121);
    whole.cover = Some(61);
    let fixed = fix(whole.clone(), Platform::Telegram);
    let sizes: Vec<_> = fixed
        .packs
        .iter()
        .map(|pack| (pack.title.as_str(), pack.stickers.len(), pack.cover))
        .collect();
    assert_eq!(sizes, [("Cats 1", 61, None), ("Cats 2", 60, Some(0))]);
    assert_eq!(messages(&fixed), ["The pack was split into 2 of 61 and 60 stickers."]);
    let together: Vec<_> = fixed.packs.into_iter().flat_map(|pack| pack.stickers).collect();
    assert_eq!(together, whole.stickers);
}

#[test]
fn a_split_packs_title_keeps_room_for_its_number() {
    let mut whole = pack(121);
    whole.title = "t".repeat(64);
    let fixed = fix(whole, Platform::Telegram);
    assert_eq!(fixed.packs[1].title, format!("{} 2", "t".repeat(62)));
}

#[test]
fn missing_emoji_are_taken_from_the_text_then_the_name_then_a_smile() {
    let mut pack = pack(3);
    for sticker in &mut pack.stickers {
        sticker.emoji.clear();
        sticker.name = "fox-12".to_owned();
    }
    pack.stickers[0].text = "a penguin with a scarf".to_owned();
    pack.stickers[2].name = "IMG_2041".to_owned();
    let fixed = fix(pack, Platform::Telegram);
    let emoji: Vec<_> = fixed.packs[0]
        .stickers
        .iter()
        .map(|sticker| sticker.emoji.concat())
        .collect();
    assert_eq!(emoji, ["🐧", "🦊", "🙂"]);
    assert_eq!(messages(&fixed)[1], "'fox-12' got the emoji 🦊.");
}

#[test]
fn long_texts_are_cut_and_missing_ones_written() {
    let mut pack = pack(3);
    pack.title = "long ".repeat(40);
    pack.author = " ".to_owned();
    pack.stickers[2].text = "🐱".repeat(100);
    let fixed = fix(pack, Platform::Whatsapp);
    let [pack] = &fixed.packs[..] else { panic!("split") };
    assert_eq!(pack.title, "long ".repeat(26).trim_end()[..128].trim_end());
    assert_eq!(pack.author, "Anonymous");
    assert_eq!(pack.stickers[2].text, "🐱".repeat(62));
    assert_eq!(fixed.fixes.len(), 3);
}

#[test]
fn empty_pictures_are_left_out_and_the_cover_stays_the_same_sticker() {
    let mut whole = pack(5);
    whole.stickers[0].measured.visible = None;
    whole.stickers[3].measured.visible = None;
    whole.cover = Some(2);
    let fixed = fix(whole.clone(), Platform::Whatsapp);
    let names: Vec<_> = fixed.packs[0]
        .stickers
        .iter()
        .map(|sticker| sticker.name.as_str())
        .collect();
    assert_eq!(
        (names, fixed.packs[0].cover),
        (vec!["cat_1", "cat_2", "cat_4"], Some(1))
    );
    let places: Vec<_> = fixed.fixes.iter().map(|fix| fix.sticker).collect();
    assert_eq!(places, [Some(0), Some(3)]);
    whole.cover = Some(3);
    assert_eq!(fix(whole, Platform::Whatsapp).packs[0].cover, None);
}

#[test]
fn no_sticker_is_dropped_for_lines_numbers() {
    let fixed = fix(pack(45), Platform::Line);
    assert_eq!(
        (fixed.packs.len(), fixed.packs[0].stickers.len(), fixed.fixes.len()),
        (1, 45, 0)
    );
    assert_eq!(fix(pack(48), Platform::Line).packs.len(), 2);
}

#[test]
fn names_that_are_too_short_or_too_long_for_discord_are_mended() {
    let mut pack = pack(3);
    pack.stickers[0].name = "猫".to_owned();
    pack.stickers[1].name = String::new();
    pack.stickers[2].name = "cat ".repeat(20);
    let fixed = fix(pack, Platform::Discord);
    let names: Vec<_> = fixed.packs[0]
        .stickers
        .iter()
        .map(|sticker| sticker.name.as_str())
        .collect();
    assert_eq!(names, ["sticker 猫", "sticker 2", "cat cat cat cat cat cat cat ca"]);
}

#[test]
fn a_text_that_is_too_short_gets_the_name_in_front_or_is_left_out() {
    let mut pack = pack(3);
    for (sticker, text) in pack.stickers.iter_mut().zip(["x", "y", "ox"]) {
        text.clone_into(&mut sticker.text);
    }
    pack.stickers[1].name = "\u{1}".to_owned();
    let fixed = fix(pack, Platform::Discord);
    let stickers = fixed.packs[0].stickers.iter();
    let texts: Vec<_> = stickers.map(|sticker| sticker.text.as_str()).collect();
    assert_eq!(texts, ["cat_0 x", "", "ox"]);
    assert_eq!(
        messages(&fixed),
        [
            "'cat_0': the text was too short and is 'cat_0 x' now.",
            "Sticker 2: the text was too short and was left out.",
            "Sticker 2 is called 'sticker 2' now."
        ]
    );
}

#[test]
fn a_file_of_letters_in_place_of_emoji_is_said_in_one_short_message() {
    let mut pack = pack(3);
    pack.stickers[0].emoji = (0..200_000).map(|_| "a".to_owned()).collect();
    pack.stickers[1].emoji = vec!["\u{1b}[2J".repeat(9000), "🐱".to_owned()];
    pack.stickers[2].emoji = vec!["🐱".to_owned(); 90_000];
    let fixed = fix(pack, Platform::Whatsapp);
    assert_eq!(
        messages(&fixed)[..2],
        [
            "'cat_0' had what is no emoji and was left out: 'a', 'a', 'a' and 199997 more.",
            "'cat_0' got the emoji 🐱."
        ]
    );
    assert_eq!(fixed.fixes.len(), 4);
    for message in messages(&fixed) {
        assert!(message.len() < 200 && !message.contains(char::is_control), "{message}");
    }
}

#[test]
fn titles_and_authors_of_which_nothing_is_written_are_mended() {
    let mut pack = pack(3);
    pack.title = "\u{1}".to_owned();
    pack.author = "\u{feff}".to_owned();
    let fixed = fix(pack, Platform::Whatsapp);
    assert_eq!(
        (fixed.packs[0].title.as_str(), fixed.packs[0].author.as_str()),
        (TITLE, AUTHOR)
    );
}

#[test]
fn a_split_packs_title_has_at_most_128_letters_on_every_platform() {
    let mut whole = pack(30);
    whole.title = "T".repeat(127);
    // Viber's titles are not limited.
    let fixed = fix(whole, Platform::Viber);
    assert_eq!(fixed.packs[1].title, format!("{} 2", "T".repeat(126)));
}

/// Texts of all sorts: empty, long, wide, of several code points a character.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just(" ".repeat(200)),
        Just("x".to_owned()),
        Just("\u{1}\u{feff}\n".to_owned()),
        Just("\u{feff}Cats\tand\u{1b}[2J".to_owned()),
        Just("e".to_owned() + &"\u{301}".repeat(300)),
        Just("👨‍👩‍👧‍👦".repeat(20)),
        "\\PC{0,150}",
        "[a-z ]{0,40}",
    ]
}

fn any_sticker() -> impl Strategy<Value = Sticker> {
    let emoji = prop_oneof![Just("🐱".to_owned()), Just("👍🏽".to_owned()), "\\PC{0,3}"];
    let picture = (1_u32..1200, 1_u32..1200, proptest::bool::weighted(0.9), any::<bool>());
    (text(), text(), prop::collection::vec(emoji, 0..25), picture).prop_map(|(name, text, emoji, picture)| {
        let (width, height, seen, transparent) = picture;
        let visible = seen.then_some(Bounds {
            x: width / 4,
            y: height / 5,
            width: width.div_ceil(2),
            height: height.div_ceil(2),
        });
        let measured = Measured {
            width,
            height,
            visible,
            transparent,
        };
        Sticker {
            key: name.clone(),
            name,
            emoji,
            text,
            measured,
        }
    })
}

fn any_pack() -> impl Strategy<Value = Pack> {
    let stickers = (prop::collection::vec(any_sticker(), 0..20), 0_usize..20).prop_map(|(few, times)| {
        let count = few.len() * times;
        few.into_iter().cycle().take(count).collect::<Vec<_>>()
    });
    (text(), text(), proptest::option::of(0_usize..300), stickers).prop_map(|(title, author, cover, stickers)| Pack {
        title,
        author,
        cover,
        stickers,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn after_a_fix_nothing_blocks_that_has_a_fix_and_a_second_one_changes_nothing(pack in any_pack()) {
        for platform in Platform::ALL {
            let fixed = fix(pack.clone(), platform);
            for part in &fixed.packs {
                for finding in check(part, platform) {
                    prop_assert!(finding.severity != Severity::Blocks || finding.fix.is_none(), "{platform} {finding:?}");
                }
                let again = fix(part.clone(), platform);
                prop_assert_eq!(&again.packs, std::slice::from_ref(part));
                prop_assert_eq!(&again.fixes, &[]);
            }
        }
    }

    #[test]
    fn a_fix_keeps_every_picture_with_something_in_it_in_order(pack in any_pack()) {
        for platform in Platform::ALL {
            let fixed = fix(pack.clone(), platform);
            let before = pack.stickers.iter().filter(|sticker| sticker.measured.visible.is_some());
            let after = fixed.packs.iter().flat_map(|pack| &pack.stickers);
            prop_assert!(before.map(|sticker| &sticker.key).eq(after.map(|sticker| &sticker.key)));
            let sizes: Vec<_> = fixed.packs.iter().map(|pack| pack.stickers.len()).collect();
            let unit = platform.limits().steps.first().copied().unwrap_or(1) as usize;
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= unit);
        }
    }

    #[test]
    fn what_a_check_says_is_fixed_is_fixed_and_said(pack in any_pack()) {
        for platform in Platform::ALL {
            let mendable = check(&pack, platform).into_iter()
                .filter(|finding| finding.severity == Severity::Blocks && finding.fix.is_some()).count();
            let fixed = fix(pack.clone(), platform);
            let said = fixed.fixes.iter().all(|fix| !fix.message.contains(char::is_control) && fix.message.len() < 900);
            prop_assert!(said, "{:?}", fixed.fixes);
            prop_assert_eq!(mendable == 0, fixed.fixes.is_empty(), "{}", platform);
            prop_assert_eq!(fixed.fixes.is_empty(), fixed.packs == [pack.clone()]);
        }
    }

    #[test]
    fn findings_are_sorted_and_speak_in_sentences(pack in any_pack()) {
        for platform in Platform::ALL {
            let findings = check(&pack, platform);
            prop_assert!(findings.is_sorted_by_key(|finding| (finding.severity, finding.sticker)));
            for finding in findings {
                prop_assert!(finding.message.ends_with('.') && finding.fix.as_ref().is_none_or(|fix| fix.ends_with('.')));
                prop_assert!(!finding.message.contains(char::is_control), "{finding:?}");
                prop_assert!(finding.severity != Severity::Changes || finding.fix.is_some());
                prop_assert!(finding.sticker.is_none_or(|place| (place as usize) < pack.stickers.len()));
            }
        }
    }
}
