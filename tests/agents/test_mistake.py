"""What users read when they misspell."""

import pytest

from agents.mistake import Mistake, unknown

NAMES = ["sygedagpenge", "dagpenge", "fleksjob"]


def test_nearest_match():
    """If this fails a typing error is refused without a hint at what was meant."""
    text = str(unknown("status", "sygedagpange", NAMES, where="scenario.toml"))
    known = "(known: dagpenge, fleksjob, sygedagpenge)"
    assert text == f"scenario.toml: unknown status 'sygedagpange'; did you mean 'sygedagpenge'? {known}"
    many = [*NAMES, *(f"name{i}" for i in range(4))]
    assert str(unknown("status", "sygedagpange", many)).endswith("did you mean 'sygedagpenge'?")


def test_without_near_match_names_are_listed():
    """If this fails the message for a hopeless name does not say what is allowed."""
    text = str(unknown("status", "xyz", NAMES))
    assert text == "unknown status 'xyz'; known: dagpenge, fleksjob, sygedagpenge"


def test_long_lists_are_cut():
    """If this fails a mistake prints hundreds of names, or hides that there are more."""
    text = str(unknown("status", "!", [f"name{i:03d}" for i in range(100)]))
    assert text.endswith("...")
    assert text.count("name") == 12


def test_is_a_value_error():
    """If this fails callers that catch ValueError miss users' mistakes."""
    with pytest.raises(ValueError, match="unknown"):
        raise unknown("status", "a", NAMES)
    assert issubclass(Mistake, ValueError)
