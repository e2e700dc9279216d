//! A query as SQL.

use rusqlite::types::Value;

use crate::names::folded;
use crate::{Order, Query, search};

/// The `WHERE` and `ORDER BY` of a selection from `sticker`.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) condition: String,
    pub(crate) order: &'static str,
    /// One for each `?`, in order.
    pub(crate) values: Vec<Value>,
}

impl Filter {
    pub(crate) fn of(query: &Query) -> Self {
        let mut filter = Self {
            condition: if query.trash {
                "WHERE trashed_at IS NOT NULL"
            } else {
                "WHERE trashed_at IS NULL"
            }
            .to_owned(),
            order: match query.order {
                Order::Newest => "ORDER BY number DESC",
                Order::Oldest => "ORDER BY number",
                Order::Best => {
                    "ORDER BY quality DESC NULLS LAST,
                     CASE alignment WHEN 'strong' THEN 0 WHEN 'weak' THEN 1 WHEN 'fail' THEN 3 ELSE 2 END,
                     favourite DESC, number DESC"
                }
            },
            values: Vec::new(),
        };
        filter.rating(query);
        let text = search::expression(&query.text);
        filter.and("number IN (SELECT rowid FROM words WHERE words MATCH ?)", text);
        filter.and(
            "number IN (SELECT sticker FROM set_sticker WHERE style_set = (SELECT number FROM style_set WHERE id = ?))",
            query.set.clone().map(String::from),
        );
        filter.and(
            "number IN (SELECT sticker FROM sticker_adapter WHERE sha256 = ?)",
            query.adapter.clone(),
        );
        filter.and(
            "number IN (SELECT sticker FROM sticker_tag WHERE tag = (SELECT number FROM tag WHERE folded = ?))",
            query.tag.as_deref().map(|tag| folded(tag.trim())),
        );
        filter.and("device = ?", query.device.clone());
        filter.and("bucket = ?", query.bucket.map(|bucket| bucket.as_str().to_owned()));
        filter.and("origin = ?", query.origin.map(|origin| origin.as_str().to_owned()));
        filter.and("job = ?", query.job.clone().map(String::from));
        filter.and("created_at >= ?", query.from);
        filter.and("created_at < ?", query.to);
        filter
    }

    fn rating(&mut self, query: &Query) {
        self.and("favourite = ?", query.favourite);
        self.and("quality >= ?", query.min_quality.map(i64::from));
        match query.unrated {
            Some(true) => self.condition.push_str(" AND alignment IS NULL AND quality IS NULL"),
            Some(false) => self
                .condition
                .push_str(" AND (alignment IS NOT NULL OR quality IS NOT NULL)"),
            None => {}
        }
        if !query.alignment.is_empty() {
            self.condition.push_str(" AND alignment IN (");
            self.condition.push_str(&vec!["?"; query.alignment.len()].join(", "));
            self.condition.push(')');
            let values = query.alignment.iter().map(|one| Value::from(one.as_str().to_owned()));
            self.values.extend(values);
        }
    }

    fn and(&mut self, clause: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.condition.push_str(" AND ");
            self.condition.push_str(clause);
            self.values.push(value.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{Fixture, strings};
    use crate::{Alignment, Bucket, NewJob, Order, Origin, Query, Rating, UsedAdapter};

    #[test]
    fn every_part_narrows() {
        let fixture = Fixture::new();
        let job = NewJob {
            title: "",
            request: "{}",
            pictures: 1,
            prompts: &[],
        };
        let job = fixture.library.add_job(&job).unwrap().id;
        let adapters = [UsedAdapter {
            name: "felt",
            sha256: "ab",
            weight: 1.0,
        }];
        let other = fixture.add("other");
        let one = fixture.add_with("one", |new| {
            new.origin = Origin::Imported;
            new.device = Some("cpu");
            new.bucket = Some(Bucket::Action);
            new.adapters = &adapters;
            new.job = Some((&job, 0));
        });
        let id = [one.id.clone()];
        let library = &fixture.library;
        library.set_favourite(&id, true).unwrap();
        library
            .rate(
                &id,
                Rating {
                    alignment: Some(Alignment::Weak),
                    quality: Some(3),
                },
            )
            .unwrap();
        library.change_tags(&id, &strings(&["Two Words"]), &[]).unwrap();
        let set = library.create_set("set").unwrap().id;
        library.add_to_set(&set, &id).unwrap();

        let text = |text: &str| Some(text.to_owned());
        let narrow: [fn(&mut Query); 8] = [
            |query| query.favourite = Some(true),
            |query| query.alignment = vec![Alignment::Strong, Alignment::Weak],
            |query| query.min_quality = Some(3),
            |query| query.unrated = Some(false),
            |query| query.bucket = Some(Bucket::Action),
            |query| query.origin = Some(Origin::Imported),
            |query| query.text = "wor".to_owned(),
            |query| query.tag = Some("two WORDS".to_owned()),
        ];
        let mut queries = vec![
            Query {
                set: Some(set),
                ..Query::default()
            },
            Query {
                adapter: text("ab"),
                ..Query::default()
            },
            Query {
                device: text("cpu"),
                ..Query::default()
            },
            Query {
                job: Some(job.clone()),
                ..Query::default()
            },
            Query {
                from: Some(one.created_at),
                ..Query::default()
            },
            Query {
                from: Some(one.created_at),
                to: Some(one.created_at + 1),
                ..Query::default()
            },
        ];
        let mut all = Query::default();
        for change in narrow {
            change(&mut all);
            let mut query = Query::default();
            change(&mut query);
            queries.push(query);
        }
        queries.push(all);
        for query in queries {
            assert_eq!(fixture.prompts(&query), ["one"], "{query:?}");
        }
        let not_later = Query {
            to: Some(one.created_at),
            ..Query::default()
        };
        assert_eq!(library.ids(&not_later).unwrap(), [other.clone()]);
        let unrated = Query {
            unrated: Some(true),
            ..Query::default()
        };
        assert_eq!(library.ids(&unrated).unwrap(), [other]);
        let better = Query {
            min_quality: Some(4),
            ..Query::default()
        };
        assert_eq!(fixture.prompts(&better), [""; 0]);
    }

    #[test]
    fn the_best_come_first() {
        let fixture = Fixture::new();
        let rated = |prompt: &str, alignment, quality| {
            let id = fixture.add(prompt);
            fixture
                .library
                .rate(&[id.clone()], Rating { alignment, quality })
                .unwrap();
            id
        };
        rated("fail", Some(Alignment::Fail), None);
        rated("nothing, older", None, None);
        rated("nothing, newer", None, None);
        let liked = rated("liked", None, None);
        fixture.library.set_favourite(&[liked], true).unwrap();
        rated("weak", Some(Alignment::Weak), None);
        rated("one star", Some(Alignment::Strong), Some(1));
        rated("five stars", None, Some(5));
        rated("strong", Some(Alignment::Strong), None);
        let best = Query {
            order: Order::Best,
            ..Query::default()
        };
        let order = [
            "five stars",
            "one star",
            "strong",
            "weak",
            "liked",
            "nothing, newer",
            "nothing, older",
            "fail",
        ];
        assert_eq!(fixture.prompts(&best), order);
    }
}
