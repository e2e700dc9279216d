"""A training step of the built-in U-Net in PyTorch and in the example `bench_lora_step`, in turn. Prints one JSON line.

    python torch_lora_step.py --example target/debug/examples/bench_lora_step [--batch 8] [--train attention|all|full]

attention: rank 16 LoRA (peft) on the attention projections; all: also the feed-forward networks and the residual blocks'
convolutions; full: every weight. f32, mean squared error, forward, backward, every gradient there. The example fails when its
loss or gradients differ between repeats; the largest differences from PyTorch's are printed. Each runs in a process of its
own, so that peak memory is its own; rounds alternate, and the ratio is that of the medians. On a busy machine compare the
processor times with `--threads 1`: waiting threads burn it too.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]
ALL = [*ATTENTION, "ff.net.0.proj", "ff.net.2", "conv1", "conv2"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--example", type=pathlib.Path)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--train", choices=["attention", "all", "full"], default="attention")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=7, help="timed steps a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--case", type=pathlib.Path, help="(internal) the file to write")
    return parser.parse_args()


def peak_rss_mb():
    status = pathlib.Path("/proc/self/status").read_text()
    return round(int(status.split("VmHWM:")[1].split()[0]) / 1024, 1)


def torch_side(options):
    import torch
    from diffusers import UNet2DConditionModel
    from peft import LoraConfig
    from safetensors.torch import save_file

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    unet = UNet2DConditionModel.from_pretrained(REPOSITORY / "assets" / "model" / "unet", torch_dtype=torch.float32)
    unet.train()
    if options.train != "full":
        unet.requires_grad_(False)
        targets = ATTENTION if options.train == "attention" else ALL
        unet.add_adapter(LoraConfig(r=16, lora_alpha=16, target_modules=targets))
        with torch.no_grad():
            for name, parameter in unet.named_parameters():
                if "lora_B" in name:
                    parameter.normal_(std=0.02)
    sample, target = torch.randn(options.batch, 8, 16, 16), torch.randn(options.batch, 8, 16, 16)
    context = torch.randn(options.batch, 32, unet.config.cross_attention_dim)
    timesteps = torch.randint(0, 1000, (options.batch,))

    def step():
        unet.zero_grad(set_to_none=True)
        loss = torch.nn.functional.mse_loss(unet(sample, timesteps, context).sample, target)
        loss.backward()
        return loss

    times = []
    for index in range(options.steps + 1):
        if index == 1:
            busy = time.process_time()
        start = time.perf_counter()
        loss = step()
        times.append((time.perf_counter() - start) * 1e3)
    busy = (time.process_time() - busy) / options.steps * 1e3
    case = {"sample": sample, "target": target, "context": context, "timesteps": timesteps.float()}
    case["loss"] = loss.detach().reshape(1)
    for name, parameter in unet.named_parameters():
        if parameter.grad is None:
            continue
        short = name.replace(".default.weight", "").replace(".base_layer", "")
        if options.train != "full":
            case[short] = parameter.detach()
        case[f"grad:{short}"] = parameter.grad
    result = {"ms": statistics.median(times[1:]), "fastest_ms": min(times), "processor_ms": busy, "peak_rss_mb": peak_rss_mb()}
    save_file({name: tensor.contiguous() for name, tensor in case.items()}, options.case)
    print(json.dumps(result))


def run(command, threads):
    environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    options = arguments()
    if options.case:
        return torch_side(options)
    results = {"torch": [], "burn": []}
    with tempfile.TemporaryDirectory() as folder:
        case = pathlib.Path(folder) / "case.safetensors"
        shared = ["--batch", options.batch, "--train", options.train, "--threads", options.threads, "--steps", options.steps]
        for _ in range(options.rounds):
            results["torch"].append(run([sys.executable, __file__, "--case", case, *shared], options.threads))
            results["burn"].append(run([options.example, case, options.steps], options.threads))
    median = {side: statistics.median(round["ms"] for round in rounds) for side, rounds in results.items()}
    fastest = {side: min(round["fastest_ms"] for round in rounds) for side, rounds in results.items()}
    processor = {side: min(round["processor_ms"] for round in rounds) for side, rounds in results.items()}
    memory = {side: max(round["peak_rss_mb"] for round in rounds) for side, rounds in results.items()}
    last = results["burn"][-1]
    line = {
        "train": options.train,
        "batch": options.batch,
        "torch_ms": round(median["torch"], 1),
        "burn_ms": round(median["burn"], 1),
        "ratio": round(median["burn"] / median["torch"], 2),
        "ratio_of_fastest": round(fastest["burn"] / fastest["torch"], 2),
        "torch_processor_ms": round(processor["torch"], 1),
        "burn_processor_ms": round(processor["burn"], 1),
        "ratio_of_processor_time": round(processor["burn"] / processor["torch"], 2),
        "torch_peak_rss_mb": memory["torch"],
        "burn_peak_rss_mb": memory["burn"],
        **{key: last[key] for key in ("gradients", "loss_difference", "gradient_difference")},
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
