//! Many stickers, many threads.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::thread;
use std::time::{Duration, Instant};

use library::{Library, Query, StickerId};
use rusqlite::Connection;

mod common;

use common::{add, open};

/// Far more than the 50 ms that the benchmark holds on a free machine: a test must not fail on a busy one.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn ten_thousand_stickers_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let library = open(folder.path());
    Connection::open(folder.path().join("library.sqlite"))
        .unwrap()
        .execute_batch(
            "BEGIN;
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000)
             INSERT INTO sticker (number, id, created_at, width, height, origin, pixels_sha256, prompt)
             SELECT n, format('%026d', n), n, 512, 512, 'made', n, 'cat number ' || n FROM numbers;
             INSERT INTO words (rowid, prompt, tags) SELECT number, prompt, '' FROM sticker;
             COMMIT;",
        )
        .unwrap();
    let start = Instant::now();
    let all = Query::default();
    let ids = library.ids(&all).unwrap();
    assert_eq!(ids.len(), 10_000);
    assert_eq!(library.facets().unwrap().total, 10_000);
    let page = library.page(&all, 9_950, 100).unwrap();
    let listed: Vec<&StickerId> = page.stickers.iter().map(|sticker| &sticker.id).collect();
    assert_eq!((page.total, listed), (10_000, ids[9_950..].iter().collect()));
    for (text, count) in [("cat", 10_000), ("number 77", 111), ("cat 9999", 1), ("dog", 0)] {
        let text = text.to_owned();
        let query = Query {
            text,
            ..Query::default()
        };
        assert_eq!(library.page(&query, 0, 100).unwrap().total, count);
    }
    library.set_favourite(&ids, true).unwrap();
    library.change_tags(&ids, &["all of them".to_owned()], &[]).unwrap();
    assert_eq!(library.facets().unwrap().tags[0].count, 10_000);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn every_thread_may_use_it() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    let folder = tempfile::tempdir().unwrap();
    let library = open(folder.path());
    is_shared(&library);
    thread::scope(|scope| {
        for thread in 0..4 {
            let library: &Library = &library;
            scope.spawn(move || {
                for number in 0..10 {
                    let id = add(library, &format!("cat {thread} {number}")).id;
                    assert!(
                        library.sticker(&id).unwrap().is_some(),
                        "a thread sees what it has added"
                    );
                    let page = library.page(&Query::default(), 0, 100).unwrap();
                    assert_eq!(page.total as usize, page.stickers.len(), "one state of the library");
                }
            });
        }
    });
    assert_eq!(library.ids(&Query::default()).unwrap().len(), 40);
}
