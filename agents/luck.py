"""Luck: every draw is a pure function of (seed, stream, month, person).

A draw does not depend on how many others were drawn before it. So the same citizen has the same luck under two
rule sets, adding a stream, a policy or a person changes nobody else's draws, and results do not depend on threads,
processes or blocks.

The key of a stream in a month is a 128-bit blake2b hash of (seed, stream, month). Person ids go through two
splitmix64 finalisers, one keyed with each half. One mix alone is not enough: keys that lie close would repeat each
other's sequence. Compiled: a month asks some hundred times, mostly for a handful of persons.
"""

import hashlib
import struct
from functools import lru_cache

import numba as nb
import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FACTOR_1 = np.uint64(0xBF58476D1CE4E5B9)
_FACTOR_2 = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
_UNIT = 2.0**-53

ALWAYS = -(2**15)
"""The month used for draws that are a trait of the person."""
RANKS = 255
"""Ranks of a trait kept in a byte: 1 to 255 (0 = not drawn)."""


@lru_cache(maxsize=16_384)  # the streams of a past and a decade: runs of the same seed share them
def stream_key(seed: int, stream: str, month: int) -> tuple[np.uint64, np.uint64]:
    """The two 64-bit halves of the key of one stream in one month."""
    digest = hashlib.blake2b(f"{seed}|{stream}|{month}".encode(), digest_size=16).digest()
    first, second = struct.unpack("<QQ", digest)
    return np.uint64(first), np.uint64(second)


@nb.njit(inline="always")
def _mix(z):  # type: ignore[no-untyped-def]
    """One splitmix64 finaliser."""
    z = (z ^ (z >> _S30)) * _FACTOR_1
    z = (z ^ (z >> _S27)) * _FACTOR_2
    return z ^ (z >> _S31)


@nb.njit(nogil=True, cache=True)
def _bits(first, second, id_):  # type: ignore[no-untyped-def]
    return _mix(_mix(id_ * _GOLDEN + first) ^ second)


@nb.njit(nogil=True, cache=True)
def _uniform(first, second, id_):  # type: ignore[no-untyped-def]
    return np.float64(_bits(first, second, id_) >> _S11) * _UNIT


@nb.njit(nogil=True, cache=True)
def _draw_bits(first, second, ids, out):  # type: ignore[no-untyped-def]
    for i in range(ids.size):
        out[i] = _bits(first, second, np.uint64(ids[i]))


@nb.njit(nogil=True, cache=True)
def _draw_uniform(first, second, ids, out):  # type: ignore[no-untyped-def]
    for i in range(ids.size):
        out[i] = _uniform(first, second, np.uint64(ids[i]))


@nb.njit(nogil=True, cache=True)
def _first_to_ring(first, second, ids, weights, chosen):  # type: ignore[no-untyped-def]
    """The option whose clock, sped up by its weight, rings first, by id; ``weights`` by id, or one row for all."""
    options = np.uint64(weights.shape[1])
    for i in range(ids.size):
        weight = weights[i if weights.shape[0] > 1 else 0]
        chosen[i] = 0
        earliest = np.inf
        for k in range(weight.size):
            if weight[k] > 0:
                rings = -np.log1p(-_uniform(first, second, np.uint64(ids[i]) * options + np.uint64(k))) / weight[k]
                if rings < earliest:
                    chosen[i], earliest = k, rings


def _as_ids(ids: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Ids as whole numbers of 64 bits, one after the other; row numbers are taken as they are."""
    found = np.ascontiguousarray(ids)
    return found if found.dtype == np.int64 else found.astype(np.uint64).view(np.int64)


def draw_bits(key: tuple[np.uint64, np.uint64], ids: npt.ArrayLike) -> U64:
    """64 random bits for each id."""
    wanted = _as_ids(ids)
    out = np.empty(wanted.shape, np.uint64)
    _draw_bits(*key, wanted.ravel(), out.ravel())
    return out


class Luck:
    """All streams of one run.

    A stream must be registered before use, once: registering a name twice raises, so two parts of the model can
    never share draws by accident.
    """

    def __init__(self, seed: int) -> None:
        self.seed = int(seed)
        self._streams: set[str] = set()

    @property
    def streams(self) -> frozenset[str]:
        """Names of all streams so far."""
        return frozenset(self._streams)

    def stream(self, name: str) -> "Stream":
        """Register and return the stream ``name``. Raises ValueError when the name is taken."""
        if name in self._streams:
            raise ValueError(f"the stream of draws {name!r} is registered already; every use needs a name of its own")
        self._streams.add(name)
        return Stream(self.seed, name)


class Stream:
    """Draws for one decision, for example which exits fire or who gets an extension."""

    def __init__(self, seed: int, name: str) -> None:
        self.seed = seed
        self.name = name

    def key(self, month: int) -> tuple[np.uint64, np.uint64]:
        """The key of this stream in ``month``, for kernels that draw in place."""
        return stream_key(self.seed, self.name, month)

    def bits(self, month: int, ids: npt.ArrayLike) -> U64:
        """64 random bits for each id."""
        return draw_bits(self.key(month), ids)

    def uniform(self, month: int, ids: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """A uniform number in [0, 1) for each id."""
        wanted = _as_ids(ids)
        out = np.empty(wanted.shape)
        _draw_uniform(*self.key(month), wanted.ravel(), out.ravel())
        return out

    def ranks(self, ids: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """A rank from 1 to RANKS for each id, the same in every month: a trait of the person."""
        return 1 + (self.uniform(ALWAYS, ids) * RANKS).astype(np.int64)

    def choose(self, month: int, ids: npt.ArrayLike, shares: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Choose one option for each id with chances proportional to ``shares`` (k,) or (n, k): the index chosen.

        Options race: each has a clock of its own and the first to ring wins. Raising one share therefore changes
        only the choices that this share wins.
        """
        wanted, weights = _as_ids(ids).ravel(), np.atleast_2d(np.ascontiguousarray(shares, np.float64))
        chosen = np.empty(wanted.size, np.int64)
        _first_to_ring(*self.key(month), wanted, weights, chosen)
        return chosen
