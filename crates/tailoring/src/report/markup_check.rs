//! Whether markup nests, for tests.

/// Panics where a tag is not closed, not opened, or not ended, or where text has a bare `&`.
pub(super) fn well_formed(markup: &str) {
    let mut open = Vec::new();
    let mut rest = markup;
    while let Some((text, tail)) = rest.split_once('<') {
        assert!(!text.contains('>'), "a stray > in {text:?}");
        for entity in text.split('&').skip(1) {
            assert!(
                entity.split_once(';').is_some_and(|(name, _)| name.len() < 6),
                "a bare & before {entity:?}"
            );
        }
        let (tag, tail) = tail.split_once('>').unwrap();
        rest = tail;
        assert_eq!(tag.matches('"').count() % 2, 0, "an open quote in {tag:?}");
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "closed by {tag:?}");
        } else if !tag.ends_with('/') && !tag.starts_with('!') && !["meta", "img", "br"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} stay open");
}
