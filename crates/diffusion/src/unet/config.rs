//! `unet/config.json`.

use std::path::Path;

use serde_json::json;

use crate::config::{ConfigReader, MOST_LAYERS};
use crate::error::{Error, Result};

/// Whether a block attends to the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// `DownBlock2D`, `UpBlock2D`
    Plain,
    /// `CrossAttnDownBlock2D`, `CrossAttnUpBlock2D`
    CrossAttention,
}

/// The options of diffusers' `UNet2DConditionModel` that this program computes.
#[derive(Clone, Debug)]
pub struct UNetConfig {
    /// Of the latents given.
    pub in_channels: usize,
    /// Of the prediction.
    pub out_channels: usize,
    /// Height and width of the latents the model was trained on.
    pub sample_size: usize,
    /// Channels of each resolution, from the full one down.
    pub block_out_channels: Vec<usize>,
    /// The way down, from the full resolution.
    pub down_blocks: Vec<BlockKind>,
    /// The way up, from the lowest resolution.
    pub up_blocks: Vec<BlockKind>,
    /// Residual blocks of each resolution on the way down; on the way up there is one more.
    pub layers_per_block: Vec<usize>,
    /// Transformer blocks in each attention, for each resolution.
    pub transformer_layers_per_block: Vec<usize>,
    /// Attention heads for each resolution. diffusers calls this `attention_head_dim`, an old misnomer it keeps.
    pub attention_heads: Vec<usize>,
    /// Width of the prompt embedding.
    pub cross_attention_dim: usize,
    /// Whether pictures enter the transformers by linear layers rather than by 1x1 convolutions.
    pub use_linear_projection: bool,
    /// Groups of every group normalisation.
    pub norm_num_groups: usize,
    /// Added to the variances of the residual blocks' normalisations.
    pub norm_eps: f64,
    /// Whether cosines go before sines in the time embedding.
    pub flip_sin_to_cos: bool,
    /// Shortens the ladder of the time embedding's frequencies.
    pub freq_shift: f64,
    /// Width of the time embedding.
    pub time_embed_dim: usize,
    /// Width of a guidance embedding added to the time embedding (latent consistency models).
    pub time_cond_proj_dim: Option<usize>,
    /// SDXL's added conditions (`addition_embed_type` = `text_time`).
    pub added_conditions: Option<AddedConditions>,
}

/// SDXL's pooled text and picture sizes, added to the time embedding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddedConditions {
    /// Width of the sinusoidal embedding of each of the six sizes.
    pub time_embed_dim: usize,
    /// Width of pooled text and sizes together.
    pub input_dim: usize,
}

impl UNetConfig {
    /// Reads and checks the file.
    pub fn open(path: &Path) -> Result<Self> {
        let class = "UNet2DConditionModel";
        let mut config = ConfigReader::open(path, class, |values| values.get("_class_name") == Some(&json!(class)))?;
        refuse_other_computations(&mut config)?;
        let block_out_channels = config.sizes("block_out_channels")?;
        let blocks = block_out_channels.len();
        let time_embed_dim = config.size("time_embedding_dim", 4 * block_out_channels[0])?;
        let this = Self {
            in_channels: config.size("in_channels", 4)?,
            out_channels: config.size("out_channels", 4)?,
            sample_size: config.size("sample_size", 64)?,
            down_blocks: block_kinds(&mut config, "down_block_types", ["DownBlock2D", "CrossAttnDownBlock2D"])?,
            up_blocks: block_kinds(&mut config, "up_block_types", ["UpBlock2D", "CrossAttnUpBlock2D"])?,
            layers_per_block: config.size_per_block("layers_per_block", 2, blocks)?,
            transformer_layers_per_block: config.size_per_block("transformer_layers_per_block", 1, blocks)?,
            attention_heads: config.size_per_block("attention_head_dim", 8, blocks)?,
            cross_attention_dim: config.size("cross_attention_dim", 1280)?,
            use_linear_projection: config.flag("use_linear_projection", false)?,
            norm_num_groups: config.size("norm_num_groups", 32)?,
            norm_eps: config.number("norm_eps", 1e-5)?,
            flip_sin_to_cos: config.flag("flip_sin_to_cos", true)?,
            freq_shift: config.number("freq_shift", 0.0)?,
            time_cond_proj_dim: config.optional_size("time_cond_proj_dim")?,
            added_conditions: added_conditions(&mut config)?,
            time_embed_dim,
            block_out_channels,
        };
        config.finish()?;
        this.check(path)?;
        Ok(this)
    }

    fn check(&self, path: &Path) -> Result<()> {
        let blocks = self.block_out_channels.len();
        let wrong = |reason: &str| Error::Json {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        if self.down_blocks.len() != blocks || self.up_blocks.len() != blocks {
            return Err(wrong("`block_out_channels` and the block types differ in number"));
        }
        let layers = self.layers_per_block.iter().chain(&self.transformer_layers_per_block);
        if blocks > MOST_LAYERS || layers.into_iter().any(|layers| !(1..=MOST_LAYERS).contains(layers)) {
            return Err(wrong("a number of layers is out of range"));
        }
        for (channels, heads) in self.block_out_channels.iter().zip(&self.attention_heads) {
            let divides = |divisor: usize| divisor > 0 && channels % divisor == 0;
            if !divides(self.norm_num_groups) || !divides(*heads) {
                return Err(wrong(
                    "channels are not a multiple of `norm_num_groups` and `attention_head_dim`",
                ));
            }
        }
        Ok(())
    }
}

fn refuse_other_computations(config: &mut ConfigReader) -> Result<()> {
    let one = [json!(1)];
    config.require("act_fn", &[json!("silu"), json!("swish")])?;
    config.require("attention_type", &[json!("default")])?;
    config.require("conv_in_kernel", &[json!(3)])?;
    config.require("conv_out_kernel", &[json!(3)])?;
    config.require("downsample_padding", &one)?;
    config.require("mid_block_scale_factor", &one)?;
    config.require("mid_block_type", &[json!("UNetMidBlock2DCrossAttn")])?;
    config.require("only_cross_attention", &[json!(false)])?;
    config.require("resnet_out_scale_factor", &one)?;
    config.require("resnet_time_scale_shift", &[json!("default")])?;
    config.require("time_embedding_type", &[json!("positional")])?;
    for key in [
        "num_attention_heads",
        "time_embedding_act_fn",
        "timestep_post_act",
        "reverse_transformer_layers_per_block",
    ] {
        config.require(key, &[])?;
    }
    // Softmax is always in f32 here; dropout is for training; the others only matter with options refused above.
    config.inert(&[
        "upcast_attention",
        "dropout",
        "addition_embed_type_num_heads",
        "center_input_sample",
    ]);
    config.require("center_input_sample", &[json!(false)])
}

fn block_kinds(config: &mut ConfigReader, key: &'static str, names: [&str; 2]) -> Result<Vec<BlockKind>> {
    let kind = |word: &String| match word.as_str() {
        plain if plain == names[0] => Some(BlockKind::Plain),
        cross if cross == names[1] => Some(BlockKind::CrossAttention),
        _ => None,
    };
    let kinds = config.words(key)?.iter().map(kind).collect::<Option<Vec<_>>>();
    kinds.ok_or_else(|| config.unsupported(key))
}

fn added_conditions(config: &mut ConfigReader) -> Result<Option<AddedConditions>> {
    config.require("addition_embed_type", &[json!("text_time")])?;
    let kind = config.word("addition_embed_type", "")?;
    let (time, input) = (
        config.optional_size("addition_time_embed_dim")?,
        config.optional_size("projection_class_embeddings_input_dim")?,
    );
    match (kind.as_str(), time, input) {
        ("", ..) => Ok(None),
        (_, Some(time_embed_dim), Some(input_dim)) => Ok(Some(AddedConditions {
            time_embed_dim,
            input_dim,
        })),
        _ => Err(config.unsupported("addition_embed_type")),
    }
}
