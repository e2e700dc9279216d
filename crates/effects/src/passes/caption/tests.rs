use super::*;
use crate::Color;

fn caption(text: &str) -> Caption {
    Caption {
        text: text.into(),
        ..Caption::default()
    }
}

fn lettering(size: f32) -> Lettering<'static> {
    Lettering {
        fonts: &FONTS,
        family: "",
        size,
    }
}

/// The area that differs from the picture without the words.
fn bounds(effect: &Caption, side: u32) -> (f32, f32, f32, f32) {
    let layer = Layer::drawn(effect, side, side).unwrap().unwrap();
    let visible = (0..layer.picture.height)
        .flat_map(|y| (0..layer.picture.width).map(move |x| (x, y)))
        .filter(|&(x, y)| layer.picture.at(x, y)[3] > 0.5);
    visible.fold((f32::MAX, f32::MAX, f32::MIN, f32::MIN), |(l, t, r, b), (x, y)| {
        let (x, y) = (x as f32 + layer.left as f32, y as f32 + layer.top as f32);
        (l.min(x), t.min(y), r.max(x + 1.0), b.max(y + 1.0))
    })
}

#[test]
fn without_words_nothing_changes() {
    let picture = Linear::empty(8, 8);
    for text in ["", "  ", "\n\n"] {
        let bubble = Caption {
            bubble: Bubble::Shout,
            ..caption(text)
        };
        assert_eq!(cpu(&bubble, picture.clone()), Ok(picture.clone()));
    }
}

#[test]
fn words_stand_with_their_middle_where_they_should() {
    let (left, top, right, bottom) = bounds(
        &Caption {
            x: 0.25,
            y: 0.5,
            ..caption("HOH")
        },
        512,
    );
    assert!((f32::midpoint(left, right) - 128.0).abs() < 3.0, "{left} {right}");
    assert!((f32::midpoint(top, bottom) - 256.0).abs() < 4.0, "{top} {bottom}");
}

#[test]
fn the_outline_is_as_wide_as_it_says() {
    let with = bounds(
        &Caption {
            outline: 10.0,
            ..caption("HOH")
        },
        512,
    );
    let without = bounds(
        &Caption {
            outline: 0.0,
            ..caption("HOH")
        },
        512,
    );
    for (wide, narrow) in [
        (without.0, with.0),
        (without.1, with.1),
        (with.2, without.2),
        (with.3, without.3),
    ] {
        assert!((wide - narrow - 10.0).abs() <= 1.0, "{with:?} around {without:?}");
    }
}

#[test]
fn the_canvas_grows_where_words_need_room_and_the_picture_stays() {
    let mut picture = Linear::empty(40, 40);
    picture.pixels.fill([0.5, 0.2, 0.1, 1.0]);
    let effect = Caption {
        size: 20.0,
        x: 0.5,
        y: 1.0,
        wrap: 1.5,
        ..caption("MMM")
    };
    let layer = Layer::drawn(&effect, 40, 40).unwrap().unwrap();
    let growth = layer.growth(40, 40);
    let grown = cpu(&effect, picture).unwrap();
    assert_eq!(growth.top, 0);
    assert!(
        growth.left > 5 && growth.right.abs_diff(growth.left) <= 3 && growth.bottom > 5,
        "{growth:?}"
    );
    assert_eq!(grown.at(growth.left, 0), [0.5, 0.2, 0.1, 1.0]);
    assert!(
        grown
            .pixels
            .iter()
            .all(|pixel| pixel[..3].iter().all(|color| *color <= pixel[3] + 1e-6))
    );
}

#[test]
fn lines_break_between_words_and_are_about_equally_long() {
    let text = "the quick brown fox jumps over the lazy dog";
    let lettering = lettering(40.0);
    let lines = lettering.wrapped(text, 300.0);
    assert!(
        lines.len() > 2 && lines.iter().all(|line| line.width <= 300.0),
        "{lines:?}"
    );
    assert_eq!(
        lines
            .iter()
            .map(|line| line.text.as_str())
            .collect::<Vec<_>>()
            .join(" "),
        text
    );
    let shortest = lines.iter().map(|line| line.width).fold(f32::MAX, f32::min);
    assert!(shortest > 100.0, "{lines:?}");
    assert_eq!(lettering.wrapped("a\nb", 300.0).len(), 2);
}

#[test]
fn a_word_that_is_too_long_is_broken_and_loses_no_letter() {
    let long = "Donaudampfschifffahrtsgesellschaftskapitän";
    let lines = lettering(40.0).wrapped(long, 200.0);
    assert!(
        lines.len() > 3 && lines.iter().all(|line| line.width <= 230.0),
        "{lines:?}"
    );
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<String>(), long);
}

#[test]
fn chinese_breaks_between_letters_but_not_before_a_full_stop() {
    let text = "今天天气很好。我们去公园吧！";
    let lettering = lettering(40.0);
    let lines = lettering.wrapped(text, 150.0);
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<String>(), text);
    assert!(
        lines.iter().all(|line| !line.text.starts_with(['。', '！'])),
        "{lines:?}"
    );
    if lettering.missing(text).is_empty() {
        assert!(lines.len() > 2, "{lines:?}");
    }
}

#[test]
fn markup_in_words_is_drawn_and_not_obeyed() {
    for text in ["<b>&amp;</b>", "\"'><text>", "a\u{0}\u{7}b", "]]>", "&#x41;"] {
        assert!(Layer::drawn(&caption(text), 256, 256).unwrap().is_some(), "{text:?}");
    }
    let (a, escaped) = (bounds(&caption("A"), 256), bounds(&caption("&#65;"), 256));
    assert!(escaped.2 - escaped.0 > 2.0 * (a.2 - a.0));
}

#[test]
fn letters_that_no_font_has_are_named_once() {
    assert_eq!(missing(&caption("A b\n")), Vec::<char>::new());
    assert_eq!(
        missing(&caption("\u{e123}x\u{e123}\u{200d}\u{e124}")),
        vec!['\u{e123}', '\u{e124}']
    );
}

#[test]
fn an_unknown_family_gives_another_and_families_are_listed_once() {
    let unknown = bounds(
        &Caption {
            family: "No Such Family <&'\">".into(),
            ..caption("Hi")
        },
        256,
    );
    assert_eq!(unknown, bounds(&caption("Hi"), 256));
    let families = fonts();
    assert!(
        !families.is_empty() && families.windows(2).all(|pair| pair[0] < pair[1]),
        "{families:?}"
    );
}

#[test]
fn bubbles_surround_their_words_and_point_to_the_middle() {
    for bubble in [Bubble::Speech, Bubble::Thought, Bubble::Shout] {
        let effect = Caption {
            y: 0.1,
            size: 48.0,
            bubble,
            color: Color([200, 0, 0]),
            ..caption("Hello you")
        };
        let words = bounds(
            &Caption {
                bubble: Bubble::None,
                outline: 0.0,
                ..effect.clone()
            },
            512,
        );
        let around = bounds(&effect, 512);
        assert!(
            around.0 < words.0 && around.1 < words.1 && around.2 > words.2 && around.3 > words.3,
            "{bubble:?}"
        );
        let (above, below) = (words.1 - around.1, around.3 - words.3);
        assert!(
            below > above + 8.0 && around.3 < 256.0,
            "{bubble:?}: {above} above, {below} below"
        );
    }
}

#[test]
fn what_would_be_too_large_is_refused() {
    let effect = Caption {
        size: 256.0,
        wrap: 0.1,
        ..caption(&"wide ".repeat(90))
    };
    assert!(matches!(
        cpu(&effect, Linear::empty(64, 64)),
        Err(Error::TooLarge { .. })
    ));
}

#[cfg(feature = "gpu")]
#[test]
fn words_beyond_the_picture_are_the_same_on_the_gpu() {
    let effect = Caption {
        size: 24.0,
        x: 1.1,
        y: -0.1,
        bubble: Bubble::Thought,
        ..caption("Hello, 世界!")
    };
    crate::tests::twin::assert_same_on_all(&crate::Effect::Caption(effect));
}

#[test]
fn emoji_get_an_outline_of_the_same_width() {
    let rim = Paint {
        color: Color::WHITE,
        outline: 10.0,
    }
    .rim();
    let drawing = format!(r#"{rim}<g filter="url(#rim)"><circle cx="60" cy="60" r="30"/></g>"#);
    let tree = lettering(40.0).tree(&drawing, std::iter::empty()).unwrap();
    let layer = Layer::rendered(&tree).unwrap().unwrap().picture;
    let across = (0..layer.width)
        .filter(|&x| layer.at(x, layer.height / 2)[3] > 0.5)
        .count() as f32;
    assert!((across - 80.0).abs() <= 3.0, "{across}");
}
