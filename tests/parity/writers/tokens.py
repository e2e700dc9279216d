"""tokens.json: token ids of 200 prompts from three tokenizers.

`builtin` is the built-in model's tokenizer.json as its text encoder was trained with it (the tokenizers library alone, cut and
padded to 24). `clip` is a CLIP tokenizer from vocab.json + merges.txt (SD 1.x), `clip_sd2` the same with the pad token "!" that
SD 2.x folders have; both through transformers, cut and padded to 77. Ids are stored without the padding: append `pad_id` up to
`length` to get them back.
"""

import json
import pathlib

from tokenizers import Tokenizer
from transformers import AutoTokenizer, CLIPTokenizer

from .prompts import prompts

BUILTIN_LENGTH = 24
CLIP_FOLDERS = {"clip": "folders/tiny-sd1/tokenizer", "clip_sd2": "folders/tiny-sd2-v/tokenizer"}


def without_padding(ids, pad, length):
    assert len(ids) == length
    end = length
    while end > 0 and ids[end - 1] == pad:
        end -= 1
    return ids[:end]


def builtin_ids(model, texts):
    tokenizer = Tokenizer.from_file(str(pathlib.Path(model, "tokenizer", "tokenizer.json")))
    tokenizer.enable_truncation(BUILTIN_LENGTH)
    tokenizer.enable_padding(pad_id=2, pad_token="[EOS]", length=BUILTIN_LENGTH)
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]


def transformers_ids(tokenizer, texts):
    return tokenizer(texts, padding="max_length", max_length=tokenizer.model_max_length, truncation=True).input_ids


def write(out, model):
    texts = prompts()
    assert len(texts) == 200
    builtin = builtin_ids(model, texts)
    # transformers, and so python's pipeline, takes the texts "[BOS]" and "[EOS]" in a prompt for the tokens themselves.
    in_pipeline = transformers_ids(AutoTokenizer.from_pretrained(str(pathlib.Path(model, "tokenizer"))), texts)
    rows = [{"prompt": text, "builtin": without_padding(ids, 2, BUILTIN_LENGTH)} for text, ids in zip(texts, builtin)]
    for row, ids, pipeline_ids in zip(rows, builtin, in_pipeline):
        if ids != pipeline_ids:
            row["builtin_in_pipeline"] = without_padding(pipeline_ids, 2, BUILTIN_LENGTH)
    tokenizers = {"builtin": {"length": BUILTIN_LENGTH, "pad_id": 2}}
    for column, folder in CLIP_FOLDERS.items():
        tokenizer = CLIPTokenizer.from_pretrained(str(out / folder))
        pad, length = tokenizer.pad_token_id, tokenizer.model_max_length
        tokenizers[column] = {"length": length, "pad_id": pad, "folder": folder}
        for row, ids in zip(rows, transformers_ids(tokenizer, texts)):
            row[column] = without_padding(ids, pad, length)
    lines = ",\n".join("  " + json.dumps(row, separators=(",", ":"), ensure_ascii=True) for row in rows)
    head = json.dumps(tokenizers, separators=(",", ":"))
    (out / "tokens.json").write_text(f'{{"tokenizers": {head},\n"prompts": [\n{lines}\n]}}\n')
