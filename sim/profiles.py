"""Profiles: the kinds of people whose intensities differ, numbered for look-up."""

import numpy as np
import numpy.typing as npt

from agents.citizen import AGE_BANDS, CLASSES, ORIGINS
from agents.population import AGES

Floats = npt.NDArray[np.float64]

N_AGE, N_CLASS = len(AGE_BANDS), len(CLASSES)
PROFILE_SHAPE = (N_AGE, 2, 2, 2, N_CLASS)
"""Profiles: age band x sex x non-western origin x barred by the means test x person class, in this order."""
PROFILES = int(np.prod(PROFILE_SHAPE))
BARRED_STEP, AGE_STEP = N_CLASS, PROFILES // N_AGE
"""Distance in profile numbers between people who are not barred and who are, and between neighbouring age bands."""

NON_WESTERN = np.array([o.startswith("non_western") for o in ORIGINS])
BARRED = np.broadcast_to(np.array([False, True])[:, None], PROFILE_SHAPE).ravel()
"""Whether the means test bars people of each profile."""
UNDER_30 = np.array(AGE_BANDS) < 30
"""Whether each age band is under 30."""


def profile_of(
    age_band: npt.ArrayLike, sex: npt.ArrayLike, origin: npt.ArrayLike, barred: npt.ArrayLike, person_class: npt.ArrayLike
) -> npt.NDArray[np.uint8]:
    """The profile number of each person."""
    cell = (age_band, sex, NON_WESTERN[np.asarray(origin, np.int64)], barred, person_class)
    whole = np.zeros(np.shape(age_band), np.int64)
    for number, size in zip(cell, PROFILE_SHAPE, strict=True):
        whole = whole * size + np.asarray(number, np.int64)
    return whole.astype(np.uint8)


def by_age_band(age: Floats) -> Floats:
    """Shares of years of age, shape (..., years), added up by age band."""
    return np.add.reduceat(age, np.searchsorted(AGES, AGE_BANDS), axis=-1)


def by_origin_group(sex_origin: Floats) -> Floats:
    """Shares of origins, shape (..., origins), added up to two groups: others and non-western."""
    non_western = sex_origin[..., NON_WESTERN].sum(axis=-1)
    return np.stack([sex_origin.sum(axis=-1) - non_western, non_western], axis=-1)
