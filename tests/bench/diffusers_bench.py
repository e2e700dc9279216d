"""Python diffusers' side of the speed comparison; `sticker bench` is the other. Prints one JSON line a model.

    python diffusers_bench.py --model FOLDER [--only builtin|sd15] [--threads N] [--device cpu|cuda] [--dtype f32|f16]

builtin: the folder's own model at its own size. sd15: a randomly initialised U-Net and autoencoder of Stable Diffusion 1.5's
shape at 512x512. A denoising step is what the pipeline does: the U-Net on the guidance pair (batch 2), guidance, scheduler
step. Each model runs in a process of its own, so that peak memory is its own. Packages: ../parity/requirements.txt.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

START = time.perf_counter()
REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
DEFAULT_STEPS = {"builtin": 25, "sd15": 5}
DECODES = {"builtin": 5, "sd15": 1}

SD15_UNET = {
    "sample_size": 64,
    "block_out_channels": (320, 640, 1280, 1280),
    "layers_per_block": 2,
    "cross_attention_dim": 768,
    "attention_head_dim": 8,
}
SD15_VAE = {
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
    "latent_channels": 4,
    "sample_size": 512,
}
SD15_SCHEDULE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "clip_sample": False}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--model", type=pathlib.Path, default=REPOSITORY / "assets" / "model", help="the built-in model's folder"
    )
    parser.add_argument("--only", choices=["builtin", "sd15"])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--dtype", choices=["f32", "f16"], default="f32")
    parser.add_argument("--steps", type=int, help="timed denoising steps (25 for builtin, 5 for sd15)")
    return parser.parse_args()


def peak_rss_mb():
    """VmHWM: the most memory this process ever had in RAM."""
    status = pathlib.Path("/proc/self/status").read_text()
    return round(int(status.split("VmHWM:")[1].split()[0]) / 1024, 1)


def milliseconds(action, count, synchronize, warm_up=1):
    times = []
    for i in range(warm_up + count):
        synchronize()
        begin = time.perf_counter()
        action(i)
        synchronize()
        times.append((time.perf_counter() - begin) * 1000)
    times = times[warm_up:]
    return {"median": round(statistics.median(times), 2), "min": round(min(times), 2), "max": round(max(times), 2)}


def load_builtin(options, dtype):
    """(unet, vae, scheduler, other weights, what makes the text embeddings of the guidance pair)"""
    from diffusers import StableDiffusionPipeline

    pipe = StableDiffusionPipeline.from_pretrained(str(options.model), dtype=dtype).to(options.device)

    def texts():
        positive, negative = pipe.encode_prompt("3d sticker: cat face", options.device, 1, True, "")
        return [negative, positive]

    return pipe.unet, pipe.vae, pipe.scheduler, [pipe.text_encoder], texts


def load_sd15(options, dtype):
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel

    generator = torch.Generator(options.device).manual_seed(0)

    def random_model(model_class, config):
        with torch.device("meta"):
            model = model_class(**config)
        model = model.to(dtype).to_empty(device=options.device)
        for parameter in model.parameters():
            fan_in = parameter[0].numel() if parameter.ndim > 1 else 1
            parameter.normal_(0.0, 0.5 * fan_in**-0.5 if parameter.ndim > 1 else 0.1, generator=generator)
        return model.eval()

    unet, vae = random_model(UNet2DConditionModel, SD15_UNET), random_model(AutoencoderKL, SD15_VAE)

    def texts():
        return [torch.randn((1, 77, 768), generator=generator, device=options.device, dtype=dtype) for _ in range(2)]

    return unet, vae, DDIMScheduler(**SD15_SCHEDULE), [], texts


def measure(name, options):
    import torch

    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    dtype = {"f32": torch.float32, "f16": torch.float16}[options.dtype]
    synchronize = torch.cuda.synchronize if options.device == "cuda" else lambda: None
    load = {"builtin": load_builtin, "sd15": load_sd15}[name]
    import diffusers
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline  # noqa: F401  (imported here, timed apart)

    imported, rss_after_import = time.perf_counter(), peak_rss_mb()
    unet, vae, scheduler, others, texts = load(options, dtype)
    synchronize()
    loaded, rss_after_load = time.perf_counter(), peak_rss_mb()

    size, channels = unet.config.sample_size, unet.config.in_channels
    steps = options.steps or DEFAULT_STEPS[name]
    scheduler.set_timesteps(steps + 1)
    state = {"latents": torch.randn((1, channels, size, size)).to(options.device, dtype)}
    text = torch.cat(texts())

    def step(i):
        timestep = scheduler.timesteps[i]
        pair = scheduler.scale_model_input(torch.cat([state["latents"]] * 2), timestep)
        unconditional, conditional = unet(pair, timestep, encoder_hidden_states=text).sample.chunk(2)
        guided = unconditional + 4.0 * (conditional - unconditional)
        state["latents"] = scheduler.step(guided, timestep, state["latents"]).prev_sample

    step_ms = milliseconds(step, steps, synchronize)
    latents = torch.randn((1, channels, size, size)).to(options.device, dtype)
    decode_ms = milliseconds(lambda _: vae.decode(latents), DECODES[name], synchronize)
    weights = sum(p.numel() * p.element_size() for module in (unet, vae, *others) for p in module.parameters())
    result = {
        "program": f"diffusers {diffusers.__version__}, torch {torch.__version__}",
        "model": name,
        "device": options.device if options.device == "cpu" else torch.cuda.get_device_name(),
        "dtype": options.dtype,
        "threads": options.threads,
        "import_seconds": round(imported - START, 3),
        "load_seconds": round(loaded - imported, 3),
        "steps": steps,
        "step_ms": step_ms,
        "decode_ms": decode_ms,
        "weights_mb": round(weights / 2**20, 1),
        "rss_after_import_mb": rss_after_import,
        "rss_after_load_mb": rss_after_load,
        "peak_rss_mb": peak_rss_mb(),
    }
    if options.device == "cuda":
        result["peak_gpu_mb"] = round(torch.cuda.max_memory_allocated() / 2**20, 1)
    print(json.dumps(result), flush=True)


def main():
    options = arguments()
    if options.only:
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_VERBOSITY"] = os.environ["DIFFUSERS_VERBOSITY"] = "error"
        os.environ["TQDM_DISABLE"] = os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        measure(options.only, options)
        return
    for name in DEFAULT_STEPS:
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--only", name], check=True)


if __name__ == "__main__":
    main()
