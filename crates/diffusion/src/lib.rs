//! Latent diffusion with diffusers' words and folders: text encoder, U-Net, autoencoder, schedulers, sampling and LoRA, on burn's
//! run-time devices.
//!
//! A model is a diffusers folder, read by its configurations: [`pipeline::ModelFolder::open`] checks them, and
//! [`pipeline::Pipeline::load`] puts the weights on a device. Nothing here searches for files, starts threads of its own or
//! looks at the clock.

pub mod autoencoder;
pub mod blocks;
pub mod config;
mod error;
mod hexadecimal;
pub mod kernels;
pub mod lora;
pub mod nn;
pub mod noise;
mod picture;
pub mod pipeline;
pub mod schedulers;
pub mod text_encoder;
pub mod unet;
pub mod weights;

pub use error::{Error, Result};
pub use picture::Picture;
