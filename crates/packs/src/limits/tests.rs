use super::*;

/// sticker-convert 2.21.0.2, resources/compression.json: platform, bytes of a still, least and greatest width, the same of the height.
const STICKER_CONVERT: [(Platform, u32, [u32; 4]); 10] = [
    (Platform::Telegram, 512_000, [512, 512, 512, 512]),
    (Platform::Whatsapp, 100_000, [512, 512, 512, 512]),
    (Platform::Signal, 300_000, [64, 512, 64, 512]),
    (Platform::Discord, 512_000, [320, 320, 320, 320]),
    (Platform::DiscordEmoji, 256_000, [32, 128, 32, 128]),
    (Platform::Imessage, 500_000, [408, 408, 408, 408]),
    (Platform::Line, 1_000_000, [100, 370, 100, 320]),
    (Platform::Viber, 0, [490, 490, 490, 490]),
    (Platform::Mastodon, 50_000, [32, 128, 32, 128]),
    (Platform::Misskey, 50_000, [32, 128, 32, 128]),
];

#[test]
fn sizes_and_budgets_are_those_of_sticker_convert() {
    for (platform, bytes, [least_width, most_width, least_height, most_height]) in STICKER_CONVERT {
        let still = platform.limits().still;
        assert_eq!(still.budget.unwrap_or(0), bytes, "{platform}");
        assert_eq!(still.canvas.bounds(), Some((most_width, most_height)), "{platform}");
        assert!(still.canvas.takes(most_width, most_height), "{platform}");
        if least_width == most_width && !matches!(still.canvas, Canvas::LongSide(_)) {
            assert!(!still.canvas.takes(most_width - 2, most_height), "{platform}");
        }
        let least = still.least_side.unwrap_or(most_width.max(most_height));
        assert!(
            least >= least_width.max(least_height),
            "{platform}: scaled below what sticker-convert takes"
        );
    }
}

#[test]
fn canvases_take_their_sizes_and_no_others() {
    let line = Platform::Line.limits().still.canvas;
    assert!(line.takes(370, 320) && line.takes(2, 2));
    assert!(!line.takes(369, 320) && !line.takes(372, 320) && !line.takes(370, 322));
    let telegram = Platform::Telegram.limits().still.canvas;
    assert!(telegram.takes(512, 3) && telegram.takes(1, 512));
    assert!(!telegram.takes(511, 511) && !telegram.takes(513, 512));
    assert!(Platform::Folder.limits().still.canvas.takes(1, 9000));
}

#[test]
fn the_rules_do_not_contradict_themselves() {
    for platform in Platform::ALL {
        let limits = platform.limits();
        let most = limits.count.most.unwrap_or(u32::MAX);
        assert!(limits.count.least <= most, "{platform}");
        assert!(
            limits.steps.is_sorted()
                && limits
                    .steps
                    .iter()
                    .all(|step| (limits.count.least..=most).contains(step))
        );
        assert!(
            limits.emoji.most.is_none_or(|most| limits.emoji.least <= most),
            "{platform}"
        );
        assert!(limits.unpaid.is_none_or(|unpaid| unpaid < most), "{platform}");
        assert_eq!(
            limits.container == ContainerKind::Folder,
            limits.suffix.is_empty(),
            "{platform}"
        );
        assert!(!limits.still.formats.is_empty() && limits.covers.iter().all(|cover| !cover.still.formats.is_empty()));
        // A pack over the limit, split evenly, is never under the least number.
        assert!(most == u32::MAX || most.div_ceil(2) >= limits.count.least, "{platform}");
    }
}

#[test]
fn a_wastickers_file_holds_png_under_whatsapps_budget() {
    assert_eq!(WASTICKERS.formats, [Format::Png]);
    assert_eq!(WASTICKERS.budget, Some(100_000));
    assert_eq!(WASTICKERS.canvas, Platform::Whatsapp.limits().still.canvas);
}

#[test]
fn the_summary_is_written_in_the_pages_way() {
    let info = serde_json::to_value(Platform::Whatsapp.info()).unwrap();
    let expected = serde_json::json!({
        "platform": "whatsapp", "label": "WhatsApp", "least": 3, "most": 30, "emojiNeeded": true,
        "container": "file", "suffix": ".wastickers", "shown": 160,
    });
    assert_eq!(info, expected);
    assert_eq!(
        serde_json::to_value(Platform::Slack.info()).unwrap()["most"],
        serde_json::Value::Null
    );
}
