"""The page for authors of policies: its verbs are those that policies have. Its blocks are run by tests/docs/test_blocks.py."""

import re
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "write_a_policy.md").read_text(encoding="utf-8")


def test_the_page_names_verbs_that_exist() -> None:
    """If this fails the page names a verb that no policy has."""
    from policies import Law, Moves, World

    known = {name for protocol in (World, Moves, Law) for name in dir(protocol)} | {"replace", "restore"}
    verbs = {name for line in PAGE.splitlines() if line.startswith("| `") for name in re.findall(r"`(?:rules\.)?(\w+)\(", line)}
    assert verbs and verbs <= known, verbs - known
