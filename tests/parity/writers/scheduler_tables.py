"""schedulers/betas.safetensors and rescale_noise_cfg.safetensors: the tables and the formula around the schedulers."""

import diffusers
import numpy as np
import torch
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import rescale_noise_cfg

from .common import randn, save

SAMPLE_SHAPE = (1, 4, 2, 2)
SD_BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000}


def write(out):
    write_betas(out)
    write_guidance_rescale(out)


def write_betas(out):
    """betas and alphas_cumprod of each beta_schedule at some indices, and DDIM's add_noise at single timesteps."""
    indices = [0, 1, 2, 3, 10, 50, 100, 250, 333, 499, 500, 666, 750, 900, 990, 997, 998, 999]
    tensors, cases = {}, []
    original, noise = randn(SAMPLE_SHAPE, 2), randn(SAMPLE_SHAPE, 1)
    for schedule in ("linear", "scaled_linear", "squaredcos_cap_v2"):
        for zero_snr in (False, True):
            config = {**SD_BETAS, "beta_schedule": schedule, "rescale_betas_zero_snr": zero_snr}
            scheduler = diffusers.DDIMScheduler(**config)
            name = f"{schedule}.{'zero_snr' if zero_snr else 'plain'}"
            tensors[f"{name}.betas"] = scheduler.betas[indices]
            tensors[f"{name}.alphas_cumprod"] = scheduler.alphas_cumprod[indices]
            cases.append({"name": name, "config": config})
            timesteps = torch.tensor([0, 499, 999])
            tensors[f"{name}.add_noise"] = torch.cat(
                [scheduler.add_noise(original, noise, timesteps[i : i + 1]) for i in range(3)]
            )
    tensors["trained_betas.alphas_cumprod"] = diffusers.DDIMScheduler(
        trained_betas=np.linspace(1e-4, 0.02, 10).astype(np.float32), num_train_timesteps=10
    ).alphas_cumprod
    config = {"indices": indices, "add_noise_timesteps": [0, 499, 999], "cases": cases}
    save(out / "schedulers" / "betas.safetensors", {"input.original": original, "input.noise": noise, **tensors}, config)


def write_guidance_rescale(out):
    text, guided = randn((2, 4, 6, 5), 3), 3.0 * randn((2, 4, 6, 5), 4)
    rescaled = {f"output.{r}": rescale_noise_cfg(guided, text, guidance_rescale=r) for r in (0.3, 0.7, 1.0)}
    save(
        out / "schedulers" / "rescale_noise_cfg.safetensors",
        {"input.noise_cfg": guided, "input.noise_pred_text": text, **rescaled},
        {"guidance_rescale": [0.3, 0.7, 1.0], "std": "unbiased (n - 1), over all but the batch axis"},
    )
