"""Fingerprints: hashes by which a stored result knows what it was made with."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def digest(content: Any) -> str:
    """A hash of JSON-like content, 24 hex digits."""
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


@lru_cache(maxsize=4)
def source_digest(*more: Path) -> str:
    """A hash of everything that decides what happens in a run: code and parameters of agents, policies and sim; and of ``more`` files,
    which decide what is made of it."""
    content = hashlib.blake2b(digest_size=12)
    for folder in ("agents", "policies", "sim"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".py", ".toml"):
                content.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    for file in more:
        content.update(file.name.encode() + b"\0" + file.read_bytes())
    return content.hexdigest()
