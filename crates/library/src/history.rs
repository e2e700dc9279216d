//! What was asked for before.

use std::collections::HashSet;

use crate::names::folded;
use crate::{Error, Library};

const PROMPTS: &str = "
    SELECT prompt, created_at AS time FROM sticker WHERE origin = 'made'
    UNION ALL
    SELECT prompt, created_at FROM job_prompt JOIN job ON id = job
    ORDER BY time DESC";

impl Library {
    /// The distinct prompts of made stickers and of jobs that hold `text`, whatever its case, newest first.
    pub fn prompt_history(&self, text: &str, limit: u32) -> Result<Vec<String>, Error> {
        let text = folded(text.trim());
        self.database.read(|transaction| {
            let mut seen = HashSet::new();
            let mut prompts = Vec::new();
            let mut statement = transaction.prepare_cached(PROMPTS)?;
            let mut rows = statement.query([])?;
            while prompts.len() < limit as usize
                && let Some(row) = rows.next()?
            {
                let prompt: String = row.get(0)?;
                if !seen.contains(&prompt) {
                    seen.insert(prompt.clone());
                    if !prompt.trim().is_empty() && folded(&prompt).contains(&text) {
                        prompts.push(prompt);
                    }
                }
            }
            Ok(prompts)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{Fixture, strings};
    use crate::{NewJob, Origin};

    #[test]
    fn prompts_are_distinct_and_newest_first() {
        let fixture = Fixture::new();
        for prompt in ["a cat", "a dog", "a cat", "", "café ÄFFCHEN"] {
            fixture.add(prompt);
        }
        fixture.add_with("an import", |new| new.origin = Origin::Imported);
        let job = NewJob {
            title: "",
            request: "{}",
            pictures: 2,
            prompts: &strings(&["{red|blue} cat"]),
        };
        fixture.library.add_job(&job).unwrap();
        let history = |text: &str, limit| fixture.library.prompt_history(text, limit).unwrap();
        assert_eq!(history("", 10), ["{red|blue} cat", "café ÄFFCHEN", "a cat", "a dog"]);
        assert_eq!(history(" CAT ", 10), ["{red|blue} cat", "a cat"]);
        assert_eq!(history("äff", 10), ["café ÄFFCHEN"]);
        assert_eq!(history("", 1), ["{red|blue} cat"]);
        assert_eq!(history("%", 10), [""; 0]);
    }
}
