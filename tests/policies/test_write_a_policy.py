"""The page for authors of policies: its verbs are those that policies have. Its blocks are run by tests/docs/test_blocks.py."""

import re
from inspect import Parameter, signature
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "write_a_policy.md").read_text(encoding="utf-8")


def test_the_page_names_verbs_that_exist() -> None:
    """If this fails the page names a verb that no policy has."""
    from policies import Law, Moves, World

    known = {name for protocol in (World, Moves, Law) for name in dir(protocol)} | {"replace", "restore"}
    verbs = {name for line in PAGE.splitlines() if line.startswith("| `") for name in re.findall(r"`(?:rules\.)?(\w+)\(", line)}
    assert verbs and verbs <= known, verbs - known


def test_the_page_names_every_verb_with_its_arguments() -> None:
    """If this fails an author who follows the page gets a TypeError, or never learns of a verb."""
    from policies import Moves, World

    shown = {}
    for line in PAGE.splitlines():
        if line.startswith("| `"):
            shown |= {name: [one.strip() for one in arguments.split(",")] for name, arguments in re.findall(r"`(\w+)\(([^`]*)\)`", line)}
    for protocol, verbs in ((Moves, {"scale", "redirect", "due"}), (World, set(vars(World)) - READS)):
        for name in verbs:
            if callable(member := vars(protocol).get(name)) and not name.startswith("_"):
                assert name in shown, f"{name} is not on the page"
                assert shown[name] == [_written(one) for one in list(signature(member).parameters.values())[1:]], name


READS = {"rows_in", "column", "draw", "draw_once"}
"""What a policy reads: told in the text above the table."""


def _written(parameter: Parameter) -> str:
    if parameter.kind is Parameter.VAR_POSITIONAL:
        return f"*{parameter.name}"
    return parameter.name if parameter.default is Parameter.empty else f"{parameter.name}={parameter.default}"
