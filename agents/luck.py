"""Luck: every draw is a pure function of (seed, stream, month, person).

A draw does not depend on how many others were drawn before it. So the same citizen has the same luck under two
rule sets, adding a stream, a policy or a person changes nobody else's draws, and results do not depend on threads,
processes or blocks.

The key of a stream in a month is a 128-bit blake2b hash of (seed, stream, month). Person ids go through two
splitmix64 finalisers, one keyed with each half. One mix alone is not enough: keys that lie close would repeat each
other's sequence.
"""

import hashlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FINALISER = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
_LAST_SHIFT = np.uint64(31)
_ELEVEN = np.uint64(11)
_UNIT = 2.0**-53

ALWAYS = -(2**15)
"""The month used for draws that are a trait of the person."""
RANKS = 255
"""Ranks of a trait kept in a byte: 1 to 255 (0 = not drawn)."""


@lru_cache(maxsize=4096)
def stream_key(seed: int, stream: str, month: int) -> tuple[np.uint64, np.uint64]:
    """The two 64-bit halves of the key of one stream in one month."""
    digest = hashlib.blake2b(f"{seed}|{stream}|{month}".encode(), digest_size=16).digest()
    first, second = np.frombuffer(digest, np.dtype("<u8"))
    return np.uint64(first), np.uint64(second)


def _mix(z: U64, spare: U64) -> None:
    """One splitmix64 finaliser, in place; ``spare`` is scratch space of the same shape."""
    for shift, factor in _FINALISER:
        np.right_shift(z, shift, out=spare)
        np.bitwise_xor(z, spare, out=z)
        np.multiply(z, factor, out=z)
    np.right_shift(z, _LAST_SHIFT, out=spare)
    np.bitwise_xor(z, spare, out=z)


def draw_bits(key: tuple[np.uint64, np.uint64], ids: U64, out: U64, spare: U64) -> U64:
    """64 random bits for each id, written to ``out`` (same shape as ``ids``); allocates nothing."""
    np.multiply(ids, _GOLDEN, out=out)
    np.add(out, key[0], out=out)
    _mix(out, spare)
    np.bitwise_xor(out, key[1], out=out)
    _mix(out, spare)
    return out


class Luck:
    """All streams of one run.

    A stream must be registered before use, once: registering a name twice raises, so two parts of the model can
    never share draws by accident.
    """

    def __init__(self, seed: int) -> None:
        self.seed = int(seed)
        self._streams: set[str] = set()

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
        wanted = np.ascontiguousarray(ids, np.uint64)
        return draw_bits(self.key(month), wanted, np.empty_like(wanted), np.empty_like(wanted))

    def uniform(self, month: int, ids: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """A uniform number in [0, 1) for each id."""
        return (self.bits(month, ids) >> _ELEVEN).astype(np.float64) * _UNIT

    def ranks(self, ids: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """A rank from 1 to RANKS for each id, the same in every month: a trait of the person."""
        return 1 + (self.uniform(ALWAYS, ids) * RANKS).astype(np.int64)

    def choose(self, month: int, ids: npt.ArrayLike, shares: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Choose one option for each id with chances proportional to ``shares`` (k,) or (n, k): the index chosen.

        Options race: each has a clock of its own and the first to ring wins. Raising one share therefore changes
        only the choices that this share wins.
        """
        wanted = np.ascontiguousarray(ids, np.uint64)
        weight = np.atleast_2d(np.asarray(shares, np.float64))
        options = np.uint64(weight.shape[1])
        clocks = np.empty((wanted.size, weight.shape[1]))
        for k in range(weight.shape[1]):
            clocks[:, k] = -np.log1p(-self.uniform(month, wanted * options + np.uint64(k)))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.argmin(np.where(weight > 0, clocks / weight, np.inf), axis=1)
