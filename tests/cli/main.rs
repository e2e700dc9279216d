//! The program `sticker` from outside: what it prints, what it writes, how it ends.
//!
//! `cargo xtask test` builds the program first. Most tests run one of the tiny random models of `tests/parity/fixtures/folders`
//! or a copy of it that was broken on purpose; those that look at alpha run the built-in model for a step or two.

#[cfg(test)]
mod support;

#[cfg(test)]
mod bad_files;
#[cfg(test)]
mod bad_models;
#[cfg(test)]
mod finish;
#[cfg(test)]
mod generate;
#[cfg(test)]
mod help;
#[cfg(test)]
mod inspect;
#[cfg(test)]
mod interrupt;
#[cfg(test)]
mod lora;
#[cfg(test)]
mod pack;
#[cfg(test)]
mod recreate;
#[cfg(test)]
mod tailor;
#[cfg(test)]
mod usage;
