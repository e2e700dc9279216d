//! What an older program wrote, read by this one: what it did not know yet has its default.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The default, with every field that `stored` has in its place.
///
/// # Errors
/// When a field of `stored` is unknown or of the wrong kind.
pub(super) fn over_default<T: Default + Serialize + DeserializeOwned>(
    stored: Map<String, Value>,
) -> serde_json::Result<T> {
    let mut value = serde_json::to_value(T::default())?;
    if let Value::Object(fields) = &mut value {
        fields.extend(stored);
    }
    serde_json::from_value(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::studio::Draft;

    #[test]
    fn a_field_that_is_missing_has_its_default() {
        let stored = serde_json::json!({"prompt": "a cat", "count": 9});
        let draft: Draft = over_default(stored.as_object().unwrap().clone()).unwrap();
        let expected = Draft {
            prompt: "a cat".into(),
            count: 9,
            ..Draft::default()
        };
        assert_eq!(draft, expected);
        for wrong in [serde_json::json!({"prompt": 5}), serde_json::json!({"promt": "a cat"})] {
            assert!(over_default::<Draft>(wrong.as_object().unwrap().clone()).is_err());
        }
    }
}
