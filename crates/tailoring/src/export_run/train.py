#!/usr/bin/env python3
"""Trains the adapter (LoRA) of an exported run by Style Tailoring (arXiv 2311.10794), on any number of GPUs and machines.

    pip install torch accelerate diffusers transformers peft webdataset pillow
    accelerate config                                   # GPUs, machines, number format
    accelerate launch train.py --run RUN --model MODEL --out adapter.safetensors
    ACCELERATE_USE_CPU=true accelerate launch --multi_gpu --num_processes 2 train.py ...      # two processes without a GPU

RUN holds settings.json, content/*.tar and style/*.tar (WebDataset: key.png, key.txt, key.json); MODEL is the diffusers folder that
the run was made for. `batch_size` is the batch of all processes together. Every process draws the whole batch from the same seeded
stream and takes its share, so one and many processes train alike. Checkpoints go to OUT.state (on many machines a shared folder);
--resume goes on from the last one.
"""

import argparse
import hashlib
import io
import json
import math
import os
import pathlib
import time
import typing

import torch

ATTENTION = (".to_q", ".to_k", ".to_v", ".to_out.0")
FEED_FORWARD = (".ff.net.0.proj", ".ff.net.2")


# The objective


def loss_on(unet, batch, alphas_cumprod, prediction_type, settings):
    """The loss of each sample, [batch].

    `batch`: latents [batch, channels, height, width], noise (the same shape), offset [batch, channels, 1, 1] standard normal,
    alpha [batch, 1, height, width] in 0..1, timesteps [batch], embeddings [batch, tokens, width]. Noise offset:
    crosslabs.org/blog/diffusion-with-offset-noise. Min-SNR-gamma: arXiv 2303.09556. v: arXiv 2202.00512.
    """
    signal = alphas_cumprod[batch["timesteps"]].view(-1, 1, 1, 1)
    noise = batch["noise"] + settings["noise_offset"] * batch["offset"]
    noisy = signal.sqrt() * batch["latents"] + (1 - signal).sqrt() * noise
    velocity = signal.sqrt() * noise - (1 - signal).sqrt() * batch["latents"]
    target = velocity if prediction_type == "v_prediction" else noise
    prediction = unet(noisy, batch["timesteps"], batch["embeddings"]).sample
    cells = 1 - settings["alpha_weight"] + settings["alpha_weight"] * batch["alpha"]
    mean = cells.mean((1, 2, 3), keepdim=True)
    cells = torch.where(mean > 0, cells / mean, 1.0)  # a sample without any alpha counts evenly
    loss = (cells * (prediction.float() - target) ** 2).mean((1, 2, 3))
    gamma = settings["min_snr_gamma"]
    if gamma is None:
        return loss
    snr = (signal / (1 - signal)).flatten()
    if prediction_type == "v_prediction":
        return loss * snr.clamp(max=gamma) / (snr + 1)
    return loss * gamma / snr.clamp(min=gamma)  # min(snr, gamma) / snr, also at snr 0


def target_modules(unet, kinds):
    """The dotted paths of the layers that get an adapter."""

    def kind(path, module):
        if (".attn1." in path or ".attn2." in path) and path.endswith(ATTENTION):
            return "attention"
        if path.endswith(FEED_FORWARD):
            return "feed_forward"
        inner = isinstance(module, torch.nn.Conv2d) and path not in ("conv_in", "conv_out")
        return "convolution" if inner or path.endswith((".proj_in", ".proj_out")) else None  # linear in Stable Diffusion 2

    return [path for path, module in unet.named_modules() if kind(path, module) in kinds]


def add_adapter(unet, settings):
    """Freezes the U-Net and adds the low-rank matrices in f32: up zero, down Kaiming-uniform, the product scaled by alpha / rank."""
    from diffusers.training_utils import cast_training_params
    from peft import LoraConfig

    unet.requires_grad_(False)
    targets = target_modules(unet, settings["targets"])
    unet.add_adapter(LoraConfig(r=settings["rank"], lora_alpha=settings["alpha"], target_modules=targets))
    cast_training_params(unet, torch.float32)
    return [parameter for parameter in unet.parameters() if parameter.requires_grad]


def matrices(unet):
    """(dotted path, down, up) of each adapted layer."""
    for path, module in unet.named_modules():
        if hasattr(module, "lora_A") and "default" in module.lora_A:
            yield path, module.lora_A["default"].weight, module.lora_B["default"].weight


class RankDropout:
    """Drops components of each module's rank, one mask a module and micro-step; what stays is scaled by 1 / (1 - p)."""

    def __init__(self, unet, p):
        self.p, self.masks = p, {}
        self.downs = [module for path, module in unet.named_modules() if path.endswith(".lora_A.default") and p > 0]
        for module in self.downs:
            module.register_forward_hook(lambda module, _, hidden: hidden * self.masks[module])

    def draw(self, rng):
        for module in self.downs:
            kept = (torch.rand(module.weight.shape[0], generator=rng) >= self.p) / (1 - self.p)
            self.masks[module] = (kept[:, None, None] if module.weight.ndim == 4 else kept).to(module.weight)


# What is drawn for a step


def phases(settings):
    """(objective, steps) in order: a sequential objective gives each half of the steps to one set."""
    first, then, second = settings["objective"].partition("_then_")
    if not then:
        return [(first, settings["steps"])]
    name = {"alignment": "alignment_only", "style": "style_only"}
    half = (settings["steps"] + 1) // 2
    return [(name[first], half), (name[second], settings["steps"] - half)]


def draw_timesteps(objective, settings, cut, train_timesteps, micro_step, rng):
    """(whether each sample is of the content set, its timestep): content where t >= cut, style where t < cut, counted from 0."""
    n = settings["batch_size"]
    uniform = torch.rand(n, generator=rng, dtype=torch.float64)  # in f32, low + u * (high - low) could round up to high
    every = (uniform * train_timesteps).long()
    if objective == "style_tailoring" and settings["mix"] == "uniform_t":
        return every >= cut, every
    half = (n * micro_step + torch.arange(n)) % 2 == 0  # the sets take turns, also from batch to batch
    if objective == "style_tailoring":
        return half, torch.where(half, cut + uniform * (train_timesteps - cut), uniform * cut).long()
    return half if objective == "joint" else torch.full((n,), objective == "alignment_only"), every


class Order:
    """Every example of a set comes once before any comes again, in an order shuffled anew each time around."""

    def __init__(self, settings):
        self.seed, self.drawn = settings["seed"], {"content": 0, "style": 0}

    def next(self, name, count):
        around, place = divmod(self.drawn[name], count)
        self.drawn[name] += 1
        rng = torch.Generator().manual_seed((2 * self.seed + (name == "style")) * 1_000_003 + around)
        return torch.randperm(count, generator=rng)[place].item()


def draw_batch(sets, order, content, timesteps, settings, share, rng):
    """This process's share of a batch, drawn in the same order whatever the number of processes."""
    n, shape = len(content), next(iter(sets.values()))[0].latents.shape[1:]
    names = ["content" if of_content else "style" for of_content in content]
    examples = [sets[name][order.next(name, len(sets[name]))] for name in names]
    mirrored, dropped = (torch.rand(n, generator=rng) for _ in range(2))
    noise, offset = torch.randn(n, *shape, generator=rng), torch.randn(n, shape[0], 1, 1, generator=rng)
    mine = [(examples[i], int(settings["flip"] and mirrored[i] < 0.5)) for i in share]
    tensors = {
        "latents": torch.stack([example.latents[side] for example, side in mine]),
        "alpha": torch.stack([example.alpha[side] for example, side in mine]),
        "noise": noise[share],
        "offset": offset[share],
        "timesteps": timesteps[share],
    }
    return tensors, ["" if dropped[i] < settings["caption_dropout"] else examples[i].caption for i in share]


def learning_rate(settings, step, steps):
    """Of a step of a phase: linear warm-up, then constant or a cosine down to zero."""
    warmup = min(settings["warmup_steps"], steps // 2)
    if step < warmup:
        return settings["learning_rate"] * (step + 1) / (warmup + 1)
    if settings["lr_schedule"] == "constant":
        return settings["learning_rate"]
    return settings["learning_rate"] * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))


# The pictures


class Example(typing.NamedTuple):
    """A picture by its sides, itself and its mirror image: latents [sides, channels, height, width], alpha [sides, 1, height, width]."""

    caption: str
    latents: torch.Tensor
    alpha: torch.Tensor


def read_shards(folder):
    """(sha256, caption, PNG) of each example that is not held out."""
    import webdataset

    shards = sorted(str(shard) for shard in folder.glob("*.tar"))
    if not shards:
        raise SystemExit(f"the run has no *.tar for this set; export it again: {folder}")
    for sample in webdataset.WebDataset(shards, shardshuffle=False, nodesplitter=lambda urls: urls):
        about = json.loads(sample["json"])
        if hashlib.sha256(sample["png"]).hexdigest() != about["sha256"]:
            raise SystemExit(f"a picture of the run is damaged ({sample['__key__']}); export it again: {folder}")
        if not about["held_out"]:
            yield about["sha256"], sample["txt"].decode(), sample["png"]


def to_rgba(png, side):
    """A picture in 0..1, [4, side, side]. One of another size is fitted: a cut-out is cropped to what is visible (alpha above 8 of
    255) and centred with a margin of 4 %, an opaque picture touches two sides; the rest is transparent."""
    from PIL import Image
    from torchvision.transforms.functional import pil_to_tensor

    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    if picture.size != (side, side):
        visible = picture.getchannel("A").point(lambda alpha: 255 * (alpha > 8))
        cut_out = visible.getextrema()[0] == 0
        picture = picture.crop(visible.getbbox() if cut_out else None)
        factor = (round(side * 0.92) if cut_out else side) / max(picture.size)
        size = [max(1, round(length * factor)) for length in picture.size]
        small = picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
        picture = Image.new("RGBA", (side, side))
        picture.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    return pil_to_tensor(picture).float() / 255


class Encoder:
    """The autoencoder's encoder: latents are the posterior's mean times scaling_factor."""

    def __init__(self, vae, model):
        config = json.loads((model / "vae" / "config.json").read_text())
        self.vae, self.patch = vae, config.get("patch_size", 1)
        self.has_alpha = config["in_channels"] == 4 * self.patch**2
        self.identity = hashlib.sha256(b"".join(sha256(file) for file in sorted((model / "vae").glob("*.safetensors")))).hexdigest()

    @torch.no_grad()
    def encode(self, rgba):
        """Latents and alpha of [batch, 4, size, size]; a model without alpha sees the picture over white."""
        colour, alpha = rgba[:, :3], rgba[:, 3:]
        if self.has_alpha:
            values = torch.cat([(2 * colour - 1) * alpha, 2 * alpha - 1], 1)
        else:
            values = 2 * (colour * alpha + 1 - alpha) - 1
        values = torch.nn.functional.pixel_unshuffle(values, self.patch).to(self.vae.device)
        latents = self.vae.encode(values).latent_dist.mean.cpu().contiguous() * self.vae.config.scaling_factor
        return latents, torch.nn.functional.adaptive_avg_pool2d(alpha, latents.shape[-2:])


def encode_sets(accelerator, encoder, run, names, settings, cache):
    """The examples of each set by its name. Pictures are encoded once, each process its share, and kept in `cache`."""
    from accelerate.utils import gather_object
    from safetensors.torch import load_file, save_file

    identity = f"{encoder.identity}-{settings['resolution']}-{'flip' if settings['flip'] else 'plain'}"
    cache = cache / f"latents-{hashlib.sha256(identity.encode()).hexdigest()[:16]}.safetensors"
    known = load_file(cache) if cache.exists() else {}
    listed, new, seen = {name: [] for name in names}, [], set()
    for name in names:
        for digest, caption, png in read_shards(run / name):
            listed[name].append((digest, caption))
            mine = len(seen) % accelerator.num_processes == accelerator.process_index
            if digest not in known and digest not in seen and mine:
                rgba = to_rgba(png, settings["resolution"])
                new.append((digest, *encoder.encode(torch.stack([rgba, rgba.flip(-1)] if settings["flip"] else [rgba]))))
            seen.add(digest)
        if not listed[name]:
            raise SystemExit(f"every example of this set is held out, so there is nothing to train on: {run / name}")
    if new := gather_object(new):
        for digest, latents, alpha in new:
            known[digest], known[f"alpha.{digest}"] = latents, alpha
        if accelerator.is_main_process:
            write_atomically(cache, lambda file: save_file(known, file))
    return {name: [Example(caption, known[digest], known[f"alpha.{digest}"]) for digest, caption in entries] for name, entries in listed.items()}


# Files


def sha256(file):
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def write_atomically(path, write):
    partial = path.with_name(path.name + ".partial")
    write(partial)
    with open(partial, "rb+") as file:
        os.fsync(file.fileno())
    partial.replace(path)


def check_model(model, settings):
    wanted = settings["model"]["unet_sha256"]
    found = {sha256(file).hex() for file in (model / "unet").glob("*.safetensors")}
    if wanted not in found:
        raise SystemExit(f"this is not the model that the run was made for ({settings['model']['name']}, unet {wanted[:12]}): {model}")


def metadata(settings, sets, pipe, started):
    """kohya's `ss_*` and modelspec's entries."""
    width = pipe.unet.config.cross_attention_dim
    v2, v = width == 1024, pipe.scheduler.config.prediction_type == "v_prediction"
    base = {768: "sd_v1", 1024: "sd_v2_v" if v else "sd_v2"}.get(width, "sticker_studio")
    architecture = {768: "stable-diffusion-v1", 1024: "stable-diffusion-v2-768-v" if v else "stable-diffusion-v2-512"}
    size = f"{settings['resolution']}x{settings['resolution']}"
    convolution = {"conv_dim": settings["rank"], "conv_alpha": settings["alpha"]} if "convolution" in settings["targets"] else {}
    entries = {
        "ss_v2": v2,
        "ss_base_model_version": base,
        "ss_network_module": "networks.lora",
        "ss_network_dim": settings["rank"],
        "ss_network_alpha": settings["alpha"],
        "ss_network_args": convolution,
        "ss_learning_rate": settings["learning_rate"],
        "ss_unet_lr": settings["learning_rate"],
        "ss_num_train_images": sum(map(len, sets.values())),
        "ss_steps": settings["steps"],
        "ss_resolution": f"({settings['resolution']}, {settings['resolution']})",
        "ss_seed": settings["seed"],
        "ss_optimizer": "torch.optim.adamw.AdamW",
        "ss_lr_scheduler": settings["lr_schedule"],
        "ss_noise_offset": settings["noise_offset"],
        "ss_min_snr_gamma": settings["min_snr_gamma"],
        "ss_dataset_dirs": {name: {"n_repeats": 1, "img_count": len(examples)} for name, examples in sets.items()},
        "ss_sd_model_name": settings["model"]["name"],
        "ss_new_sd_model_hash": settings["model"]["unet_sha256"],
        "ss_training_started_at": started,
        "ss_training_finished_at": time.time(),
        "ss_training_comment": f"objective {settings['objective']}, mix {settings['mix']}, cut {settings['cut']}",
        "modelspec.sai_model_spec": "1.0.1",
        "modelspec.architecture": f"{architecture.get(width, 'sticker-studio')}/lora",
        "modelspec.implementation": "https://github.com/huggingface/diffusers",
        "modelspec.title": settings["model"]["name"] + ", tailored",
        "modelspec.resolution": size,
        "modelspec.date": time.strftime("%Y-%m-%dT%H:%M:%S"),
        "modelspec.prediction_type": "v" if v else "epsilon",
    }
    return {key: value if isinstance(value, str) else json.dumps(value) if isinstance(value, dict) else str(value) for key, value in entries.items()}


def write_adapter(path, unet, alpha, entries):
    """A LoRA file as kohya's trainer writes it, in f32."""
    from safetensors.torch import save

    tensors = {}
    for module, down, up in matrices(unet):
        name = "lora_unet_" + module.replace(".", "_")
        tensors[f"{name}.lora_down.weight"], tensors[f"{name}.lora_up.weight"] = down.detach().cpu(), up.detach().cpu()
        tensors[f"{name}.alpha"] = torch.tensor(float(alpha))
    data = save(tensors, {key: value for key, value in entries.items() if key.startswith("ss_")})
    entries["sshs_model_hash"] = hashlib.sha256(data[8 + int.from_bytes(data[:8], "little") :]).hexdigest()
    entries["sshs_legacy_hash"] = hashlib.sha256(data[0x100000:0x110000]).hexdigest()[:8]
    write_atomically(path, lambda file: file.write_bytes(save(tensors, entries)))


class Progress:
    """What a checkpoint holds beside matrices and optimiser: the steps done, the place in the data, the averaged matrices (EMA)."""

    def __init__(self, parameters, settings):
        self.step, self.settings, self.order = 0, settings, Order(settings)
        self.average = [parameter.detach().clone() for parameter in parameters] if settings["ema_decay"] > 0 else []

    def state_dict(self):
        return {"step": self.step, "drawn": self.order.drawn, "settings": json.dumps(self.settings), "average": self.average}

    def load_state_dict(self, state):
        if json.loads(state["settings"]) != self.settings:
            raise SystemExit("the checkpoint was made with other settings; train without --resume, or with another --out")
        self.step, self.order.drawn = state["step"], state["drawn"]
        for average, stored in zip(self.average, state["average"]):
            average.copy_(stored)


class Checkpoints:
    """Folders STATE/step-N, each written beside and renamed; only the adapter's part of the U-Net is kept."""

    def __init__(self, accelerator, unet, folder):
        from peft import get_peft_model_state_dict, set_peft_model_state_dict
        from safetensors.torch import load_file, save_file

        def before_save(_, weights, target):
            weights.clear()
            if accelerator.is_main_process:
                save_file({key: value.contiguous() for key, value in get_peft_model_state_dict(unet).items()}, f"{target}/adapter.safetensors")

        def before_load(models, source):
            models.clear()
            set_peft_model_state_dict(unet, load_file(f"{source}/adapter.safetensors"))

        self.accelerator, self.folder = accelerator, folder
        accelerator.register_save_state_pre_hook(before_save)
        accelerator.register_load_state_pre_hook(before_load)

    def finished(self):
        return sorted((path for path in self.folder.glob("step-*") if path.suffix != ".partial"), key=lambda path: int(path.name[5:]))

    def save(self, step):
        import shutil

        path, before = self.folder / f"step-{step}", self.finished()
        partial = path.with_suffix(".partial")
        self.accelerator.save_state(partial)
        self.accelerator.wait_for_everyone()
        if self.accelerator.is_main_process:
            partial.replace(path)
            for old in before:
                shutil.rmtree(old) if old != path else None
        self.accelerator.wait_for_everyone()

    def load_last(self):
        if not (found := self.finished()):
            raise SystemExit(f"there is no checkpoint to resume from: {self.folder}")
        self.accelerator.load_state(found[-1])


# The run


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=pathlib.Path, required=True, help="the exported run")
    parser.add_argument("--model", type=pathlib.Path, required=True, help="the diffusers folder that the run was made for")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the adapter, a .safetensors file")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in OUT.state")
    parser.add_argument("--checkpoint-every", type=int, default=500, metavar="STEPS")
    parser.add_argument("--log-every", type=int, default=10, metavar="STEPS")
    parser.add_argument("--gradient-checkpointing", action="store_true", help="less memory, about a third more time")
    return parser.parse_args()


def main():
    from accelerate import Accelerator
    from diffusers import DDPMScheduler, StableDiffusionPipeline

    options, started = arguments(), time.time()
    settings = json.loads((options.run / "settings.json").read_text())
    if settings["schema"] != 1:
        raise SystemExit(f"the run is of schema {settings['schema']}, this script reads 1; use the train.py of that export: {options.run}")
    accelerator = Accelerator(gradient_accumulation_steps=settings["accumulation"])
    if settings["objective"] in ("prompt_engineering", "domain_align"):
        raise SystemExit(f"the objective `{settings['objective']}` makes no adapter; choose another one: {options.run}")
    if settings["batch_size"] < accelerator.num_processes:
        raise SystemExit(f"a batch of {settings['batch_size']} cannot be shared by {accelerator.num_processes} processes; start fewer")
    check_model(options.model, settings)
    pipe = StableDiffusionPipeline.from_pretrained(options.model, dtype=torch.float32, safety_checker=None, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    pipe.vae.to(accelerator.device)
    scheduler = DDPMScheduler.from_config(pipe.scheduler.config)
    prediction_type, train_timesteps = scheduler.config.prediction_type, scheduler.config.num_train_timesteps
    if prediction_type not in ("epsilon", "v_prediction"):
        raise SystemExit(f"a model that predicts `{prediction_type}` is not supported, only epsilon and v_prediction: {options.model}")
    cut = round(settings["cut"] * train_timesteps)
    if settings["objective"] == "style_tailoring" and not 0 < cut < train_timesteps:
        raise SystemExit(f"a cut of {settings['cut']} leaves one of the sets no timestep; choose one between 0 and 1")

    state = options.out.with_name(options.out.name + ".state")
    state.mkdir(parents=True, exist_ok=True)
    needed = {"alignment_only": ["content"], "style_only": ["style"]}.get(settings["objective"], ["content", "style"])
    sets = encode_sets(accelerator, Encoder(pipe.vae, options.model), options.run, needed, settings, state)
    pipe.vae.to("cpu")

    torch.manual_seed(settings["seed"])
    half = {"fp16": torch.float16, "bf16": torch.bfloat16}.get(accelerator.mixed_precision, torch.float32)
    pipe.unet.to(accelerator.device, half).train()
    pipe.text_encoder.to(accelerator.device, half)
    if options.gradient_checkpointing:
        pipe.unet.enable_gradient_checkpointing()
    parameters = add_adapter(pipe.unet, settings)
    dropout = RankDropout(pipe.unet, settings["rank_dropout"])
    optimizer = torch.optim.AdamW(parameters, lr=settings["learning_rate"], weight_decay=settings["weight_decay"])
    unet, optimizer = accelerator.prepare(pipe.unet, optimizer)
    progress, checkpoints = Progress(parameters, settings), Checkpoints(accelerator, pipe.unet, state)
    accelerator.register_for_checkpointing(progress)
    if options.resume:
        checkpoints.load_last()
    alphas_cumprod = scheduler.alphas_cumprod.to(accelerator.device)
    share = torch.arange(settings["batch_size"]).tensor_split(accelerator.num_processes)[accelerator.process_index]

    def loss_of(objective, micro_step):
        """This process's part of the mean loss of a batch."""
        rng = torch.Generator().manual_seed(settings["seed"] * 1_000_003 + micro_step)
        dropout.draw(rng)
        drawn = draw_timesteps(objective, settings, cut, train_timesteps, micro_step, rng)
        tensors, captions = draw_batch(sets, progress.order, *drawn, settings, share, rng)
        batch = {name: value.to(accelerator.device) for name, value in tensors.items()}
        with torch.no_grad():
            batch["embeddings"] = pipe.encode_prompt(captions, accelerator.device, 1, False)[0]
        return loss_on(unet, batch, alphas_cumprod, prediction_type, settings).sum() / settings["batch_size"]

    def train_step(objective, rate):
        """One optimiser step; the mean loss of its micro-steps."""
        optimizer.param_groups[0]["lr"] = rate
        total = torch.zeros((), device=accelerator.device)
        for micro in range(settings["accumulation"]):
            with accelerator.accumulate(unet):
                loss = loss_of(objective, progress.step * settings["accumulation"] + micro)
                accelerator.backward(loss * accelerator.num_processes)  # data parallelism takes the mean over processes
                if accelerator.sync_gradients and settings["max_grad_norm"] > 0:
                    accelerator.clip_grad_norm_(parameters, settings["max_grad_norm"])
                optimizer.step()
                optimizer.zero_grad()
            total += loss.detach() / settings["accumulation"]
        progress.step += 1
        if progress.average:
            torch._foreach_lerp_(progress.average, [parameter.detach() for parameter in parameters], 1 - settings["ema_decay"])
        return total

    first = 0
    for objective, steps in phases(settings):
        while progress.step < first + steps:
            if progress.step == first:
                optimizer.state.clear()  # each phase begins anew
            rate = learning_rate(settings, progress.step - first, steps)
            loss = train_step(objective, rate)
            if progress.step % options.log_every == 0 or progress.step in (1, settings["steps"]):
                loss = accelerator.reduce(loss, "sum").item()
                accelerator.print(json.dumps({"step": progress.step, "loss": loss, "learning_rate": rate, "seconds": round(time.time() - started, 3)}), flush=True)
            if progress.step % options.checkpoint_every == 0 or progress.step == settings["steps"]:
                checkpoints.save(progress.step)
        first += steps

    with torch.no_grad():
        for parameter, average in zip(parameters, progress.average):
            parameter.copy_(average)
    if accelerator.is_main_process:
        write_adapter(options.out, pipe.unet, settings["alpha"], metadata(settings, sets, pipe, started))
    accelerator.end_training()


if __name__ == "__main__":
    main()
