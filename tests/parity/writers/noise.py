"""noise.safetensors: torch.randn with the CPU generator, for every path through ATen's normal_."""

import numpy as np
import torch

from .common import generator, save

SEEDS = [0, 7, 2**32 - 1, 2**32 + 5, 2**63 - 9]
SIZES = [*range(1, 21), 31, 32, 33, 100]
# Small draws (< 16 values) keep the second half of a Box-Muller pair for the next small draw; large ones leave it alone.
CONSECUTIVE = [5, 16, 7, 17, 1, 1, 40, 3, 2, 15, 16, 9, 33, 13]
LATENT = (4, 64, 64)


def write(out):
    tensors, notes = {}, {}
    for seed in SEEDS:
        for size in SIZES:
            tensors[f"seed{seed}.size{size}"] = torch.randn(size, generator=generator(seed))
        stream = generator(seed)
        draws = [torch.randn(size, generator=stream) for size in CONSECUTIVE]
        tensors[f"seed{seed}.consecutive"] = torch.cat(draws)
        latent = torch.randn(LATENT, generator=generator(seed))
        tensors[f"seed{seed}.latent.first"] = latent.flatten()[:64].clone()
        tensors[f"seed{seed}.latent.last"] = latent.flatten()[-64:].clone()
        notes[f"seed{seed}.latent.sum"] = latent.double().sum().item()
        notes[f"seed{seed}.latent.sum_of_squares"] = latent.double().square().sum().item()
        tensors[f"seed{seed}.u32"] = raw_words(seed, 1300)[[*range(16), *range(620, 632), *range(1244, 1256)]]
    config = {
        "seeds": SEEDS,
        "sizes": SIZES,
        "consecutive_sizes": CONSECUTIVE,
        "latent_shape": LATENT,
        "u32_indices": [*range(16), *range(620, 632), *range(1244, 1256)],
        **notes,
    }
    save(out / "noise.safetensors", tensors, config)


def raw_words(seed, count):
    """The generator's raw 32-bit words, from numpy's mt19937 (init_genrand), checked against torch's.

    torch seeds mt19937 with the low 32 bits of the seed.
    """
    bits = np.random.MT19937()
    bits._legacy_seeding(seed & 0xFFFFFFFF)
    words = bits.random_raw(count).astype(np.uint32)
    # torch.randint takes one raw word a value as long as the range is below 2^28, and reduces it by modulo.
    limit = 2**28 - 1
    from_torch = torch.randint(0, limit, (count,), generator=generator(seed), dtype=torch.int64).numpy()
    assert np.array_equal(words.astype(np.int64) % limit, from_torch), seed
    return words
