"""pipelines.safetensors: whole pipelines on the tiny folders, and LoRA runs.

Picture i of a case has its own Generator(seeds[i]); a batch passes the list. Draw order of each generator:
text-to-image: initial latents, then one draw a step for the samplers that need noise. Image-to-image: the autoencoder's
sample (latent_dist.sample), the noise that add_noise takes, then the steps.
"""

import pathlib

import diffusers
import numpy as np
import torch
from diffusers import DiffusionPipeline, StableDiffusionImg2ImgPipeline
from diffusers.pipelines import LatentConsistencyModelImg2ImgPipeline
from PIL import Image

from . import loras
from .common import save
from .schedulers import FOLDER_CONFIGS, SAMPLERS

PROMPT = "3d sticker: cat face"
DEFAULTS = {
    "prompt": PROMPT,
    "negative_prompt": None,
    "seeds": [7],
    "steps": 5,
    "guidance_scale": 7.5,
    "guidance_rescale": 0.0,
    "sampler": None,
    "width": 16,
    "height": 16,
    "strength": None,
    "loras": [],
    "scheduler_config": None,
}


def case(folder, name, **options):
    return {**DEFAULTS, "folder": folder, "name": f"{folder}.{name}", **options}


def cases():
    sd1, sd2, lcm = "tiny-sd1", "tiny-sd2-v", "tiny-lcm"
    for folder in (sd1, sd2):
        yield case(folder, "default")
        for sampler in SAMPLERS:
            yield case(folder, sampler, sampler=sampler)
    yield case(sd1, "batch.ddim", sampler="ddim", seeds=[7, 8, 2**32 + 5])
    yield case(sd1, "batch.euler_a", sampler="euler_a", seeds=[7, 8])
    yield case(sd1, "batch.lcm", sampler="lcm", seeds=[7, 8])
    yield case(sd1, "negative", sampler="ddim", negative_prompt="blurry, low quality")
    yield case(sd1, "no_guidance", sampler="ddim", guidance_scale=1.0)
    yield case(sd1, "wide", sampler="ddim", width=24, height=16)
    yield case(sd1, "one_step", sampler="euler", steps=1)
    yield case(sd1, "many_steps", sampler="dpmpp_2m", steps=20)
    yield case(sd1, "empty_prompt", sampler="ddim", prompt="")
    yield case(sd1, "long_prompt", sampler="ddim", prompt="cat with a crown, " * 40)
    yield case(sd1, "unicode_prompt", sampler="ddim", prompt="一只可爱的猫 😀 café")
    # The pipeline overrides steps_offset != 1 and clip_sample = True of its scheduler's configuration.
    bare = FOLDER_CONFIGS["bare_ddim"]
    yield case(sd1, "bare_scheduler", scheduler_config=bare)
    yield case(sd1, "bare_scheduler.ddim", scheduler_config=bare, sampler="ddim")
    yield case(sd1, "bare_scheduler.euler", scheduler_config=bare, sampler="euler")
    old = {**bare, "steps_offset": 0, "clip_sample": True, "timestep_spacing": "leading"}
    yield case(sd1, "old_scheduler", scheduler_config=old)
    yield case(sd1, "old_scheduler.euler", scheduler_config=old, sampler="euler")
    for sampler in SAMPLERS:
        yield case(sd1, f"img2img.{sampler}", sampler=sampler, strength=0.6)
    yield case(sd1, "img2img.batch", sampler="euler_a", strength=0.6, seeds=[7, 8])
    yield case(sd1, "img2img.full", sampler="ddim", strength=1.0)
    yield case(sd1, "img2img.default", strength=0.6)
    yield case(sd2, "rescale", guidance_rescale=0.7)
    yield case(sd2, "exclamation", prompt="wow! a cat!!", negative_prompt="bad!")
    yield case(sd2, "img2img", strength=0.6)
    yield case(lcm, "default", steps=4, guidance_scale=8.5)
    yield case(lcm, "batch", steps=4, guidance_scale=8.0, seeds=[7, 8])
    yield case(lcm, "two_steps", steps=2, guidance_scale=1.5)
    yield case(lcm, "img2img", steps=4, guidance_scale=8.5, strength=0.6)
    for name, files in {
        "kohya": [["kohya", 1.0]],
        "kohya_weak": [["kohya", 0.3]],
        "peft": [["peft", 1.0]],
        "peft_without_metadata": [["peft_without_metadata", 0.8]],
        "two": [["kohya", 0.7], ["peft", 0.4]],
        "old_diffusers": [["old_diffusers", 1.0]],
        "kohya_mixed_alpha": [["kohya_mixed_alpha", 1.0]],
    }.items():
        yield case(sd1, f"lora.{name}", sampler="ddim", loras=files)


def init_picture(width, height):
    """A picture with edges, gradients and noise, RGB u8."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    red, green = 255 * x / (width - 1), 255 * y / (height - 1)
    blue = 255.0 * (((x - width / 2) ** 2 + (y - height / 2) ** 2) < (width / 3) ** 2)
    noise = np.random.default_rng(5).integers(-20, 21, (height, width, 3))
    return np.clip(np.stack([red, green, blue], -1) + noise, 0, 255).round().astype(np.uint8)


def load(out, options):
    pipe = DiffusionPipeline.from_pretrained(str(out / "folders" / options["folder"]), dtype=torch.float32)
    if options["scheduler_config"]:
        config = options["scheduler_config"]
        scheduler = getattr(diffusers, config["_class_name"]).from_config(dict(config))
        pipe = type(pipe)(**{**pipe.components, "scheduler": scheduler}, requires_safety_checker=False)
    if options["sampler"]:
        class_name, extra = SAMPLERS[options["sampler"]]
        pipe.scheduler = getattr(diffusers, class_name).from_config(pipe.scheduler.config, **extra)
    if options["strength"] is not None:
        is_lcm = options["folder"] == "tiny-lcm"
        image_class = LatentConsistencyModelImg2ImgPipeline if is_lcm else StableDiffusionImg2ImgPipeline
        pipe = image_class(**pipe.components, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def generate(pipe, options):
    """(pictures [n, h, w, 3] f32 in 0..1, final latents)"""
    count, kept = len(options["seeds"]), {}

    def keep(_, step, timestep, tensors):
        kept["latents"] = tensors["latents"].clone()
        return {}

    arguments = dict(
        num_inference_steps=options["steps"],
        guidance_scale=options["guidance_scale"],
        num_images_per_prompt=count,
        generator=[torch.Generator("cpu").manual_seed(seed) for seed in options["seeds"]],
        output_type="np",
        callback_on_step_end=keep,
        callback_on_step_end_tensor_inputs=["latents"],
    )
    if options["negative_prompt"] is not None:
        arguments["negative_prompt"] = options["negative_prompt"]
    if options["strength"] is not None:
        picture = Image.fromarray(init_picture(options["width"], options["height"]))
        arguments.update(image=picture, strength=options["strength"])
    else:
        arguments.update(width=options["width"], height=options["height"])
    if options["guidance_rescale"]:
        arguments["guidance_rescale"] = options["guidance_rescale"]
    pictures = pipe(options["prompt"], **arguments).images
    return pictures, kept["latents"]


def add_loras(out, pipe, options):
    names = []
    for file, _ in options["loras"]:
        pipe.load_lora_weights(str(out / "loras"), weight_name=f"{file}.safetensors", adapter_name=file)
        names.append(file)
    pipe.set_adapters(names, adapter_weights=[weight for _, weight in options["loras"]])
    pipe.unet.eval()
    pipe.text_encoder.eval()


def merge_loras(out, options):
    """The pipeline with its LoRAs merged by the formula W + weight * alpha / rank * up @ down, without diffusers' loader."""
    pipe = load(out, options)
    for file, weight in options["loras"]:
        loras.merge(pipe, loras.deltas(out / "loras", file, weight))
    return pipe


def with_loras(out, options):
    """The pipeline of a LoRA case: diffusers' loader, held against the formula, which alone reads mixed alphas right."""
    merged = merge_loras(out, options)
    if options["loras"][0][0] == "kohya_mixed_alpha":
        return merged
    pipe = load(out, options)
    add_loras(out, pipe, options)
    distance = float((generate(pipe, options)[1] - generate(merged, options)[1]).abs().max())
    if distance > 2e-4:
        raise ValueError(f"{options['name']}: diffusers' LoRA run and the merged weights are {distance:.2g} apart")
    return pipe


def write(out):
    loras.write(out / "loras", load(out, {**DEFAULTS, "folder": "tiny-sd1"}))
    tensors = {"input.init_picture": init_picture(16, 16)}
    listed = []
    for options in cases():
        pipe = with_loras(out, options) if options["loras"] else load(out, options)
        pictures, latents = generate(pipe, options)
        name = options["name"]
        tensors[f"{name}.latents"] = latents
        tensors[f"{name}.picture"] = (pictures * 255).round().astype(np.uint8)
        if name.endswith((".default", ".img2img", ".two")):
            tensors[f"{name}.picture_f32"] = pictures.astype(np.float32)
        used = pipe.scheduler
        listed.append({**options, "scheduler": type(used).__name__, "timesteps": [float(t) for t in used.timesteps]})
    save(pathlib.Path(out, "pipelines.safetensors"), tensors, {"cases": listed})
