"""What parameters, outcomes and options of an experiment are called in the language of a page, and how their numbers are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.cases import BASE, absent
from experiments.words import Words


@dataclass(frozen=True)
class Labels:
    """Names and units by parameter, outcome and reform; what has none is called by its key.

    Attributes:
        names: labels in the language of ``w``. units: units of outcomes and parameters, in that language.
    """

    w: Words
    names: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str) -> str:
        """What something is called."""
        return self.names.get(key, key)

    def unit(self, key: str) -> str:
        """A unit after a number, with a space before; nothing when there is none."""
        return f" {self.units[key]}" if self.units.get(key) else ""

    def axis(self, key: str) -> str:
        """Name and unit, as an axis has them."""
        return f"{self(key)}, {self.units[key]}" if self.units.get(key) else self(key)

    def number(self, value: float, *, sign: bool = False) -> str:
        """A number with three digits, or all before the decimal point; a dash when it is not known."""
        if not np.isfinite(value):
            return "–"
        decimals = _decimals(value)
        fraction = f"{value:.{decimals}f}".partition(".")[2].rstrip("0")
        return self.w.number(value, sign=sign, decimals=len(fraction))

    def share(self, value: float) -> str:
        """A share in whole per cent."""
        return f"{self.w.number(100 * value)} %"

    def span(self, value: float, low: float, high: float, *, sign: bool = False) -> str:
        """A value with its interval, all with the decimals of the largest."""
        decimals = _decimals(np.nanmax(np.abs([value, low, high])))
        shown = [self.w.number(v, sign=sign, decimals=decimals) if np.isfinite(v) else "–" for v in (value, low, high)]
        return f"{shown[0]} ({shown[1]} – {shown[2]})"

    def options(self, table: pd.DataFrame) -> list[str]:
        """Names of options (``reform`` and a column a lever): the reform, where there are several, and its levers but those of policies
        that are absent."""
        several = table["reform"].nunique() > 2 or table.shape[1] == 1
        return [self._option(row, several) for row in table.to_dict("records")]

    def _option(self, row: Mapping[Any, Any], several: bool) -> str:
        if row["reform"] == BASE:
            return self.w("analysis_base")
        levers = {str(key): value for key, value in row.items() if key != "reform"}
        present = {key: value for key, value in levers.items() if not absent(value)}
        reform = [self(str(row["reform"]))] if several or not levers else []
        shown = present or ({} if reform else levers)
        return ", ".join([*reform, *(f"{self(key)} {self.value(value)}" for key, value in shown.items())])

    def value(self, value: Any) -> str:
        """A lever's value: a number as people write it, or its text."""
        if absent(value):
            return self.w("analysis_none")
        try:
            return self.number(float(value))
        except ValueError:
            return str(value)


def _decimals(value: float) -> int:
    """So many decimals give a number three digits."""
    return max(0, 2 - int(np.floor(np.log10(abs(value))))) if value else 0
