"""Small shared fixtures. Nothing here runs more than a few thousand citizens."""

import gc
import signal
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import sim.history
from sim.model import BenefitModel
from sim.parameters import Parameters, load

COLUMNS = ("status", "since", "spell_since", "birth_month", "sex", "origin", "municipality", "person_class")


def pytest_collection_finish() -> None:
    """Libraries and collected tests stay to the end: Python need not look through them for garbage after every few hundred new objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def more_pasts_are_kept() -> Iterator[None]:
    """Tests of many files begin with the same people: ten times as many stay in memory as in a run (half a gigabyte at most)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sim.history, "KEPT_CITIZENS", 10 * sim.history.KEPT_CITIZENS)
        yield


@pytest.fixture
def forget_pasts(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it, and the next models live their pasts anew. Those that the tests share are back after the test."""

    def forget() -> None:
        monkeypatch.setattr(sim.history, "_kept", OrderedDict())

    return forget


@pytest.fixture
def heeds_interrupts() -> Iterator[None]:
    """Child processes heed an interrupt, also where the tests run in the background, which ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def short_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report of one line, for runs whose report nobody looks at: to draw one takes longer than to simulate a small run."""
    monkeypatch.setattr("experiments.report.run_report.render", lambda result, words: "<p>the report</p>")


@pytest.fixture(scope="session")
def parameters() -> Parameters:
    """The shipped parameters."""
    return load()


@pytest.fixture(scope="session")
def finished() -> BenefitModel:
    """A baseline of three years with a register. Shared: look at it, do not change it."""
    return BenefitModel(scale=0.01, months=36, seed=7, register=True).run()


@pytest.fixture
def shipped_past() -> Iterator[None]:
    """Models with other parameters begin with those who lived the past of the shipped ones, which is lived once for all of them.

    For tests that set citizens and staff by hand and look at what comes after the count; not for tests of the past."""
    live, digest = sim.history.live, sim.history.past_digest(load())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sim.history, "past_digest", lambda p: digest)
        patch.setattr(sim.history, "live", lambda p, *args, **more: live(load(), *args, **more))
        yield


@pytest.fixture
def model() -> BenefitModel:
    """A fresh, tiny model before its first month."""
    return BenefitModel(scale=0.002, months=6, seed=3)


@pytest.fixture(scope="session")
def film() -> Callable[..., list[dict[str, Any]]]:
    """Run a model and keep every column as it was after each month."""

    def run(**settings: Any) -> list[dict[str, Any]]:
        model = BenefitModel(**{"scale": 0.005, "months": 24, "seed": 5, **settings})
        frames = []
        while model.running:
            model.step()
            frames.append({name: model.population[name].copy() for name in COLUMNS})
        return frames

    return run


@pytest.fixture(scope="session")
def changed_rows() -> Callable[..., np.ndarray]:
    """Rows whose life (any column, any month) differs between two films; only rows and months that both have."""

    def compare(a: list[dict[str, Any]], b: list[dict[str, Any]]) -> np.ndarray:
        size = min(a[0]["status"].size, b[0]["status"].size)
        differs = np.zeros(size, bool)
        for one, other in zip(a, b, strict=False):
            for name in COLUMNS:
                differs |= one[name][:size] != other[name][:size]
        return np.flatnonzero(differs)

    return compare
