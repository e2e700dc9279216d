//! How an effect is declared: its values, their ranges and defaults, in one place.

use serde::Serialize;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    /// Pixels of the picture at this point of the list.
    Pixels,
    /// Square pixels.
    SquarePixels,
    /// 0 to 1, shown as percent.
    Part,
    /// Degrees.
    Degrees,
}

/// What a number of an effect may be.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Range {
    /// Its name in the effect's JSON.
    pub field: String,
    /// The least.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub min: f32,
    /// The most.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub max: f32,
    /// How far a slider moves at once.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub step: f32,
    /// What it counts.
    pub unit: Unit,
}

/// `some_field` as JSON writes it.
pub(crate) fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
        name
    })
}

/// Declares an effect: numbers with default, least, most, step and unit; then other values with their defaults.
macro_rules! effect {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$number_doc:meta])* $number:ident = $number_default:literal in $min:literal..=$max:literal by $step:literal $unit:ident,)*
            $(; $($(#[$value_doc:meta])* $value:ident: $kind:ty = $value_default:expr,)*)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "bindings", derive(specta::Type))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $($(#[$number_doc])* #[cfg_attr(feature = "bindings", specta(type = u32))] pub $number: f32,)*
            $($($(#[$value_doc])* pub $value: $kind,)*)?
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($number: $number_default,)* $($($value: $value_default,)*)? }
            }
        }

        impl $name {
            /// What its numbers may be.
            pub(crate) fn ranges() -> Vec<crate::Range> {
                vec![$(crate::Range {
                    field: crate::declare::camel_case(stringify!($number)),
                    min: $min,
                    max: $max,
                    step: $step,
                    unit: crate::Unit::$unit,
                },)*]
            }

            /// Its numbers, in the order of [`Self::ranges`].
            pub(crate) fn numbers(&self) -> Vec<f32> {
                vec![$(self.$number,)*]
            }

            /// As [`Self::numbers`], to change them.
            pub(crate) fn numbers_mut(&mut self) -> Vec<&mut f32> {
                vec![$(&mut self.$number,)*]
            }
        }
    };
}
pub(crate) use effect;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_in_json() {
        assert_eq!(
            (camel_case("blur"), camel_case("offset_x")),
            ("blur".into(), "offsetX".into())
        );
    }
}
