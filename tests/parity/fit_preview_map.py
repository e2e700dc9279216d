"""Fits the preview map of `studio.json`: latents to the RGBA of the decoded picture shrunk to the latents' size.

    python fit_preview_map.py [MODEL]        # prints the JSON of the key "preview", and R² of each channel on stderr

Least squares over latents of 24 prompts after 12 steps; colours count by their coverage. Packages: requirements.txt.
"""

import json
import pathlib
import sys

import torch
import torch.nn.functional as F
from diffusers import StableDiffusionPipeline

SUBJECTS = (
    "cat face, pizza, red heart, beaming face with smiling eyes, dragon face, rocket, hamburger, ghost, evergreen tree, unicorn, "
    "panda, blue frog, penguin wearing a crown, avocado, strawberry, robot, sun, fish, purple grapes, pink flower, green apple, "
    "brown bear, yellow banana, black cat"
).split(", ")
STYLES = ("3d", "flat", "noto")
PATCH = 4


def samples(pipe):
    """Latents [n, channels] and the mean colour and alpha [n, 4] of the pixels each stands for."""
    inputs, outputs = [], []
    for index, subject in enumerate(SUBJECTS):
        prompt = f"{STYLES[index % len(STYLES)]} sticker: {subject}"
        generator = torch.Generator("cpu").manual_seed(index)
        latents = pipe(
            prompt, height=32, width=32, output_type="latent", num_inference_steps=12, guidance_scale=4.0, generator=generator
        ).images
        picture = F.pixel_shuffle(pipe.vae.decode(latents).sample, PATCH).clamp(-1, 1)
        side = picture.shape[-1] // latents.shape[-1]
        coverage = (picture[:, 3:] + 1) / 2
        colour = F.avg_pool2d(picture[:, :3] * coverage, side) / F.avg_pool2d(coverage, side).clamp(min=1e-3)
        target = torch.cat([colour, F.avg_pool2d(picture[:, 3:], side)], 1)
        inputs.append(latents.permute(0, 2, 3, 1).reshape(-1, latents.shape[1]))
        outputs.append(target.permute(0, 2, 3, 1).reshape(-1, 4))
    return torch.cat(inputs).double(), torch.cat(outputs).double()


def main():
    torch.set_num_threads(1)
    default = pathlib.Path(__file__).resolve().parents[2] / "assets" / "model"
    pipe = StableDiffusionPipeline.from_pretrained(sys.argv[1] if len(sys.argv) > 1 else default)
    pipe.set_progress_bar_config(disable=True)
    with torch.no_grad():
        latents, target = samples(pipe.to(torch.float32))
    design = torch.cat([latents, torch.ones(len(latents), 1, dtype=latents.dtype)], 1)
    columns = []
    for channel in range(4):
        weight = (target[:, 3] + 1) / 2 + 0.02 if channel < 3 else torch.ones(len(target), dtype=target.dtype)
        root, wanted = weight.sqrt(), target[:, channel]
        solution = torch.linalg.lstsq(design * root[:, None], (wanted * root)[:, None]).solution[:, 0]
        rest = (design @ solution - wanted) * root
        spread = (wanted - (wanted * weight).sum() / weight.sum()) * root
        print("rgba"[channel], "R2", 1 - (rest @ rest / (spread @ spread)).item(), file=sys.stderr)
        columns.append(solution)
    rows = torch.stack(columns, 1)
    rounded = [[round(value, 4) for value in row] for row in rows.tolist()]
    print(json.dumps({"factors": rounded[:-1], "bias": rounded[-1]}))


if __name__ == "__main__":
    main()
