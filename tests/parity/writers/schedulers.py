"""schedulers/*.safetensors: every scheduler driven by a closed-form model.

The fake U-Net of step i (0-based, counted from the first step that is run) given the scaled sample x, flattened row-major:

    model_output[k] = 0.3 * cos(i) * x[k] + 0.1 * sin(i + k)
"""

import json
import math
import pathlib
import sys
from unittest import mock

import diffusers
import numpy as np
import torch

from . import scheduler_tables
from .common import f32, randn, save
from .scheduler_tables import SAMPLE_SHAPE, SD_BETAS

PREDICTIONS = ["epsilon", "v_prediction", "sample"]
SPACINGS = ["leading", "trailing", "linspace"]

# The CLI's sampler name -> diffusers class and the options a person would pass to from_config for it.
SAMPLERS = {
    "ddim": ("DDIMScheduler", {}),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler_a": ("EulerAncestralDiscreteScheduler", {}),
    "dpmpp_2m": ("DPMSolverMultistepScheduler", {}),
    "dpmpp_2m_karras": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "lcm": ("LCMScheduler", {}),
}
# Not a sampler of the CLI, but the class that SD 1.x folders name.
PNDM = ("PNDMScheduler", {})


def scheduler_class(name):
    return getattr(diffusers, name)


def fake_model(sample, i):
    phase = torch.arange(sample.numel(), dtype=torch.float32).reshape(sample.shape) + float(i)
    return float(np.float32(0.3 * math.cos(i))) * sample + 0.1 * torch.sin(phase)


class RecordedNoise:
    """Replaces diffusers' randn_tensor, so that the noise of each step is known. Drawn from Generator(11)."""

    def __init__(self):
        self.stream = torch.Generator("cpu").manual_seed(11)
        self.drawn = []

    def __call__(self, shape, **_):
        self.drawn.append(torch.randn(shape, generator=self.stream))
        return self.drawn[-1]


def run(scheduler, steps, strength=None, begin_index=None):
    """The pipelines' loop around the fake model; returns the tensors of one case. `strength` runs it as image-to-image."""
    noise = RecordedNoise()
    with mock.patch.object(sys.modules[type(scheduler).__module__], "randn_tensor", noise, create=True):
        return denoise(scheduler, steps, strength, begin_index, noise)


def denoise(scheduler, steps, strength, begin_index, noise):
    scheduler.set_timesteps(steps)
    timesteps = scheduler.timesteps
    if begin_index is not None:
        scheduler.set_begin_index(begin_index)
    sample = randn(SAMPLE_SHAPE, 1)
    case = {"init_noise_sigma": f32([float(scheduler.init_noise_sigma)])}
    if strength is None:
        sample = sample * scheduler.init_noise_sigma
    else:
        begin = max(steps - min(int(steps * strength), steps), 0)
        timesteps = timesteps[begin * scheduler.order :]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(begin * scheduler.order)
        sample = scheduler.add_noise(randn(SAMPLE_SHAPE, 2), sample, timesteps[:1])
        case["start"] = sample.clone()
    scaled, previous, predicted, step_noise = [], [], [], []
    for i, t in enumerate(timesteps):
        model_input = scheduler.scale_model_input(sample, t)
        scaled.append(model_input)
        drawn = len(noise.drawn)
        output = scheduler.step(fake_model(model_input, i), t, sample, return_dict=True)
        sample = output.prev_sample
        previous.append(sample)
        x0 = getattr(output, "pred_original_sample", getattr(output, "denoised", None))
        predicted.append(x0)
        step_noise.append(noise.drawn[-1] if len(noise.drawn) > drawn else torch.zeros(SAMPLE_SHAPE))
    case["timesteps"] = timesteps.to(torch.float32)
    if hasattr(scheduler, "sigmas"):
        case["sigmas"] = scheduler.sigmas.to(torch.float32).clone()
    case["prev_sample"] = torch.cat(previous)
    if "Euler" in type(scheduler).__name__:  # the only ones that scale the U-Net's input
        case["scaled_input"] = torch.cat(scaled)
    if all(x0 is not None for x0 in predicted):
        case["pred_original_sample"] = torch.cat(predicted)
    if noise.drawn:
        case["noise"] = torch.cat(step_noise)
    return case


def finite(case):
    return all(bool(np.isfinite(np.asarray(value)).all()) for value in case.values())


class File:
    """Collects the cases of one file; a case that diffusers cannot run, or that is not finite, is listed with the reason."""

    def __init__(self):
        self.tensors, self.cases, self.skipped = {}, [], []

    def add(self, name, scheduler, steps, strength=None, **facts):
        facts.update(name=name, steps=steps, strength=strength, scheduler=type(scheduler).__name__)
        try:
            case = run(scheduler, steps, strength)
        except NotImplementedError as error:
            self.skipped.append({**facts, "reason": str(error)})
            return
        except IndexError as error:
            # Karras sigmas of a zero terminal SNR round to equal first timesteps; diffusers then starts at the second of
            # them and runs off the end of its sigmas. set_begin_index(0) is what its newer pipelines call.
            facts["diffusers_raises"] = str(error)
            scheduler.set_timesteps(steps)
            case = run(scheduler, steps, strength, begin_index=0)
        if not finite(case):
            self.skipped.append({**facts, "reason": "not finite"})
            return
        self.cases.append({**facts, "needs_noise": "noise" in case})
        self.tensors.update({f"{name}.{key}": value for key, value in case.items()})

    def save(self, path, facts=None):
        sample = {"input.sample": randn(SAMPLE_SHAPE, 1), "input.original": randn(SAMPLE_SHAPE, 2)}
        save(path, {**sample, **self.tensors}, {**(facts or {}), "cases": self.cases, "skipped": self.skipped})


def options(sampler):
    """(prediction_type, timestep_spacing, rescale_betas_zero_snr, steps): all of them with 5 steps, others thinned."""
    for prediction in PREDICTIONS:
        for spacing in SPACINGS:
            for zero_snr in (False, True):
                yield prediction, spacing, zero_snr, 5
    for spacing in SPACINGS:
        for steps in (1, 2):
            yield "epsilon", spacing, False, steps
        yield "v_prediction", spacing, False, 25
        # Steps that do not divide 1000 (DDIM's previous timestep is t - 1000 // steps), and halves, rounded to even.
        for steps in (7, 16):
            yield "v_prediction", spacing, False, steps
    yield "v_prediction", "trailing", True, 25
    yield "v_prediction", "trailing", True, 1
    yield "v_prediction", "trailing", True, 2
    if sampler.startswith("dpmpp"):
        for steps in (14, 15):  # lower_order_final changes at 15
            yield "epsilon", "leading", False, steps


def write_direct(out):
    for sampler, (class_name, extra) in SAMPLERS.items():
        file = File()
        for prediction, spacing, zero_snr, steps in options(sampler):
            config = {
                **SD_BETAS,
                **extra,
                "prediction_type": prediction,
                "timestep_spacing": spacing,
                "rescale_betas_zero_snr": zero_snr,
                "steps_offset": 1 if spacing == "leading" else 0,
            }
            if class_name in ("DDIMScheduler", "LCMScheduler"):
                config["clip_sample"] = False
            name = f"{prediction}.{spacing}.{'zero_snr' if zero_snr else 'plain'}.{steps}"
            file.add(name, scheduler_class(class_name)(**config), steps, config=config)
            if steps == 5 and prediction == "epsilon" and not zero_snr:
                file.add(f"{name}.img2img", scheduler_class(class_name)(**config), steps, strength=0.6, config=config)
        file.save(out / "schedulers" / f"{sampler}.safetensors")


# Scheduler configurations as published model folders have them.
FOLDER_CONFIGS = {
    "sd15_pndm": {
        "_class_name": "PNDMScheduler",
        "_diffusers_version": "0.6.0",
        **SD_BETAS,
        "set_alpha_to_one": False,
        "skip_prk_steps": True,
        "steps_offset": 1,
        "trained_betas": None,
        "clip_sample": False,
    },
    "sd21_ddim_v": {
        "_class_name": "DDIMScheduler",
        "_diffusers_version": "0.8.0",
        **SD_BETAS,
        "clip_sample": False,
        "prediction_type": "v_prediction",
        "set_alpha_to_one": False,
        "skip_prk_steps": True,
        "steps_offset": 1,
        "trained_betas": None,
    },
    "lcm": {
        "_class_name": "LCMScheduler",
        "_diffusers_version": "0.22.0.dev0",
        **SD_BETAS,
        "clip_sample": False,
        "clip_sample_range": 1.0,
        "dynamic_thresholding_ratio": 0.995,
        "original_inference_steps": 50,
        "prediction_type": "epsilon",
        "rescale_betas_zero_snr": False,
        "sample_max_value": 1.0,
        "set_alpha_to_one": True,
        "steps_offset": 0,
        "thresholding": False,
        "timestep_spacing": "leading",
        "trained_betas": None,
    },
    "sdxl_euler": {
        "_class_name": "EulerDiscreteScheduler",
        "_diffusers_version": "0.19.0.dev0",
        **SD_BETAS,
        "clip_sample": False,
        "interpolation_type": "linear",
        "prediction_type": "epsilon",
        "sample_max_value": 1.0,
        "set_alpha_to_one": False,
        "skip_prk_steps": True,
        "steps_offset": 1,
        "timestep_spacing": "leading",
        "trained_betas": None,
        "use_karras_sigmas": False,
    },
    # A folder that says next to nothing: the class's own defaults count.
    "bare_ddim": {"_class_name": "DDIMScheduler", **SD_BETAS},
}


def write_from_config(out, model):
    """Each folder's scheduler made into each sampler, as `pipe.scheduler = Other.from_config(config)` does."""
    configs = dict(FOLDER_CONFIGS)
    configs["builtin"] = json.loads(pathlib.Path(model, "scheduler/scheduler_config.json").read_text())
    file = File()
    for folder, config in configs.items():
        for sampler, (class_name, extra) in {**SAMPLERS, "pndm": PNDM}.items():
            if sampler == "pndm" and config["_class_name"] != "PNDMScheduler":
                continue
            for steps, strength in ((5, None), (5, 0.6)):
                if strength and folder not in ("sd15_pndm", "builtin"):
                    continue
                scheduler = scheduler_class(class_name).from_config(dict(config), **extra)
                name = f"{folder}.{sampler}.{steps}" + (".img2img" if strength else "")
                facts = {"folder": folder, "sampler": sampler}
                file.add(name, scheduler, steps, strength, **facts, resolved=resolved(scheduler))
    for folder in ("sd15_pndm", "builtin"):
        for sampler in ("dpmpp_2m", "dpmpp_2m_karras", "unipc"):
            class_name, extra = SAMPLERS[sampler]
            scheduler = scheduler_class(class_name).from_config(dict(configs[folder]), **extra)
            facts = {"folder": folder, "sampler": sampler}
            file.add(f"{folder}.{sampler}.30", scheduler, 30, **facts, resolved=resolved(scheduler))
    file.save(out / "schedulers" / "from_config.safetensors", {"configs": configs})


def resolved(scheduler):
    """The options the scheduler runs with, only those that change the computation."""
    keys = (
        "prediction_type timestep_spacing steps_offset rescale_betas_zero_snr clip_sample set_alpha_to_one beta_start "
        "beta_end beta_schedule num_train_timesteps use_karras_sigmas final_sigmas_type solver_order algorithm_type "
        "solver_type lower_order_final euler_at_final original_inference_steps timestep_scaling skip_prk_steps "
        "interpolation_type predict_x0 disable_corrector"
    ).split()
    return {key: scheduler.config[key] for key in keys if key in scheduler.config}


def write(out, model):
    write_direct(out)
    write_from_config(out, model)
    scheduler_tables.write(out)
