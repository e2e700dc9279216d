#!/usr/bin/env python3
"""Has an adapter that this program wrote applied by python diffusers: the same seed must give the same picture within 2/255.

    python3 -m venv .venv && .venv/bin/pip install -r tests/parity/requirements.txt peft pillow
    .venv/bin/python tests/judges/judge_adapter.py --sticker target/debug/sticker --adapter adapter.safetensors

Without --adapter it writes one with random matrices on every kind of layer, once for each set of layers, and judges those. diffusers
reads the file by `load_lora_weights`; its pictures are 32x32x64 here, pixel-shuffled as in tests/parity/writers/builtin.py. Ends with
1 if a picture differs, or if the adapter changes nothing.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["DIFFUSERS_VERBOSITY"] = "error"

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image
from safetensors.torch import load_file, save_file
from torch.nn.functional import pixel_shuffle

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
MODEL = REPOSITORY / "assets" / "model"
TOLERANCE = 2
GUIDANCE = 4.0
ALPHA = 2.0
RANK = 4


def is_target(path, module, kinds):
    linear, convolution = isinstance(module, torch.nn.Linear), isinstance(module, torch.nn.Conv2d)
    if linear and (".attn1." in path or ".attn2." in path):
        return "attention" in kinds
    if linear and ".ff.net." in path:
        return "feed_forward" in kinds
    return convolution and path not in ("conv_in", "conv_out") and "convolution" in kinds


def write_random(path, kinds):
    """A kohya LoRA with matrices large enough to change the picture visibly."""
    unet = StableDiffusionPipeline.from_pretrained(MODEL, dtype=torch.float32).unet
    rng, tensors = torch.Generator().manual_seed(0), {}
    for name, module in unet.named_modules():
        if not is_target(name, module, kinds):
            continue
        key, shape = "lora_unet_" + name.replace(".", "_"), module.weight.shape
        ones = [1] * (len(shape) - 2)
        down = torch.randn((RANK, *shape[1:]), generator=rng)
        tensors[f"{key}.lora_down.weight"] = down / down[0].numel() ** 0.5
        tensors[f"{key}.lora_up.weight"] = 0.1 * torch.randn((shape[0], RANK, *ones), generator=rng)
        tensors[f"{key}.alpha"] = torch.tensor(ALPHA)
    save_file(tensors, path, {"ss_network_module": "networks.lora", "ss_network_dim": str(RANK), "ss_network_alpha": str(ALPHA)})


def by_diffusers(adapter, weight, options):
    """(RGBA u8, layers that carry an adapter)"""
    pipe = StableDiffusionPipeline.from_pretrained(MODEL, dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    pipe.load_lora_weights(str(adapter.parent), weight_name=adapter.name, adapter_name="judged")
    pipe.set_adapters(["judged"], [weight])
    latents = pipe(
        options.prompt,
        height=32,
        width=32,
        num_inference_steps=options.steps,
        guidance_scale=GUIDANCE,
        generator=torch.Generator("cpu").manual_seed(options.seed),
        output_type="latent",
    ).images
    with torch.no_grad():
        rgba = pixel_shuffle(pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample, 4)[0]
    layers = sum(path.endswith(".lora_A") and len(module) > 0 for path, module in pipe.unet.named_modules())
    return (((rgba + 1) / 2).clamp(0, 1).permute(1, 2, 0).numpy() * 255).round().astype(np.int16), layers


def by_sticker(adapter, weight, options):
    with tempfile.TemporaryDirectory() as folder:
        command = [options.sticker, "generate", options.prompt, "--seed", options.seed, "--steps", options.steps]
        command += ["--guidance", GUIDANCE, "--device", "cpu", "--precision", "f32", "--model", MODEL, "--out", folder]
        command += ["--lora", f"{adapter}:{weight}"]
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        (picture,) = pathlib.Path(folder).glob("*.png")
        return np.asarray(Image.open(picture).convert("RGBA")).astype(np.int16)


def judge(what, adapter, weight, options):
    """Whether diffusers' picture and this program's agree."""
    theirs, layers = by_diffusers(adapter, weight, options)
    without, ours = by_sticker(adapter, 0, options), by_sticker(adapter, weight, options)
    expected = sum(key.endswith(".lora_down.weight") for key in load_file(adapter))
    difference = np.abs(theirs - ours)
    changed = np.abs(ours - without).max()
    content = difference.max() <= TOLERANCE and layers == expected and changed > TOLERANCE
    print(
        f"{'ok  ' if content else 'FAIL'} diffusers: {what}, weight {weight}: {layers} of {expected} layers, largest difference "
        f"{difference.max()}/255, mean {difference.mean():.4f}; the adapter changes the picture by up to {changed}/255"
    )
    return content


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sticker", type=pathlib.Path, default=REPOSITORY / "target" / "debug" / "sticker")
    parser.add_argument("--adapter", type=pathlib.Path, help="a kohya LoRA for the built-in model")
    parser.add_argument("--weight", type=float, default=1.0)
    parser.add_argument("--prompt", default="3d sticker: cat face")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--steps", type=int, default=25)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        judged = {options.adapter.name: options.adapter.resolve()} if options.adapter else {}
        if not judged:
            for kinds in (["attention"], ["attention", "feed_forward", "convolution"]):
                judged["random matrices, " + " and ".join(kinds)] = path = pathlib.Path(folder, "-".join(kinds) + ".safetensors")
                write_random(path, kinds)
        results = [judge(what, adapter, options.weight, options) for what, adapter in judged.items()]
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
