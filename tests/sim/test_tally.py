"""Counting people into the cells of the law of money: the compiled kernel against a recount in plain Python.

No test here is one of chance: people are made up, with a fixed seed.
"""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.calendar import month
from agents.citizen import NEVER
from agents.household import HOUSEHOLDS
from agents.measures import MEASURES, SUPPORTS
from agents.mistake import Mistake
from agents.statuses import CODE, COUNT, STATUSES
from sim.benefit_law import LONGEST_FREE, PERSON_SHAPE, REFUND_SHAPE
from sim.model import BenefitModel
from sim.parameters import load
from sim.tally import REFUND_CELLS, Tallier, provider_ranks

NOW = month("2016-03")
P = load()
PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=150)
TYPES = {
    "status": np.uint8, "since": np.int16, "spell_since": np.int16, "birth_month": np.int16, "household": np.uint8,
    "partner_income": np.uint8, "parent_rank": np.uint8, "wage_rank": np.uint8, "measure": np.uint8, "support": np.uint64,
    "person_class": np.uint8, "paid_hours": np.uint8, "fleks_hours": np.uint8, "measure_hours": np.uint8, "sanction": np.uint8,
    "sanctioned": np.int16, "sanction_until": np.int16, **{f"{s}_until": np.int16 for s in SUPPORTS},
}
FAR, WORK = CODE["kontanthjaelp_aktivitetsparat"], CODE["employment"]


class People(dict):
    """Columns as the store has them."""

    def __init__(self, size, **columns):
        plain = {
            "status": FAR, "since": NOW - 30, "spell_since": NOW - 30, "birth_month": NOW - 40 * 12, "parent_rank": 255, "wage_rank": 7,
            "sanctioned": NEVER, "sanction_until": NEVER, **{f"{s}_until": NEVER for s in SUPPORTS},
        }
        super().__init__({
            name: np.array(np.broadcast_to(np.asarray({**plain, **columns}.get(name, 0), kind), size)) for name, kind in TYPES.items()
        })
        self.size = size


def counter_of(people, p=P, threads=1):
    return Tallier(people, p, lambda: {}, threads)


def cell_of(p=P, now=NOW, **columns):
    """Of one person: (status, age, family, provider), (activity, duration, step, grant)."""
    counter = counter_of(People(1, **columns), p)
    counter.count(now)
    person, refund = divmod(int(counter.cell[0]), REFUND_CELLS)
    return tuple(map(int, np.unravel_index(person, PERSON_SHAPE))), tuple(map(int, np.unravel_index(refund, REFUND_SHAPE)))


def recount(people, i, now, p=P):
    """The same in plain Python from what the law says; None for who is not there."""
    status = STATUSES[people["status"][i]]
    if status.group not in ("outside", "temporary", "edge"):
        return None
    years = (now - int(people["birth_month"][i])) // 12
    age = 0 if years < 25 else 1 if years < 30 else 2
    household = HOUSEHOLDS[people["household"][i]]
    family = {"single": 0, "married": 3 if people["partner_income"][i] == 2 else 2}.get(household, 1)
    share = p.share(f"provider.{household}") * (p.value("provider.under_25") if years < 25 and household != "cohabiting_common_children" else 1)
    provider = int(people["parent_rank"][i] <= min(round(share * 255), 255))
    person = (status.code, age, family, provider)
    if status.name in ("employment", "education", "self_support", "barsel", "efterloen"):
        return person, (0, 0, 0, 0)
    measure = "" if people["measure"][i] == 0 else MEASURES[people["measure"][i] - 1].name
    activity = 1 if measure == "uddannelse" else 0 if measure in ("", "vejledning", "forberedende_forloeb") else 2
    there = now - int(people["since"][i])
    benefit = now - int(people["spell_since"][i]) if status.family in ("kontanthjaelp", "uddannelseshjaelp") else there
    duration = 0 if benefit == 0 else 1 if benefit == 1 else 2 if benefit < 12 else 3
    supported = 0
    for back in range(p.months("refund.window")):  # 0: this month
        if back <= there:
            supported += status.is_support
        else:
            supported += (int(people["support"][i]) >> (back - there - 1)) & 1
    step = 0 if supported <= 1 else 1 if supported <= 6 else 2 if supported <= 12 else 3
    old = status.name in ("foertidspension", "fleksjob") and int(people["since"][i]) <= p.month("refund.old_grants_until")
    return person, (activity, duration, step, int(old))


def made_up(size, seed=11):
    """People of all kinds, many of them at a border."""
    rng = np.random.default_rng(seed)
    since = NOW - rng.choice([0, 1, 2, 5, 6, 11, 12, 19, 20, 21, 22, 34, 35, 36, 37, 59, 60, 200], size)
    household = rng.integers(0, 4, size)
    return People(
        size, status=rng.integers(0, COUNT, size), since=since, spell_since=since - rng.choice([0, 0, 1, 6, 12], size),
        birth_month=NOW - rng.choice([216, 299, 300, 301, 359, 360, 361, 480, 700], size), household=household,
        partner_income=np.where(household == 3, rng.integers(1, 3, size), 0), parent_rank=rng.integers(1, 256, size),
        wage_rank=rng.integers(1, 256, size), measure=rng.integers(0, len(MEASURES) + 1, size),
        support=rng.integers(0, 2**60, size, dtype=np.uint64) & rng.integers(0, 2**60, size, dtype=np.uint64), person_class=rng.integers(0, 3, size),
    )


@pytest.fixture(scope="module")
def crowd():
    return made_up(6000)


class TestKernel:
    def test_against_plain_python(self, crowd):
        """If this fails somebody is in another cell than age, family, children, activity, time and grant say."""
        counter = counter_of(crowd)
        tally = counter.count(NOW)
        cells = Counter()
        for i in range(crowd.size):
            expected = recount(crowd, i, NOW)
            if expected is None:
                assert counter.cell[i] < 0
                continue
            number = np.ravel_multi_index(expected[0], PERSON_SHAPE) * REFUND_CELLS + np.ravel_multi_index(expected[1], REFUND_SHAPE)
            assert counter.cell[i] == number, {name: column[i] for name, column in crowd.items()}
            cells[int(number)] += 1
        found = {int(n): int(tally.cells.ravel()[n]) for n in np.flatnonzero(tally.cells)}
        assert found == cells

    def test_wages_against_plain_python(self, crowd):
        """If this fails people in work are counted at another wage, or others are."""
        tally = counter_of(crowd).count(NOW)
        expected = Counter(
            (int(c), int(r)) for s, c, r in zip(crowd["status"], crowd["person_class"], crowd["wage_rank"], strict=True) if s == WORK
        )
        assert {(int(c), int(r)): int(tally.wages[c, r]) for c, r in np.argwhere(tally.wages)} == expected

    @pytest.mark.parametrize("threads", [2, 3, 7])
    def test_threads(self, crowd, threads):
        """If this fails counts hang on the number of threads."""
        one, several = counter_of(crowd), counter_of(crowd, threads=threads)
        a, b = one.count(NOW), several.count(NOW)
        assert np.array_equal(a.cells, b.cells)
        assert np.array_equal(a.wages, b.wages)
        assert np.array_equal(one.cell, several.cell)

    def test_nobody(self):
        """If this fails a population of nobody, or fewer people than threads, stops the run."""
        assert counter_of(People(0)).count(NOW).cells.sum() == 0
        assert counter_of(People(2), threads=5).count(NOW).cells.sum() == 2

    @PROPERTY
    @given(
        status=st.integers(0, COUNT - 1), there=st.integers(0, 300), before=st.integers(0, 80), age=st.integers(216, 800),
        support=st.integers(0, 2**60 - 1), measure=st.integers(0, len(MEASURES)), rank=st.integers(1, 255), window=st.integers(1, 60),
    )
    def test_anybody(self, status, there, before, age, support, measure, rank, window):
        """If this fails there is a person, or a window, for which kernel and plain Python differ."""
        p = P.changed({"refund.window": window})
        columns = {
            "status": status, "since": NOW - there, "spell_since": NOW - there - before, "birth_month": NOW - age, "support": support,
            "measure": measure, "parent_rank": rank,
        }
        people = People(1, **columns)
        counter = counter_of(people, p)
        counter.count(NOW)
        expected = recount(people, 0, NOW, p)
        assert (counter.cell[0] < 0) if expected is None else cell_of(p, **columns) == expected


class TestBorders:
    @pytest.mark.parametrize(("months", "age"), [(25 * 12 - 1, 0), (25 * 12, 1), (30 * 12 - 1, 1), (30 * 12, 2)])
    def test_birthdays(self, months, age):
        """If this fails somebody has the rate of the next age class in the month before the birthday, or of the last one in it."""
        assert cell_of(birth_month=NOW - months)[0][1] == age

    @pytest.mark.parametrize(("months", "step"), [(1, 0), (2, 1), (6, 1), (7, 2), (12, 2), (13, 3), (36, 3), (60, 3)])
    def test_rungs(self, months, step):
        """If this fails a rung of the ladder (weeks 4/5, 26/27, 52/53) begins a month early or late: this is the n-th month."""
        assert cell_of(since=NOW - months + 1, spell_since=NOW - months + 1)[1][2] == step

    @pytest.mark.parametrize(("earlier", "step"), [(0, 0), (1, 1), (5, 1), (6, 2), (11, 2), (12, 3)])
    @pytest.mark.parametrize("gap", [0, 3])
    def test_rungs_with_a_gap(self, earlier, gap, step):
        """If this fails months of support before a break do not count on the ladder, or the break does."""
        assert cell_of(since=NOW, support=((1 << earlier) - 1) << gap)[1][2] == step

    def test_window(self):
        """If this fails support 36 months back counts, or 35 months back does not; the present month is the first of 36."""
        alone = {"since": NOW, "spell_since": NOW}
        assert cell_of(**alone, support=1 << 34)[1][2] == 1
        assert cell_of(**alone, support=1 << 35)[1][2] == 0
        assert cell_of(since=NOW - 10, support=1 << 24)[1][2] == cell_of(since=NOW - 10, support=0)[1][2] == 2
        assert cell_of(since=NOW - 11, support=1 << 23)[1][2] == 3
        assert cell_of(since=NOW - 11, support=1 << 24)[1][2] == 2

    def test_time_without_support_does_not_count(self):
        """If this fails a person who came back to a benefit is on the rung of the time in work."""
        assert cell_of(status=CODE["sygedagpenge"], since=NOW, support=0)[1][2] == 0

    @pytest.mark.parametrize(("months", "duration"), [(0, 0), (1, 1), (2, 2), (11, 2), (12, 3)])
    def test_time_on_the_benefit(self, months, duration):
        """If this fails the old refund by weeks (4, 8, 52) begins a month early or late."""
        assert cell_of(status=CODE["sygedagpenge"], since=NOW - months, spell_since=NOW - months)[1][1] == duration

    def test_time_on_kontanthjaelp_is_that_of_the_spell(self):
        """If this fails another visitation group begins the time on kontanthjælp anew."""
        assert cell_of(since=NOW, spell_since=NOW - 20)[1][1] == 3
        assert cell_of(status=CODE["sygedagpenge"], since=NOW, spell_since=NOW - 20)[1][1] == 0

    @pytest.mark.parametrize("name", ["foertidspension", "fleksjob", "ledighedsydelse", "ressourceforloeb"])
    def test_old_grants(self, name):
        """If this fails a grant of June 2014 has lost the old refund, one of July has it, or another benefit keeps it."""
        keeps = name in ("foertidspension", "fleksjob")
        found = [cell_of(status=CODE[name], since=month(m))[1][3] for m in ("2000-01", "2014-06", "2014-07", "2016-03")]
        assert found == [keeps, keeps, False, False]

    def test_date_of_old_grants_is_a_parameter(self):
        """If this fails another last month of old grants changes nothing."""
        p = P.changed({"refund.old_grants_until": 201412})
        assert cell_of(p, status=CODE["foertidspension"], since=month("2014-12"))[1][3] == 1
        assert cell_of(p, status=CODE["foertidspension"], since=month("2015-01"))[1][3] == 0

    @pytest.mark.parametrize("window", [66, 72, 200])
    def test_a_window_longer_than_memory(self, window):
        """If this fails support beyond what is remembered is counted as if it were known."""
        with pytest.raises(Mistake, match="window"):
            counter_of(People(1), P.changed({"refund.window": window})).count(NOW)


class TestBeside:
    def test_fleksjob_scheme(self):
        """If this fails a fleksjob of December 2012 is not of the old scheme, or one of January 2013 is."""
        rows = counter_of(
            People(3, status=CODE["fleksjob"], since=[month("2012-12"), month("2013-01"), month("2013-01")], fleks_hours=[12, 12, 20])
        ).count(NOW).fleksjob
        assert sorted((int(old), int(hours), int(n)) for _, old, hours, n in rows) == [(0, 12, 1), (0, 20, 1), (1, 12, 1)]

    def test_sanctions(self):
        """If this fails a sanction counts in another month than its first, or a tightened one not in each of its months."""
        tightened = 4
        kinds = {
            "period now": (1, NOW, NOW + 1), "period last month": (1, NOW - 1, NOW + 1), "tightened, runs": (tightened, NOW - 1, NOW + 1),
            "tightened, ends now": (tightened, NOW - 2, NOW), "tightened, begins": (tightened, NOW, NOW + 3), "none": (0, NEVER, NEVER),
        }
        sanction, sanctioned, until = zip(*kinds.values(), strict=True)
        tally = counter_of(People(len(kinds), sanction=sanction, sanctioned=sanctioned, sanction_until=until)).count(NOW)
        assert sorted((int(kind), int(n)) for _, _, kind, n in tally.beside) == [(1, 1), (tightened, 2)]

    def test_hours_and_no_sanction(self):
        """If this fails somebody with hours and an old sanction is sanctioned again, or people alike are counted apart."""
        tally = counter_of(People(4, paid_hours=[5, 5, 0, 5], sanction=[0, 2, 0, 0], sanctioned=[NEVER, NOW - 4, NEVER, NEVER])).count(NOW)
        assert tally.beside[:, 1:].tolist() == [[5, 0, 3]]

    @pytest.mark.parametrize(("measure", "months"), [("uddannelse", 9), ("vejledning", 24), ("praktik_privat", 24)])
    def test_too_early_for_a_refund(self, measure, months):
        """If this fails job-ready people have an operating refund before the months of the law are over, or others wait for it."""
        kind = [m.name for m in MEASURES].index(measure)
        ready = CODE["kontanthjaelp_jobparat"]
        people = People(
            4, status=[ready, ready, FAR, CODE["dagpenge"]], spell_since=NOW - np.array([months - 1, months, 0, 0]), since=NOW,
            measure=kind + 1, measure_hours=[10, 20, 30, 40],
        )
        tally = counter_of(people).count(NOW)
        hours = tally.hours[:, kind]
        assert (hours[ready, months - 1], hours[ready, months], hours[ready].sum()) == (10, 20, 30)
        assert tally.persons[ready, kind] == 2
        assert hours[FAR].tolist() == [0] * LONGEST_FREE + [30]
        assert hours[CODE["dagpenge"]].tolist() == [0] * LONGEST_FREE + [40]

    def test_support_ends(self):
        """If this fails a mentor is paid in the month in which he has left."""
        tally = counter_of(People(2, mentor_until=[NOW, NOW + 1])).count(NOW)
        assert tally.support[FAR].tolist() == [1, 0, 0, 0]


class TestTraits:
    def test_providers(self):
        """If this fails the highest rank of having children is not the share of the parameters."""
        ranks = provider_ranks(P)
        for h, household in enumerate(HOUSEHOLDS):
            assert ranks[2, h] == round(P.share(f"provider.{household}") * 255)
            young = 1.0 if household == "cohabiting_common_children" else P.value("provider.under_25")
            assert ranks[0, h] == round(P.share(f"provider.{household}") * young * 255)

    def test_ranks_are_a_trait(self):
        """If this fails somebody's wage or children are drawn again, some have no rank, or the two hang together (correlation of
        independent ranks: false alarm 1e-6)."""
        model = BenefitModel(scale=0.002, months=2, seed=3)
        c = model.population
        before = {name: c[name].copy() for name in ("wage_rank", "parent_rank")}
        for ranks in before.values():
            assert ranks.min() >= 1
            assert np.bincount(ranks, minlength=256)[1:].max() < 12 * ranks.size / 255
        assert abs(np.corrcoef(*before.values())[0, 1]) < 4.9 / np.sqrt(c.size)
        model.run()
        assert all(np.array_equal(before[name], c[name]) for name in before)
