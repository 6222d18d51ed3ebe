"""What a calibration says of itself, read without the agents and without running anything."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from sim.parameters import DEFAULT_VINTAGE, FOLDER, load

CALIBRATION, IDENTIFIED, DIRECTIONS, PREDICTIVE = "calibration.json", "identified.csv", "directions.csv", "predictive.csv"
"""What a calibration says of itself: numbers, what can be known of each parameter, of which directions, and its check."""


def read_calibration(folder: Path = FOLDER / DEFAULT_VINTAGE) -> dict[str, Any] | None:
    """What the calibration of a vintage says of itself, as plain data: ``numbers`` and the tables ``identified`` (with labels),
    ``directions`` and ``predictive``; None for a vintage without draws."""
    if not all((folder / name).exists() for name in (CALIBRATION, IDENTIFIED, DIRECTIONS, PREDICTIVE)):
        return None
    p = load(folder.name, folder.parent)
    identified = pd.read_csv(folder / IDENTIFIED, keep_default_na=False)
    for language in ("en", "da"):
        identified[language] = [getattr(p[path], language) for path in identified["parameter"]]
    return {
        "numbers": json.loads((folder / CALIBRATION).read_text(encoding="utf-8")), "identified": identified.to_dict("records"),
        "directions": pd.read_csv(folder / DIRECTIONS).to_dict("records"), "predictive": pd.read_csv(folder / PREDICTIVE).to_dict("records"),
    }
