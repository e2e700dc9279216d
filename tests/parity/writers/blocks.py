"""blocks/*.safetensors: single layers, whole tiny U-Nets, autoencoders and text encoders with random weights.

Each file: `weights.<state_dict key>` (f16), `input.<name>`, `output.<name>` (f32), and in the metadata under "config" JSON
{"class": ..., "config": {constructor's keywords}}.
"""

import diffusers
import torch
from diffusers.models.attention import BasicTransformerBlock
from diffusers.models.attention_processor import Attention
from diffusers.models.downsampling import Downsample2D
from diffusers.models.embeddings import TimestepEmbedding, Timesteps
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.transformers.transformer_2d import Transformer2DModel
from diffusers.models.upsampling import Upsample2D

from .common import check_order_one, randn, randomise, save, weights


def write_block(out, name, module_class, config, inputs, keywords=None):
    """One layer; `inputs` are passed by name."""
    module = randomise(module_class(**config), 40)
    result = module(**inputs, **(keywords or {}))
    result = result.sample if hasattr(result, "sample") else result
    check_order_one(name, result)
    tensors = {f"input.{key}": value for key, value in inputs.items()}
    facts = {"class": module_class.__name__, "config": config, "call": keywords or {}}
    save(out / f"{name}.safetensors", {**weights(module), **tensors, "output.sample": result}, facts)


def write_resnets(out):
    x, temb = randn((2, 8, 6, 5), 1), randn((2, 16), 2)
    with_time = dict(in_channels=8, out_channels=8, temb_channels=16, groups=4, eps=1e-5)
    write_block(out, "resnet", ResnetBlock2D, with_time, {"input_tensor": x, "temb": temb})
    wider = {**with_time, "out_channels": 16, "eps": 1e-6, "groups": 2}
    write_block(out, "resnet_shortcut", ResnetBlock2D, wider, {"input_tensor": x, "temb": temb})
    no_time = dict(in_channels=8, out_channels=4, temb_channels=None, groups=4, eps=1e-6)
    module = randomise(ResnetBlock2D(**no_time), 41)
    result = module(x, None)
    check_order_one("resnet_no_time", result)
    facts = {"class": "ResnetBlock2D", "config": no_time, "call": {}}
    tensors = {**weights(module), "input.input_tensor": x, "output.sample": result}
    save(out / "resnet_no_time.safetensors", tensors, facts)
    # A large offset with a small spread: the statistics must be the two-pass kind, in f32.
    write_block(out, "resnet_offset", ResnetBlock2D, with_time, {"input_tensor": 0.1 * x + 8.0, "temb": temb})


def write_attention(out):
    x, context = 2 * randn((2, 30, 16), 3), 2 * randn((2, 7, 12), 4)
    own = dict(query_dim=16, heads=2, dim_head=8)
    write_block(out, "attention_self", Attention, own, {"hidden_states": x})
    crossed = {**own, "cross_attention_dim": 12}
    inputs = {"hidden_states": x, "encoder_hidden_states": context}
    write_block(out, "attention_cross", Attention, crossed, inputs)
    # heads * dim_head differs from query_dim, and attention in f32 whatever the weights (SD 2.1 asks for it).
    odd = {**crossed, "heads": 3, "dim_head": 4, "upcast_attention": True}
    write_block(out, "attention_cross_odd", Attention, odd, inputs)
    # The autoencoder's: one head over pixels, group norm before, residual after, biases everywhere.
    spatial = dict(query_dim=16, heads=1, dim_head=16, rescale_output_factor=1.0, eps=1e-6, norm_num_groups=4)
    spatial.update(residual_connection=True, bias=True, upcast_softmax=True)
    write_block(out, "attention_autoencoder", Attention, spatial, {"hidden_states": randn((2, 16, 5, 4), 5)})

    block = dict(dim=16, num_attention_heads=2, attention_head_dim=8, cross_attention_dim=12)
    write_block(out, "basic_transformer_block", BasicTransformerBlock, block, inputs)
    pixels = {"hidden_states": randn((2, 16, 6, 5), 6), "encoder_hidden_states": context}
    for linear in (False, True):
        config = dict(num_attention_heads=2, attention_head_dim=8, in_channels=16, num_layers=2, cross_attention_dim=12)
        config.update(norm_num_groups=4, use_linear_projection=linear)
        name = "transformer_linear_projection" if linear else "transformer_conv_projection"
        write_block(out, name, Transformer2DModel, config, pixels)


def write_sampling(out):
    even, odd = randn((2, 8, 6, 4), 7), randn((2, 8, 7, 5), 8)
    unet = dict(channels=8, use_conv=True, out_channels=8, padding=1, name="op")
    write_block(out, "downsample_unet", Downsample2D, unet, {"hidden_states": even})
    write_block(out, "downsample_unet_odd", Downsample2D, unet, {"hidden_states": odd})
    encoder = {**unet, "padding": 0}  # pads one row and column at the end only
    write_block(out, "downsample_autoencoder", Downsample2D, encoder, {"hidden_states": even})
    write_block(out, "downsample_autoencoder_odd", Downsample2D, encoder, {"hidden_states": odd})
    up = dict(channels=8, use_conv=True, out_channels=8)
    write_block(out, "upsample", Upsample2D, up, {"hidden_states": even})
    write_block(out, "upsample_to_size", Upsample2D, up, {"hidden_states": even}, {"output_size": [11, 7]})


def write_time(out):
    timesteps = torch.tensor([0.0, 1.0, 250.0, 333.3, 749.25, 999.0])
    tensors, listed = {"input.timesteps": timesteps}, []
    for channels, flip, shift in ((8, True, 0), (8, False, 1), (9, True, 0), (320, True, 0), (8, False, 0)):
        name = f"timesteps_{channels}_{'flip' if flip else 'plain'}_{shift}"
        listed.append({"name": name, "num_channels": channels, "flip_sin_to_cos": flip, "downscale_freq_shift": shift})
        tensors[f"output.{name}"] = Timesteps(channels, flip_sin_to_cos=flip, downscale_freq_shift=shift)(timesteps)
    save(out / "timesteps.safetensors", tensors, {"class": "Timesteps", "cases": listed})

    sample, condition = Timesteps(8, True, 0)(timesteps), randn((6, 10), 9)
    config = dict(in_channels=8, time_embed_dim=16)
    write_block(out, "timestep_embedding", TimestepEmbedding, config, {"sample": sample})
    config["cond_proj_dim"] = 10
    inputs = {"sample": sample, "condition": condition}
    write_block(out, "timestep_embedding_condition", TimestepEmbedding, config, inputs)

    pipe = diffusers.StableDiffusionPipeline
    scales = torch.tensor([0.0, 0.5, 6.5, 7.5])
    tensors = {"input.guidance_scale_minus_one": scales}
    for width in (16, 17, 256):
        tensors[f"output.{width}"] = pipe.get_guidance_scale_embedding(None, scales, embedding_dim=width)
    save(out / "guidance_scale_embedding.safetensors", tensors, {"widths": [16, 17, 256]})


UNET = dict(
    sample_size=8,
    in_channels=4,
    out_channels=4,
    layers_per_block=1,
    block_out_channels=[4, 8],
    down_block_types=["CrossAttnDownBlock2D", "DownBlock2D"],
    up_block_types=["UpBlock2D", "CrossAttnUpBlock2D"],
    cross_attention_dim=12,
    norm_num_groups=2,
    attention_head_dim=2,
)
UNETS = {
    "unet_sd1": {"layers_per_block": 2},
    "unet_sd2": {"attention_head_dim": [2, 4], "use_linear_projection": True, "upcast_attention": True},
    "unet_lcm": {
        "time_cond_proj_dim": 10,
        "freq_shift": 1,
        "flip_sin_to_cos": False,
    },
    "unet_transformer_layers": {
        "block_out_channels": [4, 8, 8],
        "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
        "transformer_layers_per_block": [1, 2, 1],
        "in_channels": 8,
        "out_channels": 6,
        "norm_eps": 1e-6,
    },
    "unet_sdxl": {
        "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"],
        "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"],
        "attention_head_dim": [1, 2],
        "transformer_layers_per_block": [1, 2],
        "use_linear_projection": True,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 4,
        "projection_class_embeddings_input_dim": 32,
    },
}


def write_unets(out):
    for seed, (name, changes) in enumerate(UNETS.items()):
        config = {**UNET, **changes}
        model = randomise(diffusers.UNet2DConditionModel(**config), 60 + seed)
        channels = config["in_channels"]
        inputs = {
            "sample": randn((2, channels, 8, 12), 10),
            "timestep": torch.tensor([999.0, 1.0]),
            "encoder_hidden_states": randn((2, 7, 12), 11),
            # Odd sizes: the upsamplers must meet the skip connections' sizes. And fractional timesteps.
            "odd_sample": randn((2, channels, 7, 5), 14),
            "odd_timestep": torch.tensor([333.3, 749.25]),
        }
        conditions = unet_conditions(config)
        added = {"added_cond_kwargs": conditions} if "time_ids" in conditions else conditions
        keywords = {"encoder_hidden_states": inputs["encoder_hidden_states"], **added}
        outputs = {
            "output.sample": model(inputs["sample"], inputs["timestep"], **keywords).sample,
            "output.odd_sample": model(inputs["odd_sample"], inputs["odd_timestep"], **keywords).sample,
        }
        check_order_one(name, outputs["output.sample"])
        tensors = {f"input.{key}": value for key, value in {**inputs, **conditions}.items()}
        facts = {"class": "UNet2DConditionModel", "config": config}
        save(out / f"{name}.safetensors", {**weights(model), **tensors, **outputs}, facts)


def unet_conditions(config):
    """What the U-Net takes beside sample, timestep and text: the LCM guidance embedding, or SDXL's pooled text and sizes."""
    if "time_cond_proj_dim" in config:
        return {"timestep_cond": randn((2, 10), 12)}
    if config.get("addition_embed_type") == "text_time":
        return {"text_embeds": randn((2, 8), 13), "time_ids": torch.tensor([[1024.0, 768, 0, 0, 1024, 1024]] * 2)}
    return {}


VAE = dict(
    in_channels=3,
    out_channels=3,
    latent_channels=4,
    block_out_channels=[4, 8],
    down_block_types=["DownEncoderBlock2D"] * 2,
    up_block_types=["UpDecoderBlock2D"] * 2,
    layers_per_block=1,
    norm_num_groups=2,
    sample_size=16,
)
VAES = {
    "autoencoder_rgb": {"layers_per_block": 2},
    "autoencoder_rgba": {"in_channels": 4, "out_channels": 4, "mid_block_add_attention": False},
    "autoencoder_no_quant": {"use_quant_conv": False, "use_post_quant_conv": False, "latent_channels": 6},
    "autoencoder_three_levels": {
        "block_out_channels": [4, 8, 8],
        "down_block_types": ["DownEncoderBlock2D"] * 3,
        "up_block_types": ["UpDecoderBlock2D"] * 3,
    },
}


def write_autoencoders(out):
    for seed, (name, changes) in enumerate(VAES.items()):
        config = {**VAE, **changes}
        model = randomise(diffusers.AutoencoderKL(**config), 80 + seed)
        picture = randn((2, config["in_channels"], 8, 12), 15)
        factor = 2 ** (len(config["block_out_channels"]) - 1)
        latents = randn((2, config["latent_channels"], 8 // factor, 12 // factor), 16)
        distribution = model.encode(picture).latent_dist
        decoded = model.decode(latents).sample
        check_order_one(name, decoded)
        check_order_one(name, distribution.mean)
        tensors = {
            "input.sample": picture,
            "input.latents": latents,
            "output.moments": distribution.parameters,
            "output.mean": distribution.mean,
            "output.logvar": distribution.logvar,
            "output.std": distribution.std,
            "output.decoded": decoded,
        }
        save(out / f"{name}.safetensors", {**weights(model), **tensors}, {"class": "AutoencoderKL", "config": config})


TEXT = dict(
    vocab_size=60,
    hidden_size=16,
    intermediate_size=32,
    num_hidden_layers=3,
    num_attention_heads=2,
    max_position_embeddings=12,
    projection_dim=10,
    bos_token_id=58,
    pad_token_id=59,
)
# `eos_token_id` 2 means: pool at the largest id (older files); any other: at the first token that has it.
TEXTS = {
    "text_quick_gelu": ("CLIPTextModel", {"hidden_act": "quick_gelu", "eos_token_id": 2}),
    "text_gelu": ("CLIPTextModel", {"hidden_act": "gelu", "eos_token_id": 57, "layer_norm_eps": 1e-6}),
    "text_projection": ("CLIPTextModelWithProjection", {"hidden_act": "gelu", "eos_token_id": 59}),
}


def write_text_encoders(out):
    import transformers

    ids = torch.tensor([[58, 5, 6, 57, 7, 59, 59, 59, 59, 59, 59, 59], [58, 9, 8, 7, 6, 5, 4, 3, 2, 57, 1, 59]])
    for seed, (name, (class_name, changes)) in enumerate(TEXTS.items()):
        config = {**TEXT, **changes}
        model = randomise(getattr(transformers, class_name)(transformers.CLIPTextConfig(**config)), 90 + seed)
        result = model(ids, output_hidden_states=True)
        tensors = {
            "input.ids": ids,
            "output.last_hidden_state": result.last_hidden_state,
            "output.penultimate": result.hidden_states[-2],
        }
        if class_name == "CLIPTextModel":
            norm = model.final_layer_norm
            tensors["output.penultimate_normed"] = norm(result.hidden_states[-2])
            tensors["output.pooler_output"] = result.pooler_output
            short = model(ids[:, :5]).last_hidden_state
            tensors["output.last_hidden_state_of_5"] = short
        else:
            tensors["output.text_embeds"] = result.text_embeds
        check_order_one(name, result.last_hidden_state)
        save(out / f"{name}.safetensors", {**weights(model), **tensors}, {"class": class_name, "config": config})


def write(out):
    blocks = out / "blocks"
    write_resnets(blocks)
    write_attention(blocks)
    write_sampling(blocks)
    write_time(blocks)
    write_unets(blocks)
    write_autoencoders(blocks)
    write_text_encoders(blocks)
