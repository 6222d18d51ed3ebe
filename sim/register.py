"""The synthetic register of a run: persons, and the spells they lived, from the log of moves."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import Month, timestamps
from agents.citizen import ORIGINS, SEXES
from agents.column import Store
from agents.flags import FLAGS
from agents.statuses import CODE, NAMES
from sim.record import Recorder


def persons_table(store: Store, weight: float) -> pd.DataFrame:
    """One row for each person who was in Denmark or turned 18 during the run, or who may arrive."""
    rows = np.flatnonzero(store["status"] != CODE["entry"])
    return pd.DataFrame(
        {
            "person_id": rows.astype(np.int64),
            "birth_month": timestamps(store["birth_month"][rows]),
            "sex": np.array(SEXES)[store["sex"][rows]],
            "origin": np.array(ORIGINS)[store["origin"][rows]],
            "municipality": [f"M{m:02d}" for m in store["municipality"][rows]],
            "education": np.where(store["flags"][rows] & 1, "none", "qualifying"),
            **{flag: (store["flags"][rows] >> bit & 1).astype(bool) for bit, flag in enumerate(FLAGS) if bit},
            "weight": np.full(rows.size, weight),
        }
    )


def spells_table(
    start_status: npt.NDArray[np.uint8], start_since: npt.NDArray[np.int16], recorder: Recorder
) -> pd.DataFrame:
    """All spells of status, by person and start: kind, value, cause, start, end (half-open; missing = running).

    The spell in which a person enters the run begins with its true month, before the run.
    """
    present = np.flatnonzero(start_status != CODE["entry"])
    rows = [present, *(move_rows for _, move_rows, _, _, _ in recorder.log)]
    begins = [start_since[present].astype(np.int64), *(np.full(r.size, m) for m, r, _, _, _ in recorder.log)]
    status = [start_status[present], *(to for _, _, _, to, _ in recorder.log)]
    causes = [np.full(present.size, 0), *(np.full(r.size, i) for i, (_, r, _, _, _) in enumerate(recorder.log, 1))]
    names = np.array(["start population", *(cause for _, _, _, _, cause in recorder.log)], dtype=object)

    person, begin = np.concatenate(rows), np.concatenate(begins)
    value, cause = np.concatenate(status), names[np.concatenate(causes)]
    order = np.lexsort((begin, person))
    person, begin, value, cause = person[order], begin[order], value[order], cause[order]
    end: npt.NDArray[np.datetime64] = np.full(person.size, np.datetime64("NaT"), "datetime64[ms]")
    goes_on = np.flatnonzero(person[1:] == person[:-1])
    end[goes_on] = timestamps(begin[goes_on + 1])
    return pd.DataFrame(
        {
            "person_id": person.astype(np.int64),
            "kind": np.full(person.size, "status"),
            "value": np.array(NAMES)[value],
            "cause": cause,
            "start": timestamps(begin),
            "end": end,
        }
    )


def pensions_table(awarded_before: npt.NDArray[np.int64], recorder: Recorder, weight: float) -> pd.DataFrame:
    """Førtidspension month by month, split into awards before the start (running off) and awards since."""
    total = recorder.stocks[: recorder.done + 1, CODE["foertidspension"]]
    months: list[Month] = list(range(recorder.start - 1, recorder.start + recorder.done))
    return pd.DataFrame(
        {
            "month": timestamps(months),
            "awarded_before": awarded_before[: recorder.done + 1] * weight,
            "awarded_since": (total - awarded_before[: recorder.done + 1]) * weight,
        }
    )
