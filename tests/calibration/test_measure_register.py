"""Measurement functions against hand-made registers whose answer is known."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from agents.calendar import month
from agents.mistake import Mistake
from agents.statuses import CODE
from borgerflow import main
from calibration import measure
from calibration.register import Register, from_spells, read_register
from calibration.spells import Spells
from calibration.targets import MEASURES, read_targets

LETTERS = {
    "e": "employment", "k": "kontanthjaelp_jobparat", "a": "kontanthjaelp_aktivitetsparat", "s": "sygedagpenge",
    "d": "dagpenge", "f": "foertidspension", "u": "education", "x": "dead", ".": "entry",
}
KH = ("kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat")


def hand_made(*lives: str, weight: float = 10.0) -> Register:
    """A register from strings: one letter a month, a string a person; the first month is 2014-01."""
    codes = np.array([[CODE[LETTERS[letter]] for letter in life] for life in lives], np.uint8)
    return Register(codes, month("2014-01"), weight)


JAN, FEB, MAR, APR = (month(f"2014-0{i}") for i in (1, 2, 3, 4))


def test_heads_count_the_end_of_a_month() -> None:
    """Wrong if a stock counted anything but who has the status at the end of the month, weighted."""
    register = hand_made("eek", "kkk", "kee")
    assert measure.heads(register, KH, JAN) == 20
    assert measure.heads(register, KH, MAR) == 20
    assert measure.heads(register, ["employment"], FEB) == 20


def test_full_time_persons_spread_moves_over_their_month() -> None:
    """Wrong if a person on benefit for part of the window counted fully or not at all."""
    register = hand_made("ekke")  # half of February, March whole, half of April: 2 full-time months of 3
    assert measure.full_time_persons(register, KH, FEB, APR) == pytest.approx(10 * 2 / 3)


def test_persons_seen_count_each_person_once() -> None:
    """Wrong if returners counted twice, or those who left at once were missed."""
    register = hand_made("keke", "eeee", "keee", "eeek")
    assert measure.persons_seen(register, KH, FEB, APR) == 30


def test_outcome_of_new_spells_follows_starters_only() -> None:
    """Wrong if running spells, moves within the benefit, or the dead were counted."""
    register = hand_made("ekkk", "ekse", "ekxx", "kkkk", "eekk", "ekak")
    still = measure.outcome_of_new_spells(register, KH, KH, FEB, FEB, after=2)
    assert still == pytest.approx(2 / 3)  # stays, works (e), dead is left out, moves within the benefit stay
    assert measure.outcome_of_new_spells(register, KH, ["employment"], FEB, FEB, after=2) == pytest.approx(1 / 3)


def test_prior_status_is_the_most_common_of_three_months() -> None:
    """Wrong if the last month alone, or a month before the window, decided."""
    register = hand_made("eedk", "ddek", "eeek", "...k")
    assert measure.prior_status(register, KH, ["employment"], APR) == pytest.approx(2 / 3)
    assert measure.prior_status(register, KH, ["dagpenge"], APR) == pytest.approx(1 / 3)


def test_prior_status_by_time_on_the_benefit() -> None:
    """Wrong if seniority counted a move between visitation groups as a new spell."""
    register = hand_made("eeekka", "ddddek"[:6], "eeeeek")
    june = month("2014-06")
    assert measure.prior_status(register, KH, ["employment"], june, at_least=2) == 1.0
    assert measure.prior_status(register, KH, ["dagpenge"], june, below=1) == pytest.approx(0.5)


def test_exit_status_is_the_most_common_of_the_next_three_months() -> None:
    """Wrong if a month's gap counted as an exit, or those who stay as a base."""
    register = hand_made("kess", "keee", "kkkk", "kekk", "kses")
    to_other = measure.exit_status(register, KH, ["sygedagpenge"], ["employment"], JAN)
    assert to_other == pytest.approx(2 / 3)


def test_supported_counts_months_on_any_support() -> None:
    """Wrong if only the current benefit counted, or the threshold were missed by rounding."""
    register = hand_made("eddkk", "ekkkk", "kkkkk", "eeeek")
    may = month("2014-05")
    assert measure.supported(register, KH, may, months=5, threshold=0.8) == pytest.approx(3 / 4)


def test_inflow_and_its_shares() -> None:
    """Wrong if moves within the statuses counted, or the year's scale were lost."""
    register = hand_made("ekkk", "dddk", "kkak", "skee")
    assert measure.inflow(register, KH, FEB, APR) == pytest.approx(30 * 12 / 3)
    assert measure.inflow_share(register, KH, ["dagpenge"], FEB, APR) == pytest.approx(1 / 3)


def test_retention_means_never_leaving() -> None:
    """Wrong if a return after a pause counted as staying."""
    register = hand_made("kkkkk", "kkeek", "kkakk", "eekkk")
    assert measure.retention(register, KH, FEB, at_least=1, below=3, after=3) == pytest.approx(2 / 3)


def test_share_with_seniority() -> None:
    """Wrong if the time on the benefit were off by one."""
    register = hand_made("kkkk", "ekkk", "eekk", "eeek")
    assert measure.share_with_seniority(register, KH, APR, 2) == pytest.approx(1 / 2)
    assert measure.share_with_seniority(register, KH, APR, 1, 2) == pytest.approx(1 / 4)


def with_events(register: Register, kind: str, *events: tuple[int, int, int], persons: dict | None = None) -> Register:
    """The register with spells of a kind: (row, first column, column of the end)."""
    row, start, end = (np.array(column, np.int32) for column in zip(*events, strict=True))
    spells = Spells(row, start, end, np.zeros_like(row), np.zeros_like(row), ("x",), ("y",))
    return replace(register, spells={kind: spells}, persons=persons or {})


def test_growth_and_extreme_months() -> None:
    """Wrong if a ratio were upside down, or the lowest month not that of full-time persons."""
    register = hand_made("kkek", "kekk", "eekk")
    assert measure.growth(register, KH, JAN, APR) == pytest.approx(3 / 2)
    assert np.isnan(measure.growth(register, ["fleksjob"], JAN, APR))
    assert measure.lowest_month(register, KH, FEB, APR) == pytest.approx(15)  # 2 -> 1 in February
    assert measure.highest_month(register, KH, FEB, APR) == pytest.approx(25)  # 2 -> 3 in April


def test_persons_touched_after_some_time_with_pauses() -> None:
    """Wrong if a pause of a month broke the time, or somebody new counted as one with seniority."""
    register = hand_made("kkkk", "kekk", "keek", "eekk")
    assert measure.persons_touched(register, KH, APR, APR, at_least=3) == 20
    assert measure.persons_touched(register, KH, APR, APR, at_least=3, max_gap=0) == 10
    assert measure.persons_touched(register, KH, APR, APR, at_least=0) == 40


def test_persons_with_seniority_may_count_time_on_other_statuses() -> None:
    """Wrong if moves within the system began a new time."""
    register = hand_made("kkka", "eeka")
    assert measure.persons_with_seniority(register, ["kontanthjaelp_aktivitetsparat"], APR, 2) == 0
    assert measure.persons_with_seniority(register, ["kontanthjaelp_aktivitetsparat"], APR, 2, counted_on=KH) == 10
    assert measure.persons_with_seniority(register, KH, APR, 1, 2) == 10


def test_composition_and_groups() -> None:
    """Wrong if a share had another base than the statuses, or a group were read wrongly."""
    register = hand_made("kk", "aa", "ak", "ee")
    assert measure.composition(register, ["kontanthjaelp_jobparat"], KH, FEB) == pytest.approx(2 / 3)
    assert measure.composition_seen(register, ["kontanthjaelp_aktivitetsparat"], KH, FEB, FEB) == pytest.approx(2 / 3)
    register = replace(register, persons={"sex": np.array(["m", "f", "f", "m"]), "birth_month": np.array([JAN - 360] * 4)})
    assert measure.share_of_group(register, KH, "sex=f", FEB) == pytest.approx(2 / 3)
    assert measure.heads(register, KH, FEB, who="sex=f; age=30-30") == 20
    assert measure.heads(register, KH, FEB, who="age=31-") == 0
    assert measure.group_gap(register, "composition", "sex=f", "sex=m", part=KH[:1], whole=KH, when=FEB) == pytest.approx(-1 / 2)


def test_share_returning_within() -> None:
    """Wrong if an old spell outside the window counted, or a first spell."""
    register = hand_made("keek", "eeek", "kekk")
    assert measure.share_returning(register, KH, APR, APR, within=3) == pytest.approx(1 / 2)
    assert measure.share_returning(register, KH, APR, APR, within=2) == 0


def test_changes_and_what_follows() -> None:
    """Wrong if people were followed who left earlier, for another reason, or died."""
    register = hand_made("ddkk", "ddee", "dkkk", "dddd", "ddxx")
    assert measure.persons_changing(register, ["dagpenge"], MAR, MAR) == 30
    assert measure.persons_changing(register, ["dagpenge"], FEB, MAR, to=KH) == 20
    assert measure.status_after_change(register, ["dagpenge"], KH, MAR, MAR, after=1) == pytest.approx(1 / 2)
    causes = Spells(*(np.array(c, np.int32) for c in ([0, 1], [2, 2], [4, 4], [0, 1], [0, 1])), ("k", "e"), ("rule:dagpenge", "clock"))
    register = replace(register, spells={"status": causes})
    assert measure.persons_changing(register, ["dagpenge"], MAR, MAR, cause="rule:dagpenge") == 10
    assert measure.status_after_change(register, ["dagpenge"], KH, MAR, MAR, after=1, cause="rule:dagpenge") == 1


def test_events_that_do_not_occur_at_all_cannot_be_measured() -> None:
    """Wrong if a part of the model that does not exist yet came out as 0."""
    register = hand_made("kkkk")
    assert np.isnan(measure.event_starts(register, "sanction", FEB, APR))
    assert np.isnan(measure.share_with_event(register, "sanction", KH, FEB, APR))
    assert np.isnan(measure.first_offer(register, "measure", KH, FEB, FEB, within=1))


def test_events_in_a_window() -> None:
    """Wrong if an event before the window, or of somebody who was not on the benefit, counted."""
    register = with_events(hand_made("kkkk", "kkkk", "eeee", "kkee"), "sanction", (0, 1, 2), (1, 0, 1), (2, 2, 3))
    assert measure.event_starts(register, "sanction", FEB, APR) == pytest.approx(20 * 4)  # two in a quarter, a year's rate
    assert measure.event_persons(register, "sanction", FEB, APR) == 20
    assert measure.event_persons(register, "sanction", FEB, APR, statuses=KH) == 10
    assert measure.share_with_event(register, "sanction", KH, FEB, APR) == pytest.approx(1 / 3)
    assert measure.share_active(register, "sanction", KH, FEB, APR) == pytest.approx(1 / 3)
    assert measure.share_active(register, "sanction", KH, JAN + 1, FEB, at_least=1) == pytest.approx(1 / 3)


def test_first_offer_of_those_whose_spell_lasts() -> None:
    """Wrong if spells that end before the window counted, or an offer to a running spell."""
    register = with_events(hand_made("ekkk", "ekkk", "ekee", "kkkk"), "measure", (0, 2, 4), (3, 2, 3))
    assert measure.first_offer(register, "measure", KH, FEB, FEB, within=2) == pytest.approx(1 / 2)


def test_outcome_of_starters() -> None:
    """Wrong if those who died counted, or starters whom the register does not follow so long."""
    register = with_events(hand_made("kkee", "kkkk", "kkxx", "kkke"), "programme", (0, 0, 4), (1, 1, 4), (2, 1, 2), (3, 2, 4))
    assert measure.outcome_of_starters(register, "programme", ["employment"], JAN, APR, after=2) == pytest.approx(1 / 2)
    assert np.isnan(measure.outcome_of_starters(register, "programme", ["employment"], APR, APR, after=2))


def test_every_measurement_function_is_tested_here() -> None:
    """Wrong if a new kind of figure came without a hand-made register."""
    source = "".join(file.read_text() for file in Path(__file__).parent.glob("test_measure_*.py"))
    assert [name for name in MEASURES if f"measure.{name}(" not in source] == []


def test_register_from_spells() -> None:
    """Wrong if half-open spells, running spells or spells before the table were laid wrongly."""
    spells = pd.DataFrame(
        {
            "person_id": [7, 7, 9], "value": ["employment", "dagpenge", "fleksjob"],
            "start": pd.to_datetime(["2013-11-01", "2014-02-01", "2014-03-01"]).astype("datetime64[ms]"),
            "end": pd.to_datetime(["2014-02-01", None, None]).astype("datetime64[ms]"),
        }
    )
    register = from_spells(spells, last=APR, weight=1.0, first="2013-12")
    names = [next(k for k, v in CODE.items() if v == code) for code in register.status.ravel()]
    assert names[:5] == ["employment", "employment", "dagpenge", "dagpenge", "dagpenge"]
    assert names[5:] == ["entry", "entry", "entry", "fleksjob", "fleksjob"]


def test_a_month_outside_the_register_is_refused() -> None:
    """Wrong if a window beyond the run silently wrapped around."""
    with pytest.raises(Mistake, match="outside the register"):
        measure.heads(hand_made("kk"), KH, month("2015-01"))


def test_measure_command_on_a_real_register(tmp_path) -> None:
    """Wrong if the command failed, lost targets, or did not put the largest miss first."""
    runner = CliRunner()
    out = str(tmp_path / "run")
    made = runner.invoke(main, ["run", "baseline", "--scale", "0.004", "--months", "13", "--register", "--out", out, "--progress", "none"])
    assert made.exit_code == 0, made.output
    shown = runner.invoke(main, ["measure", out, "--json"])
    rows = json.loads(shown.output)
    assert len(rows) == len(read_targets())
    sizes = [abs(r["miss"]) for r in rows if r["miss"] is not None]
    assert sizes == sorted(sizes, reverse=True)
    stocks = [r for r in rows if r["pattern"] == "stocks"]
    half = {True: 125 * 13, False: 125}  # half a citizen at this scale; a total adds up its statuses
    assert all(abs(r["got"] - r["asked"]) <= half["benefits" in r["target"]] for r in stocks)
    lines = runner.invoke(main, ["measure", out]).output.splitlines()
    waiting = next(i for i, line in enumerate(lines) if line.startswith("not yet measurable"))
    assert all(line.split()[-1] == "-" for line in lines[waiting + 1 : -2])
    assert not any(line.endswith("-") for line in lines[:waiting])
    assert "foertidspension" in runner.invoke(main, ["measure", "awards", out]).output
    assert runner.invoke(main, ["measure", "nothing", out]).exit_code == 2
    assert read_register(out).weight == 250


def test_measure_needs_a_register(tmp_path) -> None:
    """Wrong if a run without register gave a traceback."""
    shown = CliRunner().invoke(main, ["measure", str(tmp_path)])
    assert shown.exit_code == 2
    assert "--register" in shown.output
