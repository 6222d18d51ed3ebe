"""Published costings: figures as the evidence has them, the table as the code writes it, and the arithmetic of cases by hand."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from agents.measures import MEASURES
from agents.statuses import CODE, NAMES
from calibration.costing_budgets import GROUPS, package_rows
from calibration.costing_cases import annuity, break_even, ips_series, mixed, payback, worth
from calibration.costing_rows import COLUMNS, published
from calibration.costing_year import INCOME_SUPPORT, Year, public_spending, year
from calibration.costings import COSTINGS, costings, write
from calibration.evidence import fact
from experiments.report.checks_money import HEADLINES, costing_checks, within
from experiments.words import LANGUAGES, Words
from sim.accounts import Accountant
from sim.benefit_law import LawBook
from sim.income import value_of_a_year
from sim.model import BenefitModel
from sim.parameters import load, read_costings

P = load()
LABELS = ("costing", "row", "row_da", "published", "unit", "kind", "fact")


@pytest.fixture(scope="module")
def small() -> Year:
    return year(P, 0.002, 1)


def test_published_figures_are_the_evidence() -> None:
    """Wrong if a figure in the table is not that of its fact, or is cited as published and has none. The bonus has no published
    amount: it is to pay for itself."""
    for r in read_costings():
        if r["costing"] == "participation_bonus":
            assert (r["published"], r["fact"]) == ("0", "")
        else:
            assert float(r["published"]) == pytest.approx(published(r["fact"])), r["row"]


def test_facts_are_added_and_subtracted() -> None:
    """Wrong if a total less a part were the total."""
    total, part = "koch_1_summary-1f11f63b", "koch_1_summary-6452c2de"
    assert published(f"{total} - {part}") == fact(total).value - fact(part).value == 116430 - 25180


def test_the_shipped_table_is_what_the_code_writes(tmp_path) -> None:
    """Wrong if rows, kinds or sources of the shipped table are not those of the code: run `make fit`, or
    `python -m calibration.costings` when rates stay as they are. Numbers of a tiny run are others."""
    write(tmp_path / "costings.csv", scale=0.002, seeds=(1,))
    with (tmp_path / "costings.csv").open(newline="") as text:
        rows = list(csv.DictReader(text))
    assert tuple(rows[0]) == COLUMNS
    with COSTINGS.open(newline="") as text:
        assert [[r[k] for k in LABELS] for r in rows] == [[r[k] for k in LABELS] for r in csv.DictReader(text)]


def test_ranges_hold_the_figure() -> None:
    """Wrong if a range leaves out the figure it is of, or a row has half a range."""
    for r in read_costings():
        if r["low"] and r["high"]:
            assert float(r["low"]) <= float(r["modelled"]) <= float(r["high"]), r["row"]
        assert bool(r["low"]) == bool(r["high"]) or r["row"].startswith("Payback")
        assert r["kind"] in ("reproduction", "identity", "check")
        assert r["row_da"] and (r["row_da"] != r["row"] or r["row"] == "Fleksjob")


def test_books_by_status_add_up() -> None:
    """Wrong if the books of the citizens with each status are not, together, those of everybody, staff aside: money by group would
    not be the accounts'. Each posting may round once a status."""
    model = BenefitModel(scale=0.002, months=1, seed=1).run()
    law, accountant = LawBook(P).at(model.month), Accountant(P)
    tally = model.money.tally
    whole = accountant.close(law, tally).entries
    parts: dict = {}
    for name in NAMES:
        for key, oere in accountant.close(law, tally.of(name)).entries.items():
            parts[key] = parts.get(key, 0) + oere
    for key, oere in whole.items():
        if "staff" not in key and key[2] != "certificates":
            assert parts.get(key, 0) == pytest.approx(oere, abs=len(NAMES)), key
    assert accountant.close(law, tally.of("employment")).entries["employers", "citizens", "wages"] > 0
    assert not accountant.close(law, tally.of("employment")).entries.get(("municipalities", "citizens", "benefits"))


def test_money_by_group_is_rates_times_persons(small: Year) -> None:
    """Wrong if income support is not persons times a rate of the law (nobody's hours or sanctions change førtidspension), or
    measures cost other than full-time persons times price."""
    code = CODE["foertidspension"]
    assert small.support[code] == pytest.approx(12 * (small.persons[code] * small.law.benefit[code]).sum() / 1e6, rel=1e-6)
    kinds = len(MEASURES)
    assert small.measure_cost == pytest.approx(small.full_time * small.law.cost[:kinds] / 1e6)
    assert 0.85 < small.support[CODE["sygedagpenge"]] / (12 * (small.persons[CODE["sygedagpenge"]] * small.law.benefit[CODE["sygedagpenge"]]).sum() / 1e6) <= 1


def test_everybody_is_in_one_group() -> None:
    """Wrong if a benefit of the accounts counted twice, or kontanthjælp's two parts were not all of it."""
    whole = [name for g in GROUPS if not g.en.startswith("-") for name in g.statuses]
    assert len(whole) == len(set(whole))
    kontanthjaelp = next(set(g.statuses) for g in GROUPS if g.en.startswith("Kontanthjælp"))
    halves = [set(g.statuses) for g in GROUPS if g.en.startswith("-")]
    assert halves[0] | halves[1] == kontanthjaelp and not halves[0] & halves[1]
    assert "uddannelseshjaelp_aktivitetsparat" in halves[1] and "uddannelseshjaelp_parat" in halves[0]


def test_package_prices_are_the_accounts(small: Year) -> None:
    """Wrong if a cost now were not the accounts' money when the model's activity is the published one: prices would come from the
    figures that they are to test. Twice the activity halves the price."""
    column = [m.name for m in MEASURES].index("vejledning")
    edge = [CODE[name] for g in GROUPS for name in g.statuses if name not in ("dagpenge", "arbejdsmarkedsydelse", "saerlig_uddannelsesydelse")]
    activity = small.full_time.copy()
    activity[:, column] *= 30930 / activity[sorted(set(edge)), column].sum()
    rows = {r.row: r for r in package_rows([replace(small, full_time=activity)], P)}
    assert rows["Cost now, published activity: guidance"].modelled == pytest.approx(2490 + 240 + 560 + 190 + 10)
    assert rows["Cost now, modelled activity: guidance"].modelled == 3490
    assert rows["Cost after: guidance"].modelled == pytest.approx(3490 * 11260 / 30930)
    activity[CODE["arbejdsmarkedsydelse"], column] = 5000  # not in the sums of the accounts: counts as activity, not in the price
    rows = {r.row: r for r in package_rows([replace(small, full_time=activity)], P)}
    assert rows["Cost now, published activity: guidance"].modelled == pytest.approx(3490)
    assert rows["Activity: guidance"].modelled == pytest.approx(30930 + 5000)
    activity[:, column] *= 2
    rows = {r.row: r for r in package_rows([replace(small, full_time=activity)], P)}
    assert rows["Cost now, published activity: guidance"].modelled == pytest.approx(3490 / 2)


def test_ips_by_hand() -> None:
    """Wrong if cost and effect fall in other years than in the published case: 55,000 a year for 18 months, then five years of 34.5
    points more in work. With its own gain of a year in work all seven years come out."""
    told = [-55000, -65143, -30429, 4285, 38999, 73712, 91069]
    gain = (told[-1] + 1.5 * 55000) / 5 / 0.345
    assert ips_series(gain, 55000, 1.5, 0.345, 5) == pytest.approx(told, abs=1)
    state = [0, 9499, 28498, 47496, 66495, 85493, 94992]
    assert ips_series(state[-1] / 5 / 0.345, 0, 1.5, 0.345, 5) == pytest.approx(state, abs=1)
    assert payback(np.array(told)) == 4
    assert payback(np.array([-1.0, -2.0])) is None


def test_revalidering_by_hand() -> None:
    """Wrong if the published figures do not give just under three weeks a year: 163,000 - 109,000 + 150,000 more, paid back over 25
    years at 4 % by 250,000 a full-time year."""
    assert annuity(0.04, 25) == pytest.approx(15.622, abs=5e-4)
    assert break_even(204_000, 250_000, 0.04, 25) == pytest.approx(204_000 / 15.622 / 250_000 * 52, abs=1e-3)
    assert 2.7 < break_even(204_000, 250_000, 0.04, 25) < 3


def test_a_year_in_work_is_the_law_s(small: Year) -> None:
    """Wrong if purses do not add up to the value of a year (sim.income), a purse gets what the other pays, or the state's share is
    not as in the old refund: between 30 and 50 % of the benefit."""
    names = ("kontanthjaelp_aktivitetsparat",)
    found = worth(small, names, 22_000, small.law)
    whole = mixed(small.persons, names, lambda case: value_of_a_year(case, small.law, 22_000)["all"])
    assert found.all().sum() == pytest.approx(whole)
    assert found.all(taxes=False).sum() == pytest.approx(found.benefit.sum())
    assert 0.3 <= found.benefit[2] / found.benefit.sum() <= 0.5
    assert found.all()[1] == 0
    assert found.all(activation=True).sum() > found.all().sum()


def test_spending_has_a_sign() -> None:
    """Wrong if what the public receives counted as spent."""
    model = BenefitModel(scale=0.002, months=1, seed=1).run()
    books = Accountant(P).close(LawBook(P).at(model.month), model.money.tally)
    assert public_spending(books, "benefits") > 0 > public_spending(books, "offset")
    assert public_spending(books, "income_tax") < 0 == public_spending(books, "benefit_refund")
    assert "offset" in INCOME_SUPPORT


def test_more_replications_widen_the_range(small: Year) -> None:
    """Wrong if the mean and range are not over replications."""
    other = replace(small, support=small.support * 1.1)
    row = next(r for r in costings([small, other], ([small], [small]), P) if r.row == "Income support: Førtidspension")
    assert row.modelled == pytest.approx(1.05 * row.low)
    assert row.high == pytest.approx(1.1 * row.low)


def test_the_report_shows_every_row_and_counts_misses() -> None:
    """Wrong if a costing, a row or a miss is left out of the report in a language, or identities count as hits."""
    rows = read_costings()
    assert list(dict.fromkeys(r["costing"] for r in rows)) == list(HEADLINES)
    for language in LANGUAGES:
        checks = list(costing_checks(Words(language)))
        assert sum(len(c.table) for c in checks) == len(rows)
        assert {c.part for c in checks} == {"money"}
    tested = [r for r in rows if r["kind"] != "identity" and r["modelled"] and float(r["published"]) != 0]
    near = [r for r in tested if 0.9 <= float(r["modelled"]) / float(r["published"]) <= 1.1]
    assert within(rows) == (len(near), len(tested))
