"""The citizen: everyone aged 18 to the pension age, and the future 18-year-olds who wait with status ``entry``."""

from typing import Any

import numpy as np

from agents.caseworker import NOBODY
from agents.column import Column, ColumnAgent, vectorised
from agents.employer import NO_EMPLOYER
from agents.past_support import IS_SUPPORT, months_supported
from agents.statuses import CODE, NAMES

SEXES = ("m", "f")
ORIGINS = (
    "danish",
    "western_immigrant",
    "western_descendant",
    "non_western_immigrant",
    "non_western_descendant",
)
REGIONS = ("hovedstaden", "sjaelland", "syddanmark", "midtjylland", "nordjylland")
CLASSES = ("near", "middle", "far")
"""Unobserved person effect, a finite mixture: how near the labour market a person is for reasons no register shows."""

NEVER = -(2**15)
"""A month that never comes."""

HAS_CERTIFICATE = NEVER + 1
"""In place of the month a certificate comes: a usable one is there."""

TRUST = 60
"""Trust, in per cent, of a citizen who has never met a caseworker; only differences from it act."""

STAGES = ("unseen", "documented", "ready", "queued", "granted")
"""Stages of a case: nobody has seen the need; it is being documented; the documents are ready and the case is to be prepared;
it waits for the rehabilitation team; a decision takes effect next month."""
UNSEEN, DOCUMENTING, READY, QUEUED, GRANTED = range(len(STAGES))

ENDS_WITH_THE_STATUS = (
    "caseworker", "contact_due", "is_new", "unread", "has_plan", "label_need", "need", "need_since", "stage", "certificate", "asked",
    "missed_exams", "queued", "measure", "measure_until", "measure_hours", "seeking", "seeking_since", "employer", "paid_hours",
    "fleks_hours", "mentor_until", "brobygning_until", "sundhedsindsats_until", "social_indsats_until", "sanction_until",
)
"""Columns that belong to the status a citizen has, not to the person."""

AGE_BANDS = (18, 25, 30, 40, 50, 60)
"""First year of age of each band; the last band ends at the pension age."""


class Citizen(ColumnAgent):
    """One citizen. Subclass it in your own script to add columns and methods; pass it as ``citizen_class``."""

    status = Column(np.uint8, unit="status code", doc="Current status, see agents.statuses.STATUSES.")
    since = Column(np.int16, unit="month", doc="Month in which the current status began.")
    spell_since = Column(
        np.int16, unit="month",
        doc="Month in which the spell began: as `since`, but moves within the kontanthjælp system do not begin a new one.",
    )
    birth_month = Column(np.int16, unit="month", doc="Month of birth.")
    sex = Column(np.uint8, unit="code", doc="0 = man, 1 = woman (agents.citizen.SEXES).")
    origin = Column(np.uint8, unit="code", doc="Origin, see agents.citizen.ORIGINS.")
    municipality = Column(np.uint8, unit="code", doc="Municipality, 1-98 (anonymous).")
    flags = Column(np.uint8, unit="bit mask", doc="Register flags, one bit each (agents.flags.FLAGS).")
    addiction = Column(np.uint8, unit="0 or 1", doc="Whether the person has ever misused alcohol or drugs.")
    public_debt = Column(np.int32, unit="DKK", doc="Debt to the public sector, 2014 prices; 0 = none.")
    homeless = Column(np.uint8, unit="0 or 1", doc="Whether the person is homeless.")
    poor_mental_health = Column(np.uint8, unit="0 or 1", doc="Whether the person rates the own mental health as poor.")
    poor_physical_health_self_rated = Column(
        np.uint8, unit="0 or 1", doc="Whether the person rates the own physical health as poor."
    )
    person_class = Column(np.uint8, unit="code", doc="Unobserved person effect, see agents.citizen.CLASSES.")
    household = Column(np.uint8, unit="code", doc="Household type, see agents.household.HOUSEHOLDS.")
    partner_income = Column(np.uint8, unit="code", doc="Income of a spouse, see agents.household.PARTNER_INCOMES.")
    wealthy = Column(np.uint8, unit="0 or 1", doc="Whether own wealth bars kontanthjælp.")
    household_until = Column(np.int16, unit="month", doc="Month in which household or partner's income changes next.")
    programme_until = Column(
        np.int16, unit="month", default=NEVER, doc="Month in which the integration programme ends; earlier: not in it."
    )
    support = Column(
        np.uint64, unit="bit mask",
        doc="Public support before the current status: bit k is set when the person had it k + 1 months before it began.",
    )

    caseworker = Column(np.int32, unit="number", default=NOBODY, doc="Row of the caseworker; NOBODY for none.")
    contact_due = Column(np.int16, unit="month", default=NEVER, doc="Month in which the next contact is due; NEVER for none.")
    is_new = Column(np.uint8, unit="0 or 1", doc="Whether the first interview of the contact with this target group is to come.")
    unread = Column(np.uint8, unit="0 or 1", doc="Whether a new caseworker has still to read the case.")
    trust = Column(np.uint8, unit="pct", default=TRUST, doc="Trust in the caseworker and the system.")
    has_plan = Column(np.uint8, unit="0 or 1", doc="Whether a plan has been made with this target group.")
    referred = Column(np.int16, unit="month", default=NEVER, doc="Month of the last referral to a measure.")
    label_need = Column(np.uint8, unit="status code", doc="Visitation group the citizen should be in; 0 = the present one.")
    need = Column(np.uint8, unit="status code", doc="What the citizen's lasting work capacity calls for; 0 = nothing.")
    need_since = Column(np.int16, unit="month", default=NEVER, doc="Month in which the need arose.")
    stage = Column(np.uint8, unit="code", doc="How far the case has come, see agents.citizen.STAGES.")
    documented = Column(np.uint8, unit="pct", doc="How well the work capacity is documented; 100 = beyond doubt.")
    certificate = Column(np.int16, unit="month", default=NEVER, doc="Month a doctor's certificate comes; HAS_CERTIFICATE; NEVER.")
    asked = Column(np.int16, unit="month", default=NEVER, doc="Month in which the certificate was asked for.")
    missed_exams = Column(np.uint8, unit="number", doc="Examinations missed since the citizen was referred.")
    queued = Column(np.int16, unit="month", default=NEVER, doc="Month in which the case came to the rehabilitation team.")

    measure = Column(np.uint8, unit="code", doc="Active measure, see agents.measures.MEASURES (position plus one); 0 = none.")
    measure_until = Column(np.int16, unit="month", default=NEVER, doc="Month in which the measure ends.")
    measure_hours = Column(np.uint8, unit="hours", doc="Hours a week in the measure.")
    measure_ended = Column(np.int16, unit="month", default=NEVER, doc="Month in which the last measure ended or was broken off.")
    last_measure = Column(np.uint8, unit="code", doc="The last measure that was completed; 0 = none.")
    seeking = Column(np.uint8, unit="code", doc="Measure for which a place is sought; 0 = none.")
    seeking_since = Column(np.int16, unit="month", default=NEVER, doc="Month since which a place is sought.")
    employer = Column(np.int32, unit="number", default=NO_EMPLOYER, doc="Row of the employer where the place, hours or fleksjob is.")
    paid_hours = Column(np.uint8, unit="hours", doc="Paid hours a week beside the benefit.")
    fleks_hours = Column(np.uint8, unit="hours", doc="Hours a week that somebody approved for fleksjob works, or can; 0 = not approved.")
    mentor_until = Column(np.int16, unit="month", default=NEVER, doc="Month in which the mentor leaves.")
    brobygning_until = Column(np.int16, unit="month", default=NEVER, doc="Month in which brobygning ends.")
    sundhedsindsats_until = Column(np.int16, unit="month", default=NEVER, doc="Month in which the health intervention ends.")
    social_indsats_until = Column(np.int16, unit="month", default=NEVER, doc="Month in which the social intervention ends.")
    reach = Column(np.uint8, unit="1/255", doc="Rank, among all, of how easily offers reach the citizen.")
    proneness = Column(np.uint8, unit="1/255", doc="Rank, among all, of how easily the citizen breaches the duty to be available.")
    wage_rank = Column(np.uint8, unit="1/255", doc="Rank of the wage among all of the same unobserved class, in work or not.")
    parent_rank = Column(np.uint8, unit="1/255", doc="Rank, among all, of how unlikely children at home are (sim.tally.provider_ranks).")
    sanction = Column(np.uint8, unit="code", doc="Last sanction, see agents.measures.SANCTIONS (position plus one); 0 = none.")
    sanctioned = Column(np.int16, unit="month", default=NEVER, doc="Month in which the last sanction began.")
    sanction_until = Column(np.int16, unit="month", default=NEVER, doc="Month in which the last sanction ended or will end.")
    sanctions = Column(np.uint8, unit="number", doc="Sanctions since one was a year apart from the one before.")

    @property
    @vectorised
    def age(self) -> Any:
        """Age in whole years."""
        return (self.model.month - self.birth_month) // 12

    @property
    @vectorised
    def months_in_status(self) -> Any:
        """Months since the current status began."""
        return self.model.month - self.since

    @property
    @vectorised
    def months_in_spell(self) -> Any:
        """Months since the current spell began."""
        return self.model.month - self.spell_since

    @vectorised
    def months_supported(self, window: int) -> Any:
        """Months with public support among the last ``window`` (at most 60), this month included."""
        return months_supported(self.support, self.months_in_status, IS_SUPPORT[self.status], window)

    @property
    @vectorised
    def supported_last_12(self) -> Any:
        """Share of the last 12 months with public support."""
        return self.months_supported(12) / 12

    @property
    @vectorised
    def supported_last_60(self) -> Any:
        """Share of the last 60 months with public support."""
        return self.months_supported(60) / 60

    @property
    def status_name(self) -> str:
        """Name of the current status (one citizen at a time)."""
        return NAMES[self.status]

    @vectorised
    def is_in(self, name: str) -> Any:
        """Whether the citizen has the named status."""
        return self.status == CODE[name]
