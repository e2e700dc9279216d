//! Single layers against diffusers' modules.
//!
//! `attention_cross_odd` is left out: its heads times their width differ from the query's width, which no model of Stable
//! Diffusion's families has; [`Attention`] has one width.

use burn::tensor::Device;
use burn::tensor::activation::silu;
use diffusion::blocks::{Downsample2D, ResnetBlock2D, ResnetShape, Upsample2D};
use diffusion::nn::{Attention, GroupNorm, Window};
use diffusion::unet::{
    BasicTransformerBlock, Projection, TimestepEmbedding, Transformer2D, TransformerShape, guidance_scale_embedding,
    sinusoidal_embedding,
};
use serde_json::Value;

use crate::agreement::{BLOCK, assert_agrees, block, size};
use crate::fixture::Fixture;

fn check_resnet(name: &str) {
    let (fixture, resnet) = block(name, |config, weights| {
        let shape = ResnetShape {
            inputs: size(config, "in_channels"),
            outputs: size(config, "out_channels"),
            time_embedding: config["temb_channels"].as_u64().map(|width| width as usize),
            groups: size(config, "groups"),
            epsilon: config["eps"].as_f64().unwrap(),
        };
        ResnetBlock2D::new(shape, weights)
    });
    let device = Device::flex();
    // Our block takes the embedding after its SiLU, which is the same for all blocks of a U-Net.
    let time = fixture
        .has("input.temb")
        .then(|| silu(fixture.tensor::<2>("input.temb", &device)));
    let found = resnet.forward(fixture.tensor("input.input_tensor", &device), time.as_ref());
    assert_agrees(&fixture, "output.sample", found, BLOCK);
}

#[test]
fn residual_block() {
    check_resnet("resnet");
}

#[test]
fn residual_block_with_a_shortcut() {
    check_resnet("resnet_shortcut");
}

#[test]
fn residual_block_without_time() {
    check_resnet("resnet_no_time");
}

/// A large offset with a small spread needs statistics of two passes.
#[test]
fn residual_block_of_bright_input() {
    check_resnet("resnet_offset");
}

fn check_attention(name: &str) {
    let (fixture, attention) = block(name, |config, weights| {
        let (width, heads) = (size(config, "query_dim"), size(config, "heads"));
        let context = config["cross_attention_dim"]
            .as_u64()
            .map_or(width, |context| context as usize);
        assert_eq!(heads * size(config, "dim_head"), width);
        Attention::new(width, context, heads, weights)
    });
    let device = Device::flex();
    let x = fixture.tensor::<3>("input.hidden_states", &device);
    let context = if fixture.has("input.encoder_hidden_states") {
        fixture.tensor("input.encoder_hidden_states", &device)
    } else {
        x.clone()
    };
    assert_agrees(&fixture, "output.sample", attention.forward(x, context), BLOCK);
}

#[test]
fn self_attention() {
    check_attention("attention_self");
}

#[test]
fn cross_attention() {
    check_attention("attention_cross");
}

/// Its parts as the autoencoder puts them together: group norm before, one head over the pixels, a shortcut.
#[test]
fn attention_of_an_autoencoder() {
    let (fixture, (norm, attention)) = block("attention_autoencoder", |config, weights| {
        let (width, groups) = (size(config, "query_dim"), size(config, "norm_num_groups"));
        let norm = GroupNorm::new(
            groups,
            width,
            config["eps"].as_f64().unwrap(),
            &weights.child("group_norm"),
        );
        (norm, Attention::single_head(width, weights))
    });
    let x = fixture.tensor::<4>("input.hidden_states", &Device::flex());
    let [batch, channels, height, width] = x.dims();
    let tokens = norm
        .forward(x.clone())
        .reshape([batch, channels, height * width])
        .swap_dims(1, 2);
    let mixed = attention.forward(tokens.clone(), tokens).swap_dims(1, 2);
    let found = x + mixed.reshape([batch, channels, height, width]);
    assert_agrees(&fixture, "output.sample", found, BLOCK);
}

fn transformer_shape(config: &Value, channels: &str, projection: Projection) -> TransformerShape {
    TransformerShape {
        channels: size(config, channels),
        context: size(config, "cross_attention_dim"),
        heads: size(config, "num_attention_heads"),
        layers: config["num_layers"].as_u64().unwrap_or(1) as usize,
        groups: config["norm_num_groups"].as_u64().unwrap_or(1) as usize,
        projection,
    }
}

#[test]
fn basic_transformer_block() {
    let (fixture, transformer) = block("basic_transformer_block", |config, weights| {
        BasicTransformerBlock::new(transformer_shape(config, "dim", Projection::Linear), weights)
    });
    let device = Device::flex();
    let context = fixture.tensor("input.encoder_hidden_states", &device);
    let found = transformer.forward(fixture.tensor("input.hidden_states", &device), context);
    assert_agrees(&fixture, "output.sample", found, BLOCK);
}

fn check_transformer(name: &str, projection: Projection) {
    let (fixture, transformer) = block(name, |config, weights| {
        Transformer2D::new(transformer_shape(config, "in_channels", projection), weights)
    });
    let device = Device::flex();
    let context = fixture.tensor("input.encoder_hidden_states", &device);
    let found = transformer.forward(fixture.tensor("input.hidden_states", &device), &context);
    assert_agrees(&fixture, "output.sample", found, BLOCK);
}

#[test]
fn transformer_with_convolutions() {
    check_transformer("transformer_conv_projection", Projection::Convolution);
}

#[test]
fn transformer_with_linear_projections() {
    check_transformer("transformer_linear_projection", Projection::Linear);
}

#[test]
fn downsampling() {
    let names = [
        "downsample_unet",
        "downsample_unet_odd",
        "downsample_autoencoder",
        "downsample_autoencoder_odd",
    ];
    for name in names {
        let (fixture, downsample) = block(name, |config, weights| {
            // With `padding` 0 diffusers pads one row and column at the end only.
            let window = match size(config, "padding") {
                0 => Window::StridedEndPadded,
                _ => Window::Strided,
            };
            Downsample2D::new(size(config, "channels"), window, weights)
        });
        let found = downsample.forward(fixture.tensor("input.hidden_states", &Device::flex()));
        assert_agrees(&fixture, "output.sample", found, BLOCK);
    }
}

#[test]
fn upsampling() {
    for name in ["upsample", "upsample_to_size"] {
        let (fixture, upsample) = block(name, |config, weights| {
            Upsample2D::new(size(config, "channels"), weights)
        });
        let x = fixture.tensor::<4>("input.hidden_states", &Device::flex());
        let [_, _, height, width] = x.dims();
        let target = &fixture.config()["call"]["output_size"];
        let target = [0, 1].map(|side| {
            target[side]
                .as_u64()
                .map_or([2 * height, 2 * width][side], |size| size as usize)
        });
        assert_agrees(&fixture, "output.sample", upsample.forward(x, target), BLOCK);
    }
}

#[test]
fn sinusoids_of_timesteps() {
    let fixture = Fixture::open("blocks/timesteps.safetensors");
    let timesteps = fixture.values("input.timesteps");
    let config = fixture.config();
    let cases = config["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 5);
    for case in cases {
        let flip = case["flip_sin_to_cos"].as_bool().unwrap();
        let shift = case["downscale_freq_shift"].as_f64().unwrap();
        let found = sinusoidal_embedding(&timesteps, size(case, "num_channels"), flip, shift, &Device::flex());
        let name = format!("output.{}", case["name"].as_str().unwrap());
        assert_agrees(&fixture, &name, found, BLOCK);
    }
}

/// The guidance embedding of latent consistency models.
#[test]
fn sinusoids_of_guidance() {
    let fixture = Fixture::open("blocks/guidance_scale_embedding.safetensors");
    let scales = fixture.values("input.guidance_scale_minus_one");
    let scales: Vec<f32> = scales.iter().map(|scale| scale + 1.0).collect();
    for width in [16, 17, 256] {
        let found = guidance_scale_embedding(&scales, width, &Device::flex());
        assert_agrees(&fixture, &format!("output.{width}"), found, BLOCK);
    }
}

#[test]
fn timestep_embedding() {
    for name in ["timestep_embedding", "timestep_embedding_condition"] {
        let (fixture, embedding) = block(name, |config, weights| {
            let condition = config["cond_proj_dim"].as_u64().map(|width| width as usize);
            TimestepEmbedding::new(
                size(config, "in_channels"),
                size(config, "time_embed_dim"),
                condition,
                weights,
            )
        });
        let device = Device::flex();
        let condition = fixture
            .has("input.condition")
            .then(|| fixture.tensor("input.condition", &device));
        let found = embedding.forward(fixture.tensor("input.sample", &device), condition);
        assert_agrees(&fixture, "output.sample", found, BLOCK);
    }
}
