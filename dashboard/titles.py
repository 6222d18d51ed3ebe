"""The report's charts with titles of scenarios where the report writes their names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard.results import Opened
from dashboard.words import Words
from experiments.charts.chart import Chart
from experiments.charts.panels import folded

_WIDTH = 40
"""Letters in a line of a legend."""


@dataclass(frozen=True)
class Titles:
    """Titles of some scenarios of a result by name: in quotation marks in a sentence, folded in a legend, bare in a table."""

    titles: dict[str, str]

    @classmethod
    def of(cls, opened: Opened, names: Iterable[str], w: Words) -> "Titles":
        """Titles of these scenarios, in this order."""
        return cls({name: opened.title(name, w) for name in names})

    def sentence(self, name: str) -> str:
        """How a sentence calls a scenario."""
        return f"“{self.titles[name]}”"

    @property
    def legend(self) -> dict[str, str]:
        """How a legend calls what a sentence calls otherwise."""
        return {self.sentence(name): folded(title, _WIDTH) for name, title in self.titles.items()}

    def rows(self, table: pd.DataFrame, column: str) -> pd.DataFrame:
        """The rows of these scenarios, called in ``column`` as in a sentence."""
        here = table[table[column].isin(self.titles)]
        return here.assign(**{column: here[column].astype(str).map(self.sentence)})

    def chart(self, key: str, make: Callable[..., Chart], *args: Any) -> Chart:
        """A chart made of such rows: its key has names, so that it is fit for an address or a file, and its table bare titles."""
        chart = make(*args)
        bare = {self.sentence(name): title for name, title in self.titles.items()}
        columns = {column: chart.table[column].astype(str).map(bare) for column in ("reform", "scenario") if column in chart.table}
        return replace(chart, key=key, table=chart.table.assign(**columns))
