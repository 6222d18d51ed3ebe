"""Policies watched at work: what they do in a month, to moves and to the law, without a run."""

from types import SimpleNamespace

import numpy as np
import pytest

from agents.calendar import month
from sim.benefit_law import BenefitLaw
from sim.parameters import load

VERBS = ("offer_instead", "offer_to", "change", "clarify", "release", "scale_hours", "scale_slots", "scale_outreach", "scale_quota")


class Watched:
    """A world that reads like the one behind it and writes down what a policy does. ``calls``: (verb, arguments, keywords) in order."""

    def __init__(self, world):
        self.world, self.calls = world, []

    def __getattr__(self, name):
        if name in VERBS:
            return lambda *args, **kwargs: self.calls.append((name, args, kwargs))
        return getattr(self.world, name)

    def of(self, verb, first=None):
        """Calls of a verb, with this first argument."""
        return [(args, kwargs) for name, args, kwargs in self.calls if name == verb and (first is None or args[0] == first)]

    def factor(self, path):
        """Factor that the policy puts on a parameter."""
        return float(np.prod([kwargs["factor"] for _, kwargs in self.of("change", path)]))


def each_month(policy, model):
    """What a policy does in a month."""
    world = Watched(model.world)
    policy.each_month(world)
    return world


def moves_of(policy, model):
    """What a policy does to moves: (source, to, factor, rows) of each scaling, and (rows, to) of what falls due."""
    found = SimpleNamespace(world=Watched(model.world), scaled=[], due_rows=[], redirected=[])
    found.scale = lambda source, to, factor, rows=None: found.scaled.append((source, to, factor, rows))
    found.due = lambda rows, to, cause: found.due_rows.append((rows, to))
    found.redirect = lambda source, old, new, rows=None: found.redirected.append((source, old, new, rows))
    policy.adjust(found)
    return found


def law_of(policy, when="2016-06"):
    """The law as a policy amends it."""
    law = BenefitLaw(load(), month(when))
    policy.amend(law)
    return law


@pytest.fixture(scope="session")
def watch():
    """Lets policies act and says what they did."""
    return SimpleNamespace(each_month=each_month, moves_of=moves_of, law_of=law_of)
