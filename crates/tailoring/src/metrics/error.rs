//! What keeps a figure from being computed.

/// Why there is no figure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too few of something for the statistic to exist.
    #[error("{needed} {what} are needed and there are {found}; add more")]
    TooFew {
        /// What is counted, in the plural: "pictures", "prompts".
        what: &'static str,
        /// The fewest that will do.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// Two vectors of different encoders, or a list that was cut short.
    #[error("these features are {found} numbers wide and the others {expected}; measure both with the same encoder")]
    Width {
        /// The width of the first.
        expected: usize,
        /// The width of the other.
        found: usize,
    },
    /// Two lists that belong together have different lengths.
    #[error("there are {first} {what} on one side and {second} on the other; compare the same prompts and seeds")]
    Pairing {
        /// What is counted, in the plural.
        what: &'static str,
        /// How many the first list has.
        first: usize,
        /// How many the second list has.
        second: usize,
    },
    /// A NaN or an infinity.
    #[error("{0} hold a number that is not finite; the model that made them is broken")]
    NotFinite(&'static str),
    /// A vector of zeros points nowhere.
    #[error("an embedding is zero everywhere, so it has no direction; the model that made it is broken")]
    ZeroEmbedding,
    /// A setting outside its range.
    #[error("{0}")]
    Setting(&'static str),
}
