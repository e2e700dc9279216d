//! Tests of what crosses crates; this package has no library of its own.
