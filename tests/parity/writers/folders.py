"""folders/{tiny-sd1, tiny-sd2-v, tiny-lcm}: complete diffusers folders with small random weights.

Their JSON files have the keys and spellings of published Stable Diffusion 1.5, 2.1 (v-prediction) and LCM folders. Weights are
f16; tiny-lcm's U-Net is f32 and tiny-sd2-v's autoencoder bf16, so that each type is read. tiny-sd1's text encoder has the
`text_model.` prefix and the position_ids of files written before transformers 5, the others the names of today.
"""

import json
import shutil

import safetensors.torch
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from .common import HERE, canonical, randomise, save_json
from .schedulers import FOLDER_CONFIGS

VOCABULARY = HERE / "clip_vocabulary"
BOS, EOS = "<|startoftext|>", "<|endoftext|>"
LENGTH = 77


def added_token(content):
    return {"content": content, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}


def write_tokenizer(folder, pad_token):
    """vocab.json, merges.txt and the two JSON files beside them; tokenizer_config.json always says <|endoftext|> for padding,
    special_tokens_map.json decides (SD 2.x folders differ between the two, and transformers takes the latter)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(VOCABULARY / name, folder / name)
    special = {
        "bos_token": added_token(BOS),
        "eos_token": added_token(EOS),
        "pad_token": pad_token,
        "unk_token": added_token(EOS),
    }
    save_json(folder / "special_tokens_map.json", special)
    typed = {key: {"__type": "AddedToken", **value} for key, value in special.items() if isinstance(value, dict)}
    config = {
        "add_prefix_space": False,
        "do_lower_case": True,
        "errors": "replace",
        "model_max_length": LENGTH,
        "pad_token": EOS,
        "tokenizer_class": "CLIPTokenizer",
        **typed,
    }
    save_json(folder / "tokenizer_config.json", dict(sorted(config.items())))


def write_weights(path, module, dtype, prefix="", extra=None):
    state = {prefix + name: value.to(dtype).contiguous() for name, value in module.state_dict().items()}
    state.update(extra or {})
    path.write_bytes(canonical(safetensors.torch.save(state, {"format": "pt"})))


def write_text_encoder(folder, seed, old_names=False, **options):
    vocabulary = len(json.loads((VOCABULARY / "vocab.json").read_text()))
    config = dict(
        vocab_size=vocabulary,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=LENGTH,
        projection_dim=16,
        bos_token_id=0,
        eos_token_id=2,
        pad_token_id=1,
    )
    model = randomise(CLIPTextModel(CLIPTextConfig(**{**config, **options})), seed)
    folder.mkdir(parents=True, exist_ok=True)
    published = {"architectures": ["CLIPTextModel"], "model_type": "clip_text_model", "torch_dtype": "float16"}
    defaults = {"attention_dropout": 0.0, "dropout": 0.0, "hidden_act": "quick_gelu", "initializer_factor": 1.0}
    defaults.update(initializer_range=0.02, layer_norm_eps=1e-05)
    save_json(folder / "config.json", dict(sorted({**published, **defaults, **config, **options}.items())))
    prefix, extra = "", {}
    if old_names:
        prefix, extra = "text_model.", {"text_model.embeddings.position_ids": torch.arange(LENGTH)[None]}
    write_weights(folder / "model.safetensors", model, torch.float16, prefix, extra)


UNET = dict(
    sample_size=8,
    in_channels=4,
    out_channels=4,
    block_out_channels=[8, 16],
    layers_per_block=1,
    down_block_types=["CrossAttnDownBlock2D", "DownBlock2D"],
    up_block_types=["UpBlock2D", "CrossAttnUpBlock2D"],
    cross_attention_dim=16,
    norm_num_groups=4,
    act_fn="silu",
    center_input_sample=False,
    downsample_padding=1,
    flip_sin_to_cos=True,
    freq_shift=0,
    mid_block_scale_factor=1,
    norm_eps=1e-05,
)
VAE = dict(
    act_fn="silu",
    block_out_channels=[4, 8],
    down_block_types=["DownEncoderBlock2D"] * 2,
    up_block_types=["UpDecoderBlock2D"] * 2,
    in_channels=3,
    out_channels=3,
    latent_channels=4,
    layers_per_block=1,
    norm_num_groups=2,
    sample_size=16,
)


def write_model(folder, model_class, config, seed, dtype, gains=None):
    """`config` exactly as given (published folders leave keys out too), beside the class's random weights."""
    model = randomise(model_class(**config), seed)
    with torch.no_grad():
        for name, gain in (gains or {}).items():
            parameter = model.get_parameter(name)
            parameter.copy_((parameter * gain).half())
    folder.mkdir(parents=True, exist_ok=True)
    # Not the folder's version: below 0.9 the pipeline would take sample_size 8 for a mistake and make it 64.
    save_json(folder / "config.json", {"_class_name": model_class.__name__, "_diffusers_version": "0.42.1", **config})
    write_weights(folder / "diffusion_pytorch_model.safetensors", model, dtype)


def write_index(folder, pipeline, scheduler, version):
    components = {
        "feature_extractor": [None, None],
        "safety_checker": [None, None],
        "scheduler": ["diffusers", scheduler],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    head = {"_class_name": pipeline, "_diffusers_version": version, "requires_safety_checker": False}
    save_json(folder / "model_index.json", {**head, **components})


def write_folder(folder, pipeline, scheduler, version, pad_token=EOS):
    shutil.rmtree(folder, ignore_errors=True)
    write_tokenizer(folder / "tokenizer", pad_token)
    save_json(folder / "scheduler" / "scheduler_config.json", scheduler)
    write_index(folder, pipeline, scheduler["_class_name"], version)


# SD 1.5's file leaves the scaling factor to the class's default, later ones write it.
SCALED_VAE = {**VAE, "scaling_factor": 0.18215}

# A random decoder behind 1 / scaling_factor would only paint black and white; smaller output kernels keep it between.
SOFT_DECODER = {"decoder.conv_out.weight": 0.7}


def write(out):
    sd1 = out / "folders" / "tiny-sd1"
    write_folder(sd1, "StableDiffusionPipeline", FOLDER_CONFIGS["sd15_pndm"], "0.6.0")
    write_text_encoder(sd1 / "text_encoder", 11, old_names=True)
    write_model(sd1 / "unet", UNet2DConditionModel, {**UNET, "attention_head_dim": 2}, 12, torch.float16)
    write_model(sd1 / "vae", AutoencoderKL, VAE, 13, torch.float16, SOFT_DECODER)

    sd2 = out / "folders" / "tiny-sd2-v"
    write_folder(sd2, "StableDiffusionPipeline", FOLDER_CONFIGS["sd21_ddim_v"], "0.8.0", pad_token="!")
    write_text_encoder(sd2 / "text_encoder", 21, hidden_act="gelu", num_hidden_layers=3)
    unet = {**UNET, "attention_head_dim": [2, 4], "use_linear_projection": True, "upcast_attention": True}
    unet.update(only_cross_attention=False, dual_cross_attention=False, num_class_embeds=None)
    write_model(sd2 / "unet", UNet2DConditionModel, unet, 22, torch.float16)
    write_model(sd2 / "vae", AutoencoderKL, SCALED_VAE, 23, torch.bfloat16, SOFT_DECODER)

    lcm = out / "folders" / "tiny-lcm"
    write_folder(lcm, "LatentConsistencyModelPipeline", FOLDER_CONFIGS["lcm"], "0.22.0.dev0")
    write_text_encoder(lcm / "text_encoder", 31, num_hidden_layers=1, eos_token_id=49407)
    unet = {**UNET, "block_out_channels": [4, 8], "norm_num_groups": 2, "attention_head_dim": 2}
    unet.update(time_cond_proj_dim=16, transformer_layers_per_block=1)
    write_model(lcm / "unet", UNet2DConditionModel, unet, 32, torch.float32)
    write_model(lcm / "vae", AutoencoderKL, SCALED_VAE, 33, torch.float16, SOFT_DECODER)
