"""Random numbers that belong to a patient and a purpose, not to a place in a queue.

Philox4x32-10 turns a counter and a key into four independent 32-bit words by ten rounds of multiplication and
exclusive-or; there is no state to carry along. The key is the seed; the counter holds the patient's stream number,
a 64-bit hash of the purpose (a string such as "parameter tumour_growth") and the index of the draw. So a draw depends
on (seed, patient, purpose, index) and on nothing else: more patients, another order, another arm or one more random
quantity changes no number that was there before.

Source: Salmon, Moraes, Dror, Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3",
doi 10.1145/2063384.2063405.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from melanokine.errors import InputError

Word = NDArray[np.uint64] | np.uint64

_MULTIPLIER = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = 0x9E3779B9, 0xBB67AE85
_LOW_WORD = np.uint64(0xFFFFFFFF)
_WORD_BITS = np.uint64(32)


def philox(counter: tuple[Word, Word, Word, Word], key: tuple[int, int]) -> NDArray[np.uint64]:
    """Philox4x32-10 of four counter words (uint64 arrays below 2**32 that broadcast) under a key of two words.

    Returns the four output words along a new last axis, as uint64 below 2**32.
    """
    first, second, third, fourth = (np.asarray(word, dtype=np.uint64) for word in counter)
    low_key, high_key = key
    for _ in range(10):
        product_a, product_b = first * _MULTIPLIER[0], third * _MULTIPLIER[1]
        first, second, third, fourth = (
            (product_b >> _WORD_BITS) ^ second ^ np.uint64(low_key),
            product_b & _LOW_WORD,
            (product_a >> _WORD_BITS) ^ fourth ^ np.uint64(high_key),
            product_a & _LOW_WORD,
        )
        low_key, high_key = (low_key + _WEYL[0]) & 0xFFFFFFFF, (high_key + _WEYL[1]) & 0xFFFFFFFF
    return np.stack(np.broadcast_arrays(first, second, third, fourth), axis=-1)


def uniform(seed: int, patients: ArrayLike, purpose: str, count: int = 1) -> NDArray[np.float64]:
    """Uniform numbers in the open interval (0, 1) with 52 random bits, shape (patients, count).

    `patients` are stream numbers (integers from 0 to 2**32 - 1), `seed` an integer from 0 to 2**64 - 1.
    Raises InputError when a number lies outside.
    """
    streams = _streams(patients)
    purpose_low, purpose_high = _purpose_words(purpose)
    blocks = np.arange((count + 1) // 2, dtype=np.uint64)
    words = philox((blocks[None, :], streams[:, None], purpose_low, purpose_high), _key(seed))
    high, low = words[..., 0::2] >> np.uint64(6), words[..., 1::2] >> np.uint64(6)
    integers = (high << np.uint64(26)) | low  # 52 bits, so that the half added below is exact
    draws = (integers.astype(np.float64) + 0.5) * 2.0**-52
    return draws.reshape(len(streams), 2 * len(blocks))[:, :count]


def normal(seed: int, patients: ArrayLike, purpose: str, count: int = 1) -> NDArray[np.float64]:
    """Standard normal numbers by the inverse of the cumulative distribution, shape (patients, count)."""
    return ndtri(uniform(seed, patients, purpose, count))


def exponential(seed: int, patients: ArrayLike, purpose: str, count: int = 1) -> NDArray[np.float64]:
    """Exponential numbers of mean 1 by the inverse of the cumulative distribution, shape (patients, count)."""
    return -np.log1p(-uniform(seed, patients, purpose, count))


def _key(seed: int) -> tuple[int, int]:
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= int(seed) < 2**64:
        raise InputError(f"seed {seed!r} is not a number of 0 to 2**64 - 1", remedy="give a whole number, such as 1")
    return int(seed) & 0xFFFFFFFF, int(seed) >> 32


def _streams(patients: ArrayLike) -> NDArray[np.uint64]:
    streams = np.atleast_1d(np.asarray(patients))
    if streams.ndim != 1 or (streams.size and streams.dtype.kind not in "iu"):
        raise InputError("patient stream numbers must be a list of whole numbers")
    if streams.size and (streams.min() < 0 or streams.max() >= 2**32):
        raise InputError("patient stream numbers must lie between 0 and 2**32 - 1")
    return streams.astype(np.uint64)


@lru_cache(maxsize=4096)
def _purpose_words(purpose: str) -> tuple[np.uint64, np.uint64]:
    digest = hashlib.blake2b(purpose.encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest[:4], "little")), np.uint64(int.from_bytes(digest[4:], "little"))
