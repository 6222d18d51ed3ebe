"""Type cases: what is left a month by paid hours, and what the public gains when somebody works.

No test here is one of chance.
"""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.calendar import month
from agents.mistake import Mistake
from borgerflow import main
from sim.benefit_law import BENEFITS, FAMILIES, BenefitLaw
from sim.income import COLUMNS, TypeCase, income_by_hours, value_of_a_year
from sim.parameters import load

P = load()
LAW = BenefitLaw(P, month("2015-06"))
PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=60)
CASES = st.builds(
    TypeCase, status=st.sampled_from(BENEFITS), age=st.integers(18, 66), family=st.sampled_from(FAMILIES), children=st.booleans(),
    debt=st.booleans(), hourly=st.none() | st.floats(50, 1000),
)


def taxed(pay, benefit):
    v = P.value
    personal = pay * (1 - v("tax.labour_contribution")) + benefit
    allowance, most = v("tax.allowance") / 12, v("tax.work_deduction_most") / 12
    municipal = (v("tax.municipal") + v("tax.health")) * max(personal - allowance - min(v("tax.work_deduction") * pay, most), 0)
    state = v("tax.labour_contribution") * pay + v("tax.state") * max(personal - allowance, 0)
    return municipal + state + v("tax.top") * max(personal - v("tax.top_from") / 12, 0)


class TestByHand:
    def test_ten_hours_beside_kontanthjaelp(self):
        """If this fails a single of 35 with ten hours beside kontanthjælp has not what the arithmetic says."""
        v, price = P.value, P.value("price.to_2015")
        benefit = v("benefit.kontanthjaelp_jobparat.from_30") * price
        hours = 10 * v("wage.month_hours") / 37
        pay = hours * v("wage.hourly") * price
        offset = pay - v("offset.disregard") * price * hours
        tax = taxed(pay, benefit - offset)
        costs = v("life.transport") * 10 / 37 + v("life.support_lost") * pay
        left = pay + benefit - offset - tax - costs
        gain = left - (benefit - taxed(0, benefit))
        row = income_by_hours(TypeCase(), LAW, P).iloc[10]
        expected = [10, pay, benefit - offset, tax, costs, left, gain, gain / hours, 1 - gain / pay]
        assert row.tolist() == pytest.approx(expected)

    def test_full_time_instead(self):
        """If this fails somebody who has left the benefit for full-time work, in debt, has not what the arithmetic says."""
        v = P.value
        case = TypeCase(children=True, debt=True, hourly=180.0)
        pay = v("wage.month_hours") * 180
        benefit = v("benefit.kontanthjaelp_jobparat.from_30_provider") * v("price.to_2015")
        tax, costs = taxed(pay, 0), v("life.transport") + v("life.support_lost") * pay
        costs += v("life.debt_share") * (pay - tax - costs)
        row = income_by_hours(case, LAW, P, at_work=True).iloc[37]
        gain = pay - tax - costs - (benefit - taxed(0, benefit))
        assert row.tolist() == pytest.approx([37, pay, 0, tax, costs, pay - tax - costs, gain, gain / v("wage.month_hours"), 1 - gain / pay])

    def test_those_on_a_benefit_do_not_repay(self):
        """If this fails debt costs something beside a benefit."""
        own, owes = (income_by_hours(TypeCase(debt=debt), LAW, P) for debt in (False, True))
        assert own.equals(owes)

    @pytest.mark.parametrize(("age", "key"), [(24, "under_25"), (25, "from_25"), (29, "from_25"), (30, "from_30")])
    def test_ages(self, age, key):
        """If this fails a type case has the rate of another age."""
        rate = P.value(f"benefit.kontanthjaelp_jobparat.{key}") * P.value("price.to_2015")
        assert TypeCase(age=age).benefit(LAW) == pytest.approx(rate)

    def test_a_year(self):
        """If this fails parts of what the public gains from a year of work are not the differences of benefit, tax and what is left."""
        case, pay = TypeCase(), 25_000.0
        benefit = case.benefit(LAW)
        found = value_of_a_year(case, LAW, pay, activation=10_000)
        more_tax = taxed(pay, 0) - taxed(0, benefit)
        more_left = pay - taxed(pay, 0) - (benefit - taxed(0, benefit))
        assert found == pytest.approx({
            "benefit": 12 * benefit, "activation": 10_000, "tax": 12 * more_tax, "clawback": 12 * more_left * P.value("tax.consumption"),
            "all": 12 * (benefit + more_tax + more_left * P.value("tax.consumption")) + 10_000,
        })


class TestAnyCase:
    @PROPERTY
    @given(case=CASES, at_work=st.booleans())
    def test_adds_up(self, case, at_work):
        """If this fails columns do not add up, or something is missing beyond no hours."""
        table = income_by_hours(case, LAW, P, at_work=at_work)
        assert tuple(table.columns) == COLUMNS
        assert table["disposable"].to_numpy() == pytest.approx((table["pay"] + table["benefit"] - table["tax"] - table["costs"]).to_numpy())
        assert table["gain"].iloc[0] == pytest.approx(0, abs=1e-6)
        assert table.iloc[1:].notna().all(axis=None)
        assert np.isnan(table["gain_per_hour"].iloc[0])
        assert (table[["pay", "benefit", "tax", "costs"]] >= -1e-9).all(axis=None)

    @PROPERTY
    @given(case=CASES)
    def test_more_hours_beside_a_benefit(self, case):
        """If this fails the benefit rises with hours, or income after tax and before costs falls."""
        table = income_by_hours(case, LAW, P)
        assert (table["benefit"].diff().dropna() <= 1e-9).all()
        if case.hourly is None:
            assert ((table["disposable"] + table["costs"]).diff().dropna() >= -1e-6).all()

    @PROPERTY
    @given(case=CASES)
    def test_at_work_more_hours_are_more_left(self, case):
        """If this fails an hour more costs money after the benefit has been left, though the wage is above transport."""
        table = income_by_hours(case, LAW, P, at_work=True).iloc[1:]
        assert (table["benefit"] == 0).all()
        assert (table["disposable"].diff().dropna() > 0).all()

    def test_any_hours(self):
        """If this fails hours of one's own, or a single number, are not taken."""
        assert income_by_hours(TypeCase(), LAW, P, hours=7.5)["hours"].tolist() == [7.5]
        assert income_by_hours(TypeCase(), LAW, P, hours=[0, 37])["hours"].tolist() == [0, 37]


class TestRefuses:
    @pytest.mark.parametrize(
        ("case", "says"),
        [
            ({"status": "kontanthjaelp_jobparatt"}, "did you mean 'kontanthjaelp_jobparat'"), ({"status": "fleksjob"}, "unknown benefit"),
            ({"family": "singel"}, "did you mean 'single'"), ({"age": 17}, "18 to 66"), ({"age": 67}, "18 to 66"),
            ({"hourly": 49.0}, "50 to 1000"), ({"hourly": float("nan")}, "50 to 1000"),
        ],
    )
    def test_cases(self, case, says):
        """If this fails a type case that cannot be is computed."""
        with pytest.raises(Mistake, match=says):
            income_by_hours(TypeCase(**case), LAW, P)

    @pytest.mark.parametrize("hours", [[-1], [38]])
    def test_hours(self, hours):
        """If this fails hours that cannot be are computed."""
        with pytest.raises(Mistake, match="hours"):
            income_by_hours(TypeCase(), LAW, P, hours=hours)

    def test_no_number_of_hours(self):
        """If this fails a row of nothing comes back instead of a refusal."""
        with pytest.raises(Mistake, match="hours"):
            income_by_hours(TypeCase(), LAW, P, hours=[float("nan")])


def called(*args):
    return CliRunner().invoke(main, ["income", *args])


class TestCommand:
    @pytest.mark.parametrize(
        ("args", "says"),
        [
            (("--status", "sygedagpeng"), "did you mean 'sygedagpenge'"), (("--family", "cohabitting"), "did you mean 'cohabiting'"),
            (("--scenario", "baselin"), "did you mean 'baseline'"), (("--month", "2015-13"), "2015-13"), (("--month", "june"), "YYYY-MM"),
            (("--age", "12"), "18 to 66"), (("--hourly", "20"), "50 to 1000"), (("--hourly", "nan"), "50 to 1000"), (("--age", "x"), "--age"),
            (("--policy", "no_such_file.py"), "no_such_file.py"),
        ],
    )
    def test_mistakes(self, args, says):
        """If this fails a wrong name or number ends otherwise than with exit code 2 and a line that says what to do."""
        result = called(*args)
        assert result.exit_code == 2, result.output
        assert says in result.stderr
        assert "Traceback" not in result.output

    @pytest.mark.parametrize("args", [(), ("--at-work", "--children", "--debt"), ("--status", "sygedagpenge", "--hourly", "200")])
    def test_json(self, args):
        """If this fails the JSON has not a row for every hour from 0 to 37 with all columns."""
        rows = json.loads(called("--json", *args).stdout)
        assert [row["hours"] for row in rows] == list(range(38))
        assert all(tuple(row) == COLUMNS for row in rows)

    def test_json_is_the_table(self):
        """If this fails the command shows other numbers than the library."""
        rows = json.loads(called("--json", "--age", "28", "--family", "cohabiting", "--status", "kontanthjaelp_aktivitetsparat").stdout)
        table = income_by_hours(TypeCase(status="kontanthjaelp_aktivitetsparat", age=28, family="cohabiting"), LAW, P)
        assert [row["disposable"] for row in rows] == pytest.approx(table["disposable"].tolist())

    def test_text(self):
        """If this fails the table for people has not its ten lines and its unit."""
        lines = called().stdout.splitlines()
        assert len(lines) == 11
        assert "DKK a month" in lines[-1]

    def test_law_of_a_month(self):
        """If this fails the month of the law changes nothing for cohabitants."""
        args = ("--json", "--family", "cohabiting")
        before, after = (json.loads(called(*args, "--month", m).stdout)[0]["benefit"] for m in ("2015-12", "2016-01"))
        assert after > before

    def test_policies_of_a_scenario(self, tmp_path):
        """If this fails the law of a scenario is that of the baseline."""
        file = tmp_path / "less.toml"
        file.write_text('name = "less"\n[[policies]]\nuse = "benefit_level"\nfactor = 0.5\n')
        less, own = (json.loads(called("--json", *args).stdout)[0]["benefit"] for args in (("--scenario", str(file)), ()))
        assert less == pytest.approx(own / 2)
