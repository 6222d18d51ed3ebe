"""The four overlapping types of citizens at risk of staying on benefit for years, read off what citizens have lived.

STAR names them in a study of long cases and gives no shares (003_b8efe9f5cbc72a37.txt:55-60;90-97). Here nobody is given a
type: who belongs to one follows from barriers, history and how far the case has come. Shares are outputs.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from agents.column import Rows, Store
from agents.column_set import ColumnSet
from agents.flags import FLAGS
from agents.past_support import WINDOW
from agents.risk_types import LIFE_ON_BENEFITS, LONG_UNDECIDED, LONG_UNDOCUMENTED

Bools = npt.NDArray[np.bool_]

_HARDLY_DOCUMENTED = 40
_PHYSICAL, _MENTAL, _SENTENCE, _PLACED = (
    1 << FLAGS.index(name)
    for name in ("poor_physical_health", "psychotropic_medicine", "sentence_served", "placed_as_child")
)


def types_of(citizens: Store, rows: Rows) -> dict[str, Bools]:
    """Whether each of the citizens belongs to each type, by name of the type."""
    c: dict[str, npt.NDArray[Any]] = {name: citizens[name][rows] for name in _READ}
    now = citizens.model.month
    mental = ((c["flags"] & _MENTAL) > 0) | (c["poor_mental_health"] == 1)
    physical = ((c["flags"] & _PHYSICAL) > 0) | (c["poor_physical_health_self_rated"] == 1)
    social = ((c["flags"] & (_SENTENCE | _PLACED)) > 0) | (c["homeless"] == 1)
    addiction = c["addiction"] == 1
    kinds = mental.astype(np.int64) + physical + social + addiction
    supported = ColumnSet(citizens, rows).months_supported(WINDOW)
    has_need, waited = c["need"] > 0, now - c["need_since"].astype(np.int64)
    return {
        "multiple_problems": kinds >= 2,
        "low_work_identity": supported >= LIFE_ON_BENEFITS,
        "diffuse": has_need & (waited >= LONG_UNDOCUMENTED) & (c["documented"] < _HARDLY_DOCUMENTED),
        "grey_zone": has_need & (waited >= LONG_UNDECIDED) & (mental | physical | addiction),
    }


_READ = (
    "flags", "poor_mental_health", "poor_physical_health_self_rated", "homeless", "addiction", "need", "need_since",
    "documented",
)
