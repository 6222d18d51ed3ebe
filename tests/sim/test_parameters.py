"""Parameters are data with a source: are the shipped ones sound, and is everything else refused?"""

import math
import re
import tomllib

import pytest

from agents.calendar import month
from agents.mistake import Mistake
from agents.statuses import CODE
from sim.intensities import SLOTS
from sim.margins import read_margins
from sim.model import BenefitModel
from sim.parameters import DEFAULT_VINTAGE, FOLDER, load, read_fit, vintages

GOOD = '{ value = 3, unit = "ratio", kind = "statute", source = "law", en = "a", da = "b" }'


@pytest.fixture
def vintage(tmp_path):
    """Write files of a vintage of one's own and load it."""

    def write(**files):
        folder = tmp_path / "mine"
        folder.mkdir()
        for name, text in files.items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        return load("mine", tmp_path)

    return write


class TestShipped:
    @pytest.mark.parametrize("name", vintages())
    def test_every_vintage_loads(self, name):
        """If this fails a shipped vintage cannot be used."""
        assert len(load(name)) > 300
        assert load(name).vintage == name
        BenefitModel(scale=0.001, months=1, parameters=load(name))

    @pytest.mark.parametrize("file", sorted(FOLDER.glob("*/*.toml")), ids=lambda f: f.name)
    def test_files_are_toml(self, file):
        """If this fails a parameter file is broken."""
        assert tomllib.loads(file.read_text(encoding="utf-8"))

    def test_every_parameter_says_where_it_comes_from(self, parameters):
        """If this fails a number stands without source, range, reason or label in one of the languages."""
        for path, p in parameters.items():
            assert p.path == path
            assert p.en.strip(), path
            assert p.da.strip(), path
            assert "{" not in p.en + p.da, path
            if p.kind == "assumed":
                assert p.low <= p.high, path
                assert len(p.note) > 5, path
            elif p.kind == "calibrated":
                assert p.se > 0, path
                assert p.source, path
            else:
                assert p.source or p.fact, path

    def test_labels_are_translated(self, parameters):
        """If this fails Danish readers see English labels: a pattern was left untranslated."""
        same = [path for path, p in parameters.items() if p.en == p.da]
        assert len(same) < 0.1 * len(parameters), same[:20]

    def test_counts(self, parameters):
        """If this fails a run shows other numbers of documented, calibrated and assumed parameters than it has."""
        counts = parameters.count_by_kind()
        assert set(counts) == {"documented", "statute", "calibrated", "assumed"}
        assert sum(counts.values()) == len(parameters)
        assert min(counts.values()) > 0

    def test_slots(self, parameters):
        """If this fails two exits of a status share a clock, or one has none: slots are unique and never death's."""
        seen = set()
        for path, p in parameters.below("rate").items():
            source, to = path.split(".")
            assert source in CODE
            assert to in CODE
            assert source != to
            assert p.unit == "per_year"
            assert 0 <= p.slot < SLOTS - 1
            assert (source, p.slot) not in seen
            seen.add((source, p.slot))

    def test_below_is_read_anew(self, parameters):
        """If this fails what is kept for a prefix is another's, outlives a change, or is spoilt by whoever asked before."""
        rates = parameters.below("rate")
        assert rates == {path.removeprefix("rate."): p for path, p in parameters.items() if path.startswith("rate.")}
        first = next(iter(rates))
        changed = parameters.changed({f"rate.{first}": 0.123})
        rates.clear()
        assert parameters.below("rate")[first] == parameters[f"rate.{first}"]
        assert changed.below("rate")[first].value == 0.123

    @pytest.mark.parametrize("prefix", ["seniority"])
    def test_shares_of_lists_add_up(self, parameters, prefix):
        """If this fails a distribution does not add up to one."""
        for p in parameters.below(prefix).values():
            assert sum(p.value) == pytest.approx(1, abs=1e-6)

    def test_fit_table(self):
        """If this fails a run cannot say what the calibrated rates were fitted to, or hides the size of misses.

        Misses are in tolerances, of the difference or (for amounts) of the logarithm.
        """
        rows = read_fit(DEFAULT_VINTAGE)
        assert len(rows) > 20
        for row in rows:
            asked, tolerance, miss = (float(row[key]) for key in ("asked", "tolerance", "miss"))
            got = float(row["simulated"] or row["twin"])
            if "selection" in row["target"]:
                assert abs(miss) < 2
                continue
            by_either = ((got - asked) / tolerance, math.log(got / asked) / tolerance)
            assert min(abs(miss - m) for m in by_either) < 0.05, row["target"]

    def test_first_month(self):
        """If this fails runs start in another month than the one after the count."""
        assert load().month("vintage.first_month") == month("2014-05")


class TestOverrides:
    def test_change(self, parameters):
        """If this fails an override is lost, or changes the shipped parameters for everybody else."""
        before = parameters.value("means_test.partner_income")
        changed = parameters.changed({"means_test.partner_income": 0.6, "rate.employment.dagpenge": 0.03})
        assert changed.value("means_test.partner_income") == 0.6
        assert changed.value("rate.employment.dagpenge") == 0.03
        assert parameters.value("means_test.partner_income") == before
        assert load().value("means_test.partner_income") == before
        assert changed["means_test.partner_income"].kind == "assumed"

    def test_an_override_reaches_the_model(self, parameters):
        """If this fails a scenario's parameter is accepted and has no effect."""
        zero = parameters.changed({"rate.employment.dagpenge": 0.0})
        model = BenefitModel(scale=0.003, months=3, parameters=zero).run()
        flows = model.recorder.flows.sum(axis=0)[CODE["employment"]]
        assert flows[CODE["dagpenge"]] == 0
        assert flows[CODE["sygedagpenge"]] > 0

    @pytest.mark.parametrize(
        ("path", "value", "message"),
        [
            ("means_test.partner_income", 0.95, "outside the allowed 0.4 to 0.9"),
            ("means_test.partner_income", 0.1, "outside the allowed"),
            ("means_test.partner_income", float("nan"), "outside the allowed"),
            ("women.population", 101, "outside the allowed 0 to 100 pct"),
            ("stock.dagpenge", -1, "outside the allowed"),
            ("rate.employment.dagpenge", -0.1, "outside the allowed"),
            ("means_test.partner_income", "0.5", "must be one number"),
            ("means_test.partner_income", True, "must be one number"),
            ("means_test.partner_income", None, "must be one number"),
            ("means_test.partner_income", [0.5], "must be one number"),
            ("seniority.dagpenge", 0.5, "must be a list of 7 numbers"),
            ("seniority.dagpenge", [0.5, 0.5], "needs 7 numbers, got 2"),
            ("seniority.dagpenge", ["a"] * 7, "must be a list of 7 numbers"),
            ("rate.employment.dagpeng", 0.1, "did you mean 'rate.employment.dagpenge'"),
            ("means_test", 0.5, "did you mean"),
        ],
    )
    def test_refused(self, parameters, path, value, message):
        """If this fails an impossible or misspelt parameter is accepted, or the message does not help."""
        with pytest.raises(Mistake, match=re.escape(message)) as found:
            parameters.changed({path: value}, where="scenario.toml [parameters]")
        assert str(found.value).startswith("scenario.toml [parameters]")

    @pytest.mark.parametrize("path", ["rate.employment.dagpenge", "population.age_16_64", "pension_age.later"])
    def test_infinity_is_refused(self, parameters, path):
        """If this fails `inf`, a legal number in TOML, is accepted and breaks the run later without naming the key."""
        with pytest.raises(Mistake, match="outside the allowed"):
            parameters.changed({path: float("inf")})

    def test_shares_that_do_not_add_up(self, parameters):
        """If this fails a seniority distribution that sums to less than one loses people."""
        half = parameters.changed({"seniority.dagpenge": [0.1] * 7})
        with pytest.raises(Mistake, match=r"seniority\.dagpenge"):
            read_margins(half)

    def test_stocks_that_contradict_the_population(self, parameters):
        """If this fails more people have a benefit than live in Denmark."""
        with pytest.raises(Mistake, match="contradict"):
            read_margins(parameters.changed({"stock.dagpenge": 3_000_000}))

    def test_reading_an_unknown_parameter(self, parameters):
        """If this fails code that asks for a missing number gets something."""
        with pytest.raises(Mistake, match=r"did you mean 'means_test\.partner_income'"):
            parameters.value("means_test.partner_incom")
        assert "means_test.partner_incom" not in parameters


class TestOwnVintage:
    def test_good(self, vintage):
        """If this fails an analyst's own extract cannot be loaded."""
        found = vintage(a=f"[x]\ny = {GOOD}\n", b=f"[x.z]\nw = {GOOD}\n")
        assert set(found) == {"x.y", "x.z.w"}
        assert found.value("x.y") == 3

    def test_defaults_below(self, vintage):
        """If this fails defaults (keys with _) do not hold below them, or win over the parameter's own."""
        text = '[x]\n_unit = "pct"\n_kind = "assumed"\n_low = 0\n_high = 50\n_note = "because"\n_en = "{1}/{0}"\n'
        found = vintage(a=text + "dagpenge = { value = 3 }\n[x.deeper]\nb = { value = 60, high = 70 }\n")
        assert found["x.dagpenge"].unit == "pct"
        assert found["x.dagpenge"].en == "x/Unemployment insurance benefit (dagpenge)"
        assert found["x.deeper.b"].bounds == (0, 70)
        assert found["x.deeper.b"].en == "deeper/b"

    def test_defaults_of_range_are_for_assumptions(self, vintage):
        """If this fails a documented number inherits the range of assumptions beside it and is refused."""
        text = '[x]\n_unit = "ratio"\n_kind = "assumed"\n_low = 0\n_high = 1\n_note = "because"\n'
        found = vintage(a=text + 'y = { value = 5, kind = "documented", source = "s" }\n')
        assert found["x.y"].low is None

    @pytest.mark.parametrize(
        ("leaf", "message"),
        [
            ('{ value = 3, unit = "ratio", kind = "assumed" }', "low, high and a note"),
            ('{ value = 3, unit = "ratio", kind = "assumed", low = 0, high = 4 }', "low, high and a note"),
            ('{ value = 3, unit = "ratio", kind = "assumed", low = 0, note = "n" }', "low, high and a note"),
            ('{ value = 5, unit = "ratio", kind = "assumed", low = 0, high = 4, note = "n" }', "outside the allowed"),
            ('{ value = 3, unit = "ratio", kind = "documented" }', "names its source or fact"),
            ('{ value = 3, unit = "ratio", kind = "statute" }', "names its source or fact"),
            ('{ value = 3, unit = "ratio", kind = "calibrated", source = "s" }', "standard error"),
            ('{ value = 3, unit = "ratio", kind = "calibrated", se = 1 }', "standard error"),
            ('{ value = 3, unit = "ratio", kind = "guessed", source = "s" }', "kind"),
            ('{ value = 3, unit = "furlong", kind = "statute", source = "s" }', "unit"),
            ('{ value = 3, unit = "ratio", kind = "statute", source = "s", lo = 1 }', "lo"),
            ('{ value = 130, unit = "pct", kind = "statute", source = "s" }', "outside the allowed 0 to 100"),
            ('{ value = -1, unit = "months", kind = "statute", source = "s" }', "outside the allowed"),
            ('{ value = "many", unit = "ratio", kind = "statute", source = "s" }', "value"),
            ('{ value = [1, -1], unit = "ratio", kind = "statute", source = "s" }', "outside the allowed"),
            ('{ value = 3, kind = "statute", source = "s" }', "unit"),
        ],
    )
    def test_refused(self, vintage, leaf, message):
        """If this fails a parameter without range, source, unit or with an unknown key is accepted silently."""
        with pytest.raises(Mistake, match=re.escape(message)) as found:
            vintage(numbers=f"[x]\ny = {leaf}\n")
        assert "numbers.toml" in str(found.value)
        assert "'x.y'" in str(found.value)

    @pytest.mark.parametrize("value", ['"5"', "true"])
    def test_text_and_truth_are_no_numbers(self, vintage, value):
        """If this fails a quoted number or `true` in a parameter file is taken for a number."""
        with pytest.raises(Mistake, match="value"):
            vintage(a=f'[x]\ny = {{ value = {value}, unit = "ratio", kind = "statute", source = "s" }}\n')

    def test_twice_in_two_files(self, vintage):
        """If this fails the same parameter in two files takes whichever is read last."""
        with pytest.raises(Mistake, match=r"b\.toml: parameter 'x\.y' stands twice"):
            vintage(a=f"[x]\ny = {GOOD}\n", b=f"[x]\ny = {GOOD}\n")

    def test_twice_in_one_file(self, vintage):
        """If this fails the same parameter twice in one file is not noticed."""
        with pytest.raises(Mistake, match=r"a\.toml: not valid TOML"):
            vintage(a=f"[x]\ny = {GOOD}\ny = {GOOD}\n")

    def test_number_without_a_table_names_the_file(self, vintage):
        """If this fails the message does not say in which of the files the bare number stands."""
        with pytest.raises(Mistake, match="expected a table with 'value'") as found:
            vintage(numbers="[x]\ny = 3\n")
        assert "numbers.toml" in str(found.value)

    def test_unknown_vintage(self, tmp_path, vintage):
        """If this fails a misspelt vintage ends in a traceback, or the hint names vintages of another folder."""
        vintage(a=f"[x]\ny = {GOOD}\n")
        with pytest.raises(Mistake, match="did you mean 'mine'"):
            load("mine2", tmp_path)
        with pytest.raises(Mistake, match="unknown vintage '2015'"):
            load("2015")

    def test_a_file_that_is_not_utf8(self, tmp_path):
        """If this fails a file saved with another encoding (æ, ø, å) ends in a traceback."""
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "a.toml").write_bytes('[x]\ny = { da = "før" }\n'.encode("latin-1"))
        with pytest.raises(Mistake, match=r"a\.toml"):
            load("mine", tmp_path)


def test_a_rate_is_no_probability() -> None:
    """If this fails a rate a year can be taken for the probability of a month without anybody noticing."""
    p = load()
    rate = next(path for path, one in p.items() if one.unit == "per_year")
    with pytest.raises(KeyError, match="per_year"):
        p.share(rate)
    percentage = next(path for path, one in p.items() if one.unit == "pct" and isinstance(one.value, float))
    assert p.share(percentage) == p.value(percentage) / 100 <= 1
