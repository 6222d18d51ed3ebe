"""Numbers of practice in force: what policies change, where, for how long, and that the institution reads them anew."""

from typing import Any, ClassVar

import numpy as np
import pytest

from agents.mistake import Mistake
from policies import Policy, Text, World
from sim.coverage import joins
from sim.in_force import InForce, is_changeable
from sim.model import BenefitModel
from sim.parameters import Parameters, load

PLACES = 98


class Store(dict[str, np.ndarray]):
    """Four citizens, one in each of the first municipalities."""


@pytest.fixture
def numbers() -> InForce:
    return InForce(load(), Store(municipality=np.arange(1, 5, dtype=np.uint8)), PLACES)  # type: ignore[arg-type]


ROWS = np.arange(4)
FIRST_TWO = np.arange(PLACES) < 2


class TestChanges:
    def test_factors_multiply_in_any_order(self, numbers: InForce) -> None:
        """If this fails the order of two policies decides what is in force."""
        own = load().value("certificate.wait")
        for order in ((0.5, 3.0), (3.0, 0.5)):
            for factor in order:
                numbers.change("certificate.wait", factor=factor)
            numbers.settle()
            assert numbers.value("certificate.wait") == pytest.approx(1.5 * own)

    def test_a_factor_comes_on_top_of_a_value(self, numbers: InForce) -> None:
        """If this fails a policy that multiplies is lost when another sets the number."""
        numbers.change("certificate.wait", factor=2)
        numbers.change("certificate.wait", value=3)
        numbers.settle()
        assert numbers.value("certificate.wait") == 6

    def test_a_share_does_not_rise_above_one(self, numbers: InForce) -> None:
        """If this fails more than everybody is recognised."""
        numbers.change("documentation.seen", factor=50)
        numbers.settle()
        assert numbers.share("documentation.seen") == 1

    def test_changes_hold_for_one_month(self, numbers: InForce) -> None:
        """If this fails a number stays changed after the policy has ended."""
        numbers.change("certificate.wait", factor=2)
        numbers.settle()
        numbers.settle()
        assert numbers.value("certificate.wait") == load().value("certificate.wait")
        assert numbers.versions == [numbers.own]

    def test_some_municipalities_only(self, numbers: InForce) -> None:
        """If this fails a local policy reaches everybody, or nobody."""
        own = load().value("certificate.wait")
        numbers.change("certificate.wait", factor=2, where=FIRST_TWO)
        numbers.change("certificate.wait", factor=5, where=np.arange(PLACES) == 1)
        numbers.settle()
        assert numbers.value("certificate.wait", ROWS).tolist() == pytest.approx([2 * own, 10 * own, own, own])
        assert numbers.months("trust.complex_from", ROWS) == load().months("trust.complex_from")

    def test_tables_by_municipality(self, numbers: InForce) -> None:
        """If this fails tables that are kept are those of another municipality."""

        def build(p: Parameters) -> Any:
            return np.array([0.0, p.value("certificate.wait")])

        own = load().value("certificate.wait")
        index = np.array([1, 0, 1, 0])
        assert numbers.look_up(build, ROWS, index).tolist() == [own, 0, own, 0]
        numbers.change("certificate.wait", factor=2, where=FIRST_TWO)
        numbers.settle()
        assert numbers.look_up(build, ROWS, index).tolist() == [2 * own, 0, own, 0]

    def test_the_same_changes_are_the_same_version(self, numbers: InForce) -> None:
        """If this fails tables are built again every month, and a long run with policies is slow."""
        versions = []
        for _ in range(2):
            numbers.change("trust.gain", factor=1.1)
            numbers.change("certificate.wait", factor=2)
            numbers.settle()
            versions.append(numbers.versions[0])
        assert versions[0] is versions[1]

    @pytest.mark.parametrize(
        ("path", "given", "says"),
        [
            ("certificate.wat", {"factor": 2}, "certificate.wait"),
            ("rate.fleksjob.employment", {"factor": 2}, "read once"),
            ("certificate.wait", {}, "either factor or value"),
            ("certificate.wait", {"factor": 2, "value": 1}, "either factor or value"),
            ("certificate.wait", {"factor": -1}, "0 or more"),
            ("certificate.wait", {"value": float("nan")}, "0 or more"),
            ("sanctions.types", {"value": [0.5, 0.5]}, "or 3"),
        ],
    )
    def test_what_cannot_be_changed_is_refused(self, numbers: InForce, path: str, given: dict[str, Any], says: str) -> None:
        """If this fails a typing error of a policy's author has no effect, or breaks the run months later."""
        with pytest.raises(Mistake, match=says):
            numbers.change(path, **given)

    def test_two_values_are_a_conflict_where_they_meet(self, numbers: InForce) -> None:
        """If this fails the last of two policies wins silently; or policies of different places cannot go together."""
        numbers.change("certificate.wait", value=1, where=FIRST_TWO, policy="a")
        numbers.change("certificate.wait", value=2, where=~FIRST_TWO, policy="b")
        numbers.change("certificate.wait", value=1, where=FIRST_TWO, policy="c")
        with pytest.raises(Mistake, match="'a' and 'd'"):
            numbers.change("certificate.wait", value=3, where=FIRST_TWO, policy="d")


class Nudge(Policy):
    """Changes one number a little, so that everything has to be read anew."""

    name: ClassVar[str] = "nudge"
    label: ClassVar[Text] = Text(en="Nudge", da="Skub")

    def each_month(self, world: World) -> None:
        world.change("trust.gain", factor=0.999)


CONDITIONAL = {
    "deadline.dagpenge.over_60", "deadline.dagpenge.over_50_later", "deadline.dagpenge.from_30", "deadline.dagpenge.from_30_later", "deadline.dagpenge.next_offer",
    "deadline.dagpenge.under_30", "deadline.dagpenge.under_30_later", "incentive.submission",
}
"""Numbers that are read by date, or once prices have changed (2016)."""


def test_every_number_that_can_be_changed_is_read_every_month(monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails a policy may change a number that nobody reads: it would have no effect, and nobody would be told."""
    read: set[str] = set()
    model = BenefitModel(scale=0.004, months=14, seed=2, policies=[Nudge(start="2014-06")])
    getitem, below = Parameters.__getitem__, Parameters.below

    def noted(self: Parameters, path: str) -> Any:
        if self is not model.parameters:
            read.add(path)
        return getitem(self, path)

    def noted_below(self: Parameters, prefix: str) -> Any:
        found = below(self, prefix)
        if self is not model.parameters:
            read.update(f"{prefix}.{name}" for name in found)
        return found

    monkeypatch.setattr(Parameters, "__getitem__", noted)
    monkeypatch.setattr(Parameters, "below", noted_below)
    model.run()
    missing = {path for path in model.parameters if is_changeable(path)} - read - CONDITIONAL
    assert not missing


class TestWhere:
    district = np.repeat(np.arange(49), 2)

    def policy(self, **where: Any) -> Policy:
        return Nudge(**where)

    def test_chosen_municipalities(self) -> None:
        """If this fails a policy is in force elsewhere than its author says."""
        assert np.flatnonzero(joins(self.policy(municipalities=[3, 9]), self.district, 100) == 100).tolist() == [2, 8]

    def test_a_share_of_whole_districts(self) -> None:
        """If this fails a trial splits a district, whose caseworkers are shared, or has another size than asked for."""
        inside = joins(self.policy(trial_share=0.4), self.district, 100) == 100
        assert abs(inside.mean() - 0.4) < 0.02
        assert (inside[::2] == inside[1::2]).all()
        assert (inside != (joins(self.policy(trial_share=0.4, trial_seed=1), self.district, 100) == 100)).any()

    def test_municipalities_join_one_after_another(self) -> None:
        """If this fails a phase-in begins late, ends late or takes everybody at once."""
        months = joins(self.policy(phase_in=12), self.district, 100)
        assert months.min() == 100 and months.max() == 111
        assert len(set(months.tolist())) == 12

    @pytest.mark.parametrize("where", [{"municipalities": [99]}, {"trial_share": 0.0}, {"municipalities": [1], "trial_share": 0.5}, {"phase_in": -1}])
    def test_impossible_places(self, where: dict[str, Any]) -> None:
        """If this fails a policy is in force nowhere, or nobody knows where."""
        with pytest.raises(ValueError):
            self.policy(**where)


def test_a_local_policy_leaves_the_other_municipalities_alone() -> None:
    """If this fails a policy of some municipalities acts on citizens of others (doctors' waits are nobody else's)."""

    class Local(Policy):
        """Doctors answer at once."""

        name: ClassVar[str] = "local"
        label: ClassVar[Text] = Text(en="Local", da="Lokal")
        touches: ClassVar[tuple[str, ...]] = ("kontanthjaelp_aktivitetsparat", "sygedagpenge")

        def each_month(self, world: World) -> None:
            world.change("certificate.wait", factor=0)

        def adjust(self, moves: Any) -> None:
            moves.scale("sygedagpenge", "employment", 3)

    here = list(range(1, 41))
    one, other = (BenefitModel(scale=0.004, months=3, seed=4, policies=p).run() for p in ([], [Local(municipalities=here)]))
    inside = np.isin(one.population["municipality"], here)
    assert not other.touched[~inside].any() and other.touched[inside].any()
    first_month = other.flows()["month"].min()
    assert first_month == one.flows()["month"].min()
    since = [m.population["since"] == m.start for m in (one, other)]
    assert np.array_equal(since[0][~inside], since[1][~inside])
    assert not np.array_equal(since[0][inside], since[1][inside])
