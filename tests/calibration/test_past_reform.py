"""Past reforms: worlds that differ in one thing, effects that add up, documents cited as they stand, and what is called predicted."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t as student

from agents.calendar import label, month
from agents.mistake import Mistake
from agents.statuses import CODE, withheld_now
from calibration import past_reform
from calibration.evidence import FOLDER as EVIDENCE
from calibration.evidence import facts
from calibration.past_figures import DAGPENGE, KONTANTHJAELP, PENSION, outcomes, series
from calibration.past_reform import (
    BOTH,
    BY_NAME,
    FILE,
    NEITHER,
    REFORMS,
    SCALE,
    SEED,
    figures_of,
    live_on,
    without,
    write,
)
from calibration.past_tables import (
    EXPLAINED,
    PREDICTED,
    basis,
    documented,
    interval,
    outcome_table,
    past_document,
    read_worlds,
    rests_on,
    series_table,
)
from calibration.register import Register, from_spells
from calibration.targets import read_targets
from sim.history import RulesOfTheirYears
from sim.model import BenefitModel
from sim.parameters import FOLDER, load

TINY, LUCK = 0.003, 5


@pytest.fixture(scope="module")
def came_about() -> Register:
    """The world with both parts, which is the same for every reform."""
    return live_on(REFORMS[0], BOTH, scale=TINY, seed=LUCK)


# ---------------------------------------------------------------- worlds
def test_switching_off_nothing_is_the_past_that_was_lived(came_about: Register) -> None:
    """If this fails the world to which all others are compared is not the model's own past."""
    p = load()
    for reform in REFORMS:
        changed, benefits = without(reform.without(BOTH), reform, p)
        assert benefits == ()
        assert {path: one.value for path, one in changed.items()} == {path: one.value for path, one in p.items()}
    model = BenefitModel(scale=TINY, months=88, start="2008-01", seed=LUCK, policies=[RulesOfTheirYears()], register=True).run()
    plain = from_spells(model.spells(), persons=model.persons(), last=model.month, weight=model.weight)
    assert label(plain.last) == past_reform.LAST
    assert (plain.status == came_about.status).all()


@pytest.mark.parametrize("name", BY_NAME)
def test_worlds_part_at_the_reform_and_not_before(name: str, came_about: Register) -> None:
    """If this fails a world differs for another reason than the reform: before it, or not at all after it."""
    reform = BY_NAME[name]
    other = live_on(reform, NEITHER, scale=TINY, seed=LUCK, last="2014-06")
    assert withheld_now() == ()
    months = other.status.shape[1]
    same = (other.status == came_about.status[: other.status.shape[0], :months]).all(axis=0)
    begins = month(reform.begins) - other.first
    assert same[:begins].all()
    assert not same[-1]
    withheld_codes = [CODE[b] for part in reform.parts for b in part.benefits]
    assert not np.isin(other.status, withheld_codes).any()


def test_a_part_is_switched_off_where_the_model_has_it() -> None:
    """If this fails a world without a part keeps it, or loses what is not of that part or was there before the reform."""
    p = load()
    rule, practice = BY_NAME[PENSION].parts
    changed, benefits = without([practice], BY_NAME[PENSION], p)
    by_year = list(p.values_of("past.inflow.foertidspension"))
    assert list(changed.values_of("past.inflow.foertidspension")) == [*by_year[:5], by_year[4], by_year[4]]
    assert changed.value("team.tightening") == 0
    assert benefits == ()
    assert {path for path in p if changed[path].value != p[path].value} == {"past.inflow.foertidspension", "team.tightening"}
    changed, benefits = without([rule], BY_NAME[PENSION], p)
    assert benefits == ("ressourceforloeb",)
    assert {path for path in p if changed[path].value != p[path].value} == {"fleksjob.hours_from"}
    changed, benefits = without(BY_NAME[KONTANTHJAELP].parts, BY_NAME[KONTANTHJAELP], p)
    assert len(benefits) == 3
    assert p.values_of("contacts.from").tolist()[0] == changed.values_of("contacts.from").tolist()[0]
    assert changed.values_of("contacts.from")[1:].min() > 201504
    changed, _ = without(BY_NAME[DAGPENGE].parts, BY_NAME[DAGPENGE], p)
    assert changed.month("law.dagpenge_reform") > month("2015-04")


def test_a_world_must_be_one_of_the_reform() -> None:
    """If this fails a mistyped world is the one that came about, and every effect is zero."""
    with pytest.raises(Mistake, match="worlds both, rule, practice, neither"):
        BY_NAME[PENSION].without("rules")
    assert BY_NAME[PENSION].without("rule") == (BY_NAME[PENSION].parts[1],)
    assert BY_NAME[PENSION].without(NEITHER) == BY_NAME[PENSION].parts


def test_worlds_that_are_the_same_have_no_effect(came_about: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails an effect is found where nothing was switched off, or the file cannot be read as it is written."""
    monkeypatch.setattr(past_reform, "live_on", lambda *_, **__: came_about)
    write(tmp_path / "past.csv", replications=2)
    table = outcome_table(read_worlds(tmp_path / "past.csv"))
    effects = table[["total", "rule", "practice", "interaction", "new_benefit", "sanction_rules", "between_rules"]].to_numpy(float)
    assert (effects[~np.isnan(effects)] == 0).all()
    assert (table["total"] == 0).all()
    awards = table.set_index("outcome").loc["inflow_foertidspension"]
    assert awards["simulated_before"] > 3000
    assert awards["simulated_change"] == awards["simulated_after"] - awards["simulated_before"] == awards["other"]


# ---------------------------------------------------------------- the shipped file
def test_the_shipped_file_is_what_the_model_says() -> None:
    """If this fails results changed and the page goes on showing old effects. Mend it with `python -m calibration.past_reform`."""
    worlds = read_worlds()
    reform = BY_NAME[KONTANTHJAELP]
    register = live_on(reform, NEITHER, scale=SCALE, seed=SEED)
    for figure in figures_of(reform.name, NEITHER):
        shipped = worlds[reform.name, NEITHER, figure.name, figure.first, figure.last][0]
        assert figure.measured(register) == pytest.approx(shipped, rel=1e-4, abs=1e-5, nan_ok=True), figure


def test_a_file_that_lacks_a_world_is_refused(tmp_path: Path) -> None:
    """If this fails an effect is computed from what is not there, or the reader does not learn how to mend the file."""
    lines = FILE.read_text(encoding="utf-8").splitlines(keepends=True)
    left_out = next(i for i, line in enumerate(lines) if line.startswith(f"{PENSION},practice,"))
    (tmp_path / "past.csv").write_text("".join(lines[:left_out] + lines[left_out + 1 :]), encoding="utf-8")
    with pytest.raises(Mistake, match=r"world practice; run python -m calibration\.past_reform"):
        read_worlds(tmp_path / "past.csv")


def test_parts_add_up_to_the_effect_and_the_effect_and_the_rest_to_the_change() -> None:
    """If this fails rule, practice and what they do together are not the whole effect, or something of the change is lost."""
    table = outcome_table(read_worlds())
    known = table[table["total"].notna()]
    apart = known[known["reform"] != KONTANTHJAELP]
    assert len(apart) >= 8
    assert np.allclose(apart["rule"] + apart["practice"] + apart["interaction"], apart["total"], rtol=0, atol=1e-9)
    at_work = apart.set_index("outcome").loc[["inflow_foertidspension", "persons_ressourceforloeb", "dagpenge_runs_out"]]
    assert (at_work["total"].abs() > at_work["total_high"] - at_work["total"]).all()
    rules = known[known["reform"] == KONTANTHJAELP]
    assert len(rules) == 6
    assert np.allclose(rules["new_benefit"] + rules["sanction_rules"] + rules["between_rules"], rules["total"], rtol=0, atol=1e-9)
    assert (rules["rule"] == rules["total"]).all()
    assert rules["practice"].isna().all()  # the model has none that could be switched off
    changed = known[known["simulated_change"].notna()]
    assert np.allclose(changed["total"] + changed["other"], changed["simulated_change"], rtol=0, atol=1e-9)
    assert np.allclose(changed["simulated_after"] - changed["simulated_before"], changed["simulated_change"], rtol=0, atol=1e-9)
    inside = (known["total_low"] <= known["total"]) & (known["total"] <= known["total_high"])
    assert inside.all()
    assert (known["total_low"] < known["total_high"]).all()


def test_an_effect_that_no_world_can_show_is_not_made_up() -> None:
    """If this fails shares of people on uddannelseshjælp are compared with a world where nobody has it."""
    table = outcome_table(read_worlds()).set_index("outcome")
    only = ["sanctioned_uddannelsesparate", "sanctioned_uddannelseshjaelp_aktivitetsparat", "visitation_uddannelseshjaelp"]
    assert table.loc[only, ["total", "rule", "new_benefit", "simulated_change", "documented_change"]].isna().to_numpy().all()
    assert table.loc[only, "simulated_after"].notna().all()
    ressourceforloeb = table.loc["persons_ressourceforloeb"]
    assert ressourceforloeb["total"] == ressourceforloeb["simulated_after"] > 0  # nobody has it without the rule


# ---------------------------------------------------------------- documents
def raw_facts() -> dict[str, dict[str, str]]:
    found = {}
    for file in EVIDENCE.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as text:
            found |= {row["id"]: row for row in csv.DictReader(text)}
    return found


def test_documented_values_are_those_of_the_facts_they_cite() -> None:
    """If this fails a documented number on the page is not what its source says."""
    raw, factor = raw_facts(), {"pct": 0.01, "persons": 1, "count": 1, "spells": 1, "persons_per_month": 12}
    figures = [f for o in outcomes() for f in (o.before, o.after) if f is not None] + [f for s in series() for f in s.figures]
    cited = [f for f in figures if f.facts]
    assert len(cited) > 50
    for figure in cited:
        asked = sum(float(raw[id_]["value"]) * factor[raw[id_]["unit"]] for id_ in figure.facts)
        assert documented(figure) == pytest.approx(asked, rel=1e-12), figure
        for id_ in figure.facts:
            period = raw[id_]["period"]
            if "Q" in period:
                assert period == f"{figure.first[:4]}Q{(int(figure.first[5:]) + 2) // 3}", figure
                assert int(figure.last[5:]) == int(figure.first[5:]) + 2
            else:  # a year, or a month or week of one, within a year of the window
                assert abs(int(period[:4]) - int(figure.last[:4])) <= 2, figure
    table = outcome_table(read_worlds()).set_index("outcome")
    assert (table.loc["inflow_foertidspension", "documented_before"], table.loc["inflow_foertidspension", "documented_after"]) == (12000, 6000)
    assert (table.loc["sanctions_system", "documented_before"], table.loc["sanctions_system", "documented_after"]) == (37436, 9856 + 15906)
    assert "004_107fd277d1b391d8.txt:3076" in table.loc["sanctions_system", "source_after"]


def test_the_day_of_a_reform_is_what_its_fact_says() -> None:
    """If this fails a reform comes into force in another month than the documents say."""
    for reform in REFORMS:
        fact = facts()[reform.fact]
        if fact.unit == "yyyymm":
            assert f"{fact.value:.0f}" == reform.begins.replace("-", "")
    p = load()
    assert p.month("law.dagpenge_reform") == month(BY_NAME[DAGPENGE].begins)
    assert p.month("sanctions.contact_duty_from") == p.month("sanctions.tightened_from") == month(BY_NAME[KONTANTHJAELP].begins)
    assert p.month("team.from") == month(BY_NAME[PENSION].begins)


def test_nothing_was_set_from_what_is_called_predicted() -> None:
    """If this fails a fitted or assumed number is sold as a prediction."""
    table = outcome_table(read_worlds())
    predicted = table[table["basis"] == PREDICTED]
    assert {"dagpenge_runs_out", "sanctions_system", "sanctions_ready", "sanctions_far", "sanctioned_kontanthjaelp_jobparat"} <= set(predicted["outcome"])
    written = "\n".join(file.read_text(encoding="utf-8") for file in (FOLDER / "2014").glob("*.toml"))
    fitted = {t.fact for t in read_targets() if t.role == "fit"}
    for row in predicted.to_dict("records"):
        ids = row["facts_after"].split("; ")
        assert not fitted & set(ids), row["outcome"]
        assert not [id_ for id_ in ids if id_ in written], row["outcome"]
        assert row["rests_on"] == ""
    assert not [line for line in ("3075", "3076", "3193", "3194", "1224-1225") if f"d1b391d8.txt:{line}" in written]


def test_what_was_fitted_is_called_explained_and_says_what_rests_on_it() -> None:
    """If this fails the page claims that the model foresaw what it was set from."""
    assert "parameter past.inflow.foertidspension" in rests_on("koch_5_crosssector-7ae4ee61")
    assert "target awards of førtidspension a year" in rests_on("koch_5_crosssector-067b0589")
    in_2013 = next(f.id for f in facts().values() if (f.measure, f.population, f.period) == ("share_recipients_sanctioned", "kontanthjaelp_all", "2013Q2"))
    assert "parameter sanctions.rate.kontanthjaelp_jobparat" in rests_on(in_2013)  # by the lines that the rate cites
    explained = outcome_table(read_worlds()).set_index("outcome").query("basis == @EXPLAINED", local_dict={"EXPLAINED": EXPLAINED})
    assert {"inflow_foertidspension", "inflow_fleksjob_scheme", "inflow_revalidering", "visitation_uddannelseshjaelp"} <= set(explained.index)
    assert (explained["rests_on"] != "").all()
    for outcome in outcomes():
        for id_ in outcome.after.follows_from:
            assert rests_on(id_), id_  # a figure that follows from one that nothing rests on is a prediction
        assert bool(outcome.after.facts) == bool(basis(outcome.after))


def test_sanctions_up_to_2013_are_explained_and_those_of_2014_predicted() -> None:
    """If this fails points before and after the break bear the wrong mark in the chart."""
    table = series_table(read_worlds())
    sanctioned = table[table["series"].str.startswith("sanctioned") & table["documented"].notna()]
    assert len(sanctioned) == 3 * 14 + 2
    assert set(sanctioned.loc[sanctioned["first"] < "2014", "basis"]) == {EXPLAINED}
    assert set(sanctioned.loc[sanctioned["first"] >= "2014", "basis"]) == {PREDICTED}
    assert table.loc[(table["reform"] == KONTANTHJAELP) & (table["first"] < "2014"), "without"].isna().all()
    assert table.loc[(table["series"] == "inflow_ressourceforloeb") & (table["first"] < "2013"), "simulated"].eq(0).all()


# ---------------------------------------------------------------- intervals and data
def test_intervals_are_students() -> None:
    """If this fails Monte Carlo error is told too small or too large, or made up from a single replication."""
    mean, low, high = interval(np.array([1.0, 2.0, 3.0]))
    half = student.ppf(0.975, 2) / 3**0.5
    assert (mean, low, high) == pytest.approx((2, 2 - half, 2 + half))
    assert interval(np.array([4.0]))[0] == 4
    assert np.isnan(interval(np.array([4.0]))[1:]).all()


def test_labels_are_in_both_languages_and_the_document_is_complete() -> None:
    """If this fails the page lacks a name in one language, a reform, an outcome or a quarter."""
    found = past_document(read_worlds(), lambda table: table.to_dict("records"))
    for named in (*found["reforms"], *found["outcomes"], *found["series"], *(p for r in found["reforms"] for p in r["parts"])):
        assert named["en"]
        assert named["da"]
    assert len(found["outcomes"]) == len(outcomes())
    assert len(found["series"]) == sum(len(s.figures) for s in series())
    assert [r["practice"] for r in found["reforms"]] == [True, True, False]
    with FILE.open(encoding="utf-8") as text:
        assert found["about"]["replications"] == len(text.readline().split(",")) - 5
