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
