"""loras/*.safetensors for tiny-sd1: kohya and diffusers (PEFT) files, all with up weights that are not zero.

diffusers 0.42.1 reads one alpha per file right. Alphas that differ between layers, or are missing in some, it loses for
attention projections (its alpha_pattern has names no layer has). So `kohya` has one alpha throughout and is checked against
diffusers' loader; `kohya_mixed_alpha` has different ones, and its reference is the formula, merged into the weights here.
"""

import json

import safetensors.torch
import torch

from .common import canonical, generator

RANK = 4
ALPHA = 2.0
# Dotted module path -> its alpha in kohya_mixed_alpha, None for no alpha tensor (then alpha = rank). Every kind of layer:
# projections, 1x1 and 3x3 convolutions.
UNET_TARGETS = {
    "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q": 2.0,
    "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_k": 2.0,
    "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_v": 2.0,
    "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0": 2.0,
    "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_q": 1.0,
    "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_v": 4.0,
    "down_blocks.0.attentions.0.transformer_blocks.0.ff.net.0.proj": 2.0,
    "down_blocks.0.attentions.0.transformer_blocks.0.ff.net.2": 2.0,
    "down_blocks.0.attentions.0.proj_in": 2.0,
    "mid_block.attentions.0.proj_out": 8.0,
    "mid_block.attentions.0.transformer_blocks.0.attn2.to_k": None,
    "down_blocks.0.resnets.0.conv1": 2.0,
    "down_blocks.0.downsamplers.0.conv": 2.0,
    "up_blocks.0.upsamplers.0.conv": 2.0,
    "up_blocks.1.resnets.0.conv_shortcut": 2.0,
    "up_blocks.1.resnets.0.time_emb_proj": 2.0,
}
TEXT_TARGETS = {
    "text_model.encoder.layers.0.self_attn.q_proj": 2.0,
    "text_model.encoder.layers.0.self_attn.out_proj": 2.0,
    "text_model.encoder.layers.1.mlp.fc1": 2.0,
}


def factors(module, seed, size=1.0):
    """A down and an up matrix for a Linear or Conv2d; the up one of a convolution is 1x1."""
    stream = generator(seed)
    if isinstance(module, torch.nn.Conv2d):
        down = torch.randn((RANK, module.in_channels, *module.kernel_size), generator=stream)
        up = torch.randn((module.out_channels, RANK, 1, 1), generator=stream)
    else:
        down = torch.randn((RANK, module.in_features), generator=stream)
        up = torch.randn((module.out_features, RANK), generator=stream)
    down *= size / down[0].numel() ** 0.5
    return down.half().contiguous(), (0.5 * up).half().contiguous()


def modules(pipe, targets_unet, targets_text):
    for path, alpha in targets_unet.items():
        yield f"unet.{path}", pipe.unet.get_submodule(path), alpha
    for path, alpha in targets_text.items():
        yield f"text_encoder.{path}", pipe.text_encoder.get_submodule(path.removeprefix("text_model.")), alpha


def kohya(pipe, mixed_alpha):
    """(tensors, metadata): lora_unet_* and lora_te_* names, alpha differing from the rank."""
    tensors = {}
    for seed, (path, module, alpha) in enumerate(modules(pipe, UNET_TARGETS, TEXT_TARGETS)):
        name = kohya_name(path)
        alpha = alpha if mixed_alpha else ALPHA
        tensors[f"{name}.lora_down.weight"], tensors[f"{name}.lora_up.weight"] = factors(module, 100 + seed)
        if alpha is not None:
            tensors[f"{name}.alpha"] = torch.tensor(alpha, dtype=torch.float16)
    metadata = {
        "ss_base_model_version": "sd_v1",
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(RANK),
        "ss_network_alpha": "2.0",
        "ss_network_args": json.dumps({"conv_dim": RANK, "conv_alpha": 2.0}),
        "ss_v2": "False",
    }
    return tensors, metadata


PEFT_ALPHA = 6.0
PEFT_UNET = [
    "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q",
    "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0",
    "mid_block.attentions.0.transformer_blocks.0.attn2.to_k",
    "up_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v",
    "up_blocks.1.attentions.0.transformer_blocks.0.ff.net.2",
    "up_blocks.1.resnets.1.conv2",
]
PEFT_TEXT = [
    "text_model.encoder.layers.1.self_attn.v_proj",
    "text_model.encoder.layers.1.self_attn.out_proj",
    "text_model.encoder.layers.0.mlp.fc2",
]


def peft_file(pipe, with_metadata):
    """(tensors, metadata): unet.* and text_encoder.* with lora_A / lora_B; alpha only in the adapter's metadata, else = rank.

    The file without metadata has the text encoder's names as transformers 5 writes them, without `text_model.`.
    """
    tensors = {}
    every = modules(pipe, dict.fromkeys(PEFT_UNET), dict.fromkeys(PEFT_TEXT))
    for seed, (path, module, _) in enumerate(every):
        path = path if with_metadata else path.replace(".text_model.", ".")
        tensors[f"{path}.lora_A.weight"], tensors[f"{path}.lora_B.weight"] = factors(module, 200 + seed)
    metadata = {"format": "pt"}
    if with_metadata:
        adapter = {}
        text = [path.removeprefix("text_model.") for path in PEFT_TEXT]  # as transformers 5 names its modules
        for prefix, targets in (("unet", PEFT_UNET), ("text_encoder", text)):
            common = {"r": RANK, "lora_alpha": PEFT_ALPHA, "lora_dropout": 0.0, "bias": "none", "use_rslora": False}
            common.update(use_dora=False, rank_pattern={}, alpha_pattern={}, target_modules=targets, peft_type="LORA")
            adapter.update({f"{prefix}.{key}": value for key, value in common.items()})
        metadata["lora_adapter_metadata"] = json.dumps(adapter, indent=2, sort_keys=True)
    return tensors, metadata


def old_diffusers(pipe):
    """The peft file's layers under the names diffusers wrote before PEFT: attention processors, lora_linear_layer."""
    new, _ = peft_file(pipe, True)
    tensors = {}
    for key, value in new.items():
        path, side = key.removesuffix(".weight").rsplit(".", 1)
        parent, leaf = path.rsplit(".", 1)
        side = "down" if side == "lora_A" else "up"
        if leaf in ("to_q", "to_k", "to_v"):
            name = f"{parent}.processor.{leaf}_lora.{side}.weight"
        elif parent.endswith(".to_out"):
            name = f"{parent.removesuffix('.to_out')}.processor.to_out_lora.{side}.weight"
        elif leaf in ("v_proj", "out_proj"):
            name = f"{parent}.to_{leaf.removesuffix('_proj')}_lora.{side}.weight"
        elif path.startswith("text_encoder."):
            name = f"{path}.lora_linear_layer.{side}.weight"
        else:
            name = f"{path}.lora.{side}.weight"
        tensors[name] = value
    return tensors, {"format": "pt"}


def write(folder, pipe):
    folder.mkdir(parents=True, exist_ok=True)
    files = {"kohya": kohya(pipe, False), "kohya_mixed_alpha": kohya(pipe, True)}
    files |= {"peft": peft_file(pipe, True), "peft_without_metadata": peft_file(pipe, False)}
    files["old_diffusers"] = old_diffusers(pipe)
    for name, (tensors, metadata) in files.items():
        (folder / f"{name}.safetensors").write_bytes(canonical(safetensors.torch.save(tensors, metadata)))


def deltas(folder, name, weight):
    """{module path: weight * alpha / rank * up @ down} of a file, computed here and not by diffusers: the second opinion."""
    file_name = "peft" if name == "old_diffusers" else name  # the same numbers; diffusers' old files know no alpha
    with safetensors.safe_open(str(folder / f"{file_name}.safetensors"), "pt") as file:
        tensors = {key: file.get_tensor(key).float() for key in file.keys()}
    alpha_of_peft = PEFT_ALPHA if name == "peft" else float(RANK)
    result = {}
    for key, down in tensors.items():
        if key.endswith(".lora_down.weight"):
            base = key.removesuffix(".lora_down.weight")
            target = next(path for path in every_target() if kohya_name(path) == base)
            up, alpha = tensors[f"{base}.lora_up.weight"], float(tensors.get(f"{base}.alpha", RANK))
        elif key.endswith(".lora_A.weight"):
            target = key.removesuffix(".lora_A.weight")
            up, alpha = tensors[f"{target}.lora_B.weight"], alpha_of_peft
        else:
            continue
        product = (up.flatten(1) @ down.flatten(1)).reshape(up.shape[0], *down.shape[1:])
        result[target] = weight * alpha / RANK * product
    return result


def every_target():
    return [*(f"unet.{p}" for p in UNET_TARGETS), *(f"text_encoder.{p}" for p in TEXT_TARGETS)]


def kohya_name(path):
    prefix, rest = ("lora_unet_", path[5:]) if path.startswith("unet.") else ("lora_te_", path[13:])
    return prefix + rest.replace(".", "_")


def merge(pipe, deltas):
    """Adds the deltas to the pipeline's own weights."""
    for path, delta in deltas.items():
        root, rest = path.split(".", 1)
        module = pipe.unet if root == "unet" else pipe.text_encoder
        module.get_submodule(rest.removeprefix("text_model.")).weight += delta
