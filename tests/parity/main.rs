//! Parity with python diffusers: the numbers that `make_fixtures.py` wrote, compared without Python. See README.md beside this
//! file.
//!
//! Every comparison prints the largest difference it met: `cargo test -p studio-tests --test parity -- --nocapture`.

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod fixture;

#[cfg(test)]
mod autoencoder;
#[cfg(test)]
mod blocks;
#[cfg(test)]
mod builtin;
#[cfg(test)]
mod lora;
#[cfg(test)]
mod noise;
#[cfg(test)]
mod pipelines;
#[cfg(test)]
mod schedulers;
#[cfg(test)]
mod text_encoder;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod unet;
