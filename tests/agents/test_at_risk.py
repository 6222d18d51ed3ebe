"""Types of citizens at risk of staying, on citizens made by hand."""

import numpy as np
import pytest

from agents.at_risk import types_of
from agents.citizen import NEVER
from agents.flags import FLAGS
from agents.risk_types import TYPES
from agents.statuses import CODE
from sim.model import BenefitModel


@pytest.fixture
def model():
    model = BenefitModel(scale=0.001, months=1, seed=1)
    rows = np.arange(20)
    for name in ("flags", "addiction", "homeless", "poor_mental_health", "poor_physical_health_self_rated", "need", "documented", "support"):
        model.population[name][rows] = 0
    model.population["status"][rows] = CODE["kontanthjaelp_aktivitetsparat"]
    model.population["since"][rows] = model.month
    model.population["need_since"][rows] = NEVER
    return model


def of(model, row=0):
    return {name for name, is_one in types_of(model.population, np.array([row])).items() if is_one[0]}


def set_(model, **values):
    for name, value in values.items():
        model.population[name][0] = value


def test_nobody_is_given_a_type(model):
    """If this fails somebody without problems, history or case is at risk."""
    assert of(model) == set()
    assert set(types_of(model.population, np.arange(3))) == set(TYPES)


@pytest.mark.parametrize(
    ("values", "is_multiple"),
    [
        ({"addiction": 1}, False), ({"addiction": 1, "poor_mental_health": 1}, True), ({"homeless": 1, "addiction": 1}, True),
        ({"flags": 1 << FLAGS.index("psychotropic_medicine"), "poor_mental_health": 1}, False),  # the same kind twice
        ({"flags": 1 << FLAGS.index("no_qualification"), "addiction": 1}, False),  # no education is no problem of this kind
    ],
)
def test_multiple_problems(model, values, is_multiple):
    """If this fails kinds of problems are counted wrongly."""
    set_(model, **values)
    assert ("multiple_problems" in of(model)) == is_multiple


@pytest.mark.parametrize(("months", "is_low"), [(46, False), (47, True), (80, True)])
def test_low_work_identity(model, months, is_low):
    """If this fails four years on benefits of five are another number of months."""
    set_(model, since=model.month - months)
    assert ("low_work_identity" in of(model)) == is_low


def test_diffuse_and_grey_zone(model):
    """If this fails a case is diffuse though documented, or in the grey zone without illness, or too soon."""
    set_(model, need=CODE["foertidspension"], need_since=model.month - 11)
    assert of(model) == set()
    set_(model, need_since=model.month - 12)
    assert of(model) == {"diffuse"}
    set_(model, documented=60, need_since=model.month - 24)
    assert of(model) == set()
    set_(model, addiction=1)
    assert of(model) == {"grey_zone"}
