"""Makes clip_vocabulary/{vocab.json,merges.txt}: CLIP's byte-pair vocabulary, cut down to its first merges.

    pip download --no-deps open_clip_torch==3.3.0      # MIT; it carries bpe_simple_vocab_16e6.txt.gz
    python -m writers.clip_vocabulary open_clip_torch-3.3.0-py3-none-any.whl

The result is checked in; make_fixtures.py reads it, so this runs only when the cut changes. Layout as in CLIP: 256 byte
symbols, the same with </w>, the merges, <|startoftext|>, <|endoftext|>.
"""

import gzip
import json
import sys
import zipfile

from .common import HERE

MERGES = 1000
FOLDER = HERE / "clip_vocabulary"


def byte_symbols():
    """The printable stand-in of each byte, in CLIP's order: printable Latin-1 first, then the others from U+0100 on."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(0x100 + i) for i in range(len(others))]


def main(wheel):
    with zipfile.ZipFile(wheel) as archive:
        text = gzip.decompress(archive.read("open_clip/bpe_simple_vocab_16e6.txt.gz")).decode()
    merges = text.split("\n")[1 : 1 + MERGES]
    symbols = byte_symbols()
    tokens = [*symbols, *(symbol + "</w>" for symbol in symbols), *("".join(merge.split()) for merge in merges)]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    assert len(set(tokens)) == len(tokens)
    FOLDER.mkdir(parents=True, exist_ok=True)
    vocabulary = {token: index for index, token in enumerate(tokens)}
    (FOLDER / "vocab.json").write_text(json.dumps(vocabulary, separators=(",", ":"), ensure_ascii=False))
    (FOLDER / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    print(f"{len(tokens)} tokens written")


if __name__ == "__main__":
    main(sys.argv[1])
