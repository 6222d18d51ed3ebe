"""The month: the model, moves between statuses, the analytic twin, recording, parameters and vintages."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.model import BenefitModel

__all__ = ["BenefitModel"]

SMALLEST_SCALE = 0.001
"""Smallest share of the population that can be simulated."""


def __getattr__(name: str) -> Any:
    """Import the model on first use: importing Mesa takes about two seconds and sets multiprocessing's start method."""
    if name == "BenefitModel":
        from sim.model import BenefitModel

        return BenefitModel
    raise AttributeError(f"module 'sim' has no attribute {name!r}")
