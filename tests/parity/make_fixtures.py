"""Writes tests/parity/fixtures with python diffusers. See README.md beside this file.

python make_fixtures.py [--model FOLDER] [--out FOLDER] [--only PART ...]
"""

import argparse
import importlib
import os
import pathlib

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
os.environ["DIFFUSERS_VERBOSITY"] = "error"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ["TQDM_DISABLE"] = "1"

from writers.common import HERE, check_versions

PARTS = ["schedulers", "noise", "blocks", "folders", "tokens", "pipelines", "builtin"]  # in order: tokens needs folders


def default_model():
    repository = HERE.parent.parent
    places = [repository / "assets" / "model", repository.parent / "shared" / "model"]
    return next((place for place in places if (place / "model_index.json").exists()), places[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path, default=default_model(), help="the built-in model's diffusers folder")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "fixtures")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    arguments = parser.parse_args()
    check_versions()
    if not (arguments.model / "model_index.json").exists():
        raise SystemExit(f"There is no model_index.json in the model folder; name it with --model: {arguments.model}")

    import torch

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    for part in arguments.only:
        write_part(part, arguments.out, arguments.model)
        print(f"{part}: written")


def write_part(part, out, model):
    module = importlib.import_module(f"writers.{part}")
    needs_model = part in ("schedulers", "tokens", "builtin")
    module.write(out, model) if needs_model else module.write(out)


if __name__ == "__main__":
    main()
