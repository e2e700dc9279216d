"""builtin.safetensors: the built-in model through StableDiffusionPipeline, f32 arithmetic on its f16 weights.

Python diffusers does not know `patch_size`: there the picture is 32x32 with 64 channels, and pixel_shuffle(4) of
vae.decode(latents / scaling_factor) is straight RGB and alpha in -1..1.
u8 = round(clamp((x + 1) / 2, 0, 1) * 255), half to even.
"""

import hashlib
import pathlib

import diffusers
import numpy as np
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionPipeline
from torch.nn.functional import pixel_shuffle, pixel_unshuffle

from .common import randn, save
from .schedulers import SAMPLERS

PATCH = 4
TEXT_ROWS = [0, 1, 2, 5, 12, 23]
DEFAULTS = {
    "prompt": "3d sticker: cat face",
    "negative_prompt": "",
    "seeds": [7],
    "steps": 25,
    "guidance_scale": 4.0,
    "guidance_rescale": 0.0,
    "sampler": None,
    "strength": None,
    "stride": 2,
}
CASES = {
    "cat": {"stride": 1},
    "heart": {"prompt": "flat sticker: red heart", "seeds": [0]},
    "ghost": {"prompt": "noto sticker: ghost", "seeds": [2**32 + 5]},
    "two_steps": {"steps": 2},
    "batch": {"seeds": [7, 8], "steps": 5},
    "negative": {"negative_prompt": "dog", "steps": 5, "guidance_rescale": 0.7},
    "euler_a": {"sampler": "euler_a", "steps": 8},
    "dpmpp_2m": {"sampler": "dpmpp_2m", "steps": 8},
    "unipc": {"sampler": "unipc", "steps": 8},
    "img2img": {"prompt": "3d sticker: pizza", "strength": 0.6},
}


def init_picture():
    """The image-to-image input, 128x128 RGBA u8, in integer arithmetic (y down, x right; // rounds down):

    r = 2x, g = 2y, b = (x + y) mod 256 in steps of 16, a = clamp((3600 - (x - 64)^2 - (y - 64)^2) // 4, 0, 255)
    """
    y, x = np.mgrid[0:128, 0:128]
    alpha = np.clip((3600 - (x - 64) ** 2 - (y - 64) ** 2) // 4, 0, 255)
    return np.stack([2 * x, 2 * y, (x + y) % 256 // 16 * 16, alpha], -1).astype(np.uint8)


def encoder_input(picture):
    """[(2 rgb - 1) a, 2a - 1], pixel-unshuffled: [1, 64, 32, 32]"""
    values = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255
    colour, alpha = values[:, :3], values[:, 3:]
    return pixel_unshuffle(torch.cat([(2 * colour - 1) * alpha, 2 * alpha - 1], 1), PATCH)


def decode(pipe, latents):
    """Latents to RGBA in -1..1, [n, 4, 128, 128]."""
    return pixel_shuffle(pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample, PATCH)


def to_u8(rgba):
    values = ((rgba + 1) / 2).clamp(0, 1).permute(0, 2, 3, 1).numpy()
    return (values * 255).round().astype(np.uint8)


def generate(model, options):
    pipe = StableDiffusionPipeline.from_pretrained(str(model), dtype=torch.float32)
    if options["sampler"]:
        class_name, extra = SAMPLERS[options["sampler"]]
        pipe.scheduler = getattr(diffusers, class_name).from_config(pipe.scheduler.config, **extra)
    arguments = dict(
        prompt=options["prompt"],
        negative_prompt=options["negative_prompt"],
        num_inference_steps=options["steps"],
        guidance_scale=options["guidance_scale"],
        num_images_per_prompt=len(options["seeds"]),
        generator=[torch.Generator("cpu").manual_seed(seed) for seed in options["seeds"]],
        output_type="latent",
    )
    if options["strength"] is None:
        arguments.update(height=32, width=32, guidance_rescale=options["guidance_rescale"])
    else:
        pipe = StableDiffusionImg2ImgPipeline(**pipe.components, requires_safety_checker=False)
        arguments.update(image=encoder_input(init_picture()), strength=options["strength"])
    pipe.set_progress_bar_config(disable=True)
    latents = pipe(**arguments).images
    return pipe, latents


def write_parts(model):
    """Text embeddings, one U-Net forward, one decoding and one encoding on fixed inputs."""
    pipe = StableDiffusionPipeline.from_pretrained(str(model), dtype=torch.float32)
    embeddings, negative = pipe.encode_prompt(DEFAULTS["prompt"], "cpu", 1, True, "")
    latents = randn((2, 8, 16, 16), 1)
    noise = pipe.unet(latents, 500, torch.cat([negative, embeddings])).sample
    decoded = decode(pipe, randn((1, 8, 16, 16), 2))
    encoded = pipe.vae.encode(encoder_input(init_picture())).latent_dist
    return {
        "text.prompt_rows": embeddings[0, TEXT_ROWS],
        "text.negative_rows": negative[0, TEXT_ROWS],
        "unet.output": noise,
        "decode.rgba_stride_4": decoded[:, :, ::4, ::4],
        "encode.mean": encoded.mean,
        "encode.std": encoded.std,
    }


def write(out, model):
    tensors, cases = write_parts(model), []
    for name, changes in CASES.items():
        options = {**DEFAULTS, **changes}
        pipe, latents = generate(model, options)
        stride = options["stride"]
        tensors[f"{name}.latents"] = latents
        tensors[f"{name}.picture"] = to_u8(decode(pipe, latents))[:, ::stride, ::stride]
        stream = torch.Generator("cpu").manual_seed(options["seeds"][0])
        if options["strength"] is None:
            tensors[f"{name}.initial_noise_16"] = torch.randn((8, 16, 16), generator=stream).flatten()[:16].clone()
        cases.append({**options, "name": name, "scheduler": type(pipe.scheduler).__name__})
    config = {
        "cases": cases,
        "text_rows": TEXT_ROWS,
        "text_prompt": DEFAULTS["prompt"],
        "unet": "input = randn([2, 8, 16, 16], Generator(1)), t = 500, text = [embeddings of '', embeddings of text_prompt]",
        "decode": "input = randn([1, 8, 16, 16], Generator(2)); every 4th row and column of the pixel-shuffled output",
        "encode": "input = the image-to-image picture, see writers/builtin.py init_picture",
        "draw_order": "image-to-image: latent_dist.sample = mean + std * randn, then the noise for add_noise, then the steps",
        "model_sha256": model_hashes(model),
        "init_picture_sha256": hashlib.sha256(init_picture().tobytes()).hexdigest(),
    }
    save(pathlib.Path(out, "builtin.safetensors"), tensors, config)


def model_hashes(model):
    """Of the weight files, so that a test can tell "other weights" from "wrong numbers"."""
    files = sorted(pathlib.Path(model).glob("*/*.safetensors"))
    return {f"{f.parent.name}/{f.name}": hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
