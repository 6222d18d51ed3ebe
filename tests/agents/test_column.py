"""Citizens are Mesa agents kept as columns: does Mesa's own interface hold, and is it the columns that change?"""

import copy
import gc
import operator

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from agents import Citizen, Column, ColumnSet, vectorised
from agents.column import Store
from agents.statuses import CODE, RESIDENT
from sim.model import BenefitModel


class Student(Citizen):
    """What a user writes in a script."""

    hope = Column(np.float32, unit="share", doc="Hope.", default=0.5)
    visits = Column(np.int16, unit="visits", doc="Visits.")

    @vectorised
    def visit(self, times=1):
        """Runs on one citizen and on all."""
        self.visits = self.visits + times * (self.age >= 30)
        return self.visits

    @vectorised
    def place_number(self):
        """An innocent product of a small column."""
        return self.municipality * 10

    @property
    @vectorised
    def near_pension(self):
        return self.age >= 60

    @property
    def word(self):
        return "old" if self.age >= 50 else "young"

    def lose_hope(self):
        """One citizen at a time."""
        self.hope = self.hope / 2 if self.sex == 0 else self.hope


class Dog(mesa.Agent):
    """An ordinary Mesa agent."""

    def __init__(self, model, age=3):
        super().__init__(model)
        self.age = age
        self.barks = 0

    def bark(self):
        self.barks += 1


@pytest.fixture
def students():
    return BenefitModel(scale=0.002, months=6, seed=3, citizen_class=Student)


class TestReadingAndWriting:
    def test_columns_are_declared(self):
        """If this fails a declaration does not tell what it holds, or a subclass loses its parents' columns."""
        columns = Student.columns()
        assert list(columns)[: len(Citizen.columns())] == list(Citizen.columns())
        assert {"hope", "visits"} <= set(columns)
        assert "hope" not in Citizen.columns()
        assert Citizen.status is columns["status"]
        for column in columns.values():
            assert column.unit in column.__doc__

    def test_view_reads_and_writes_the_column(self, students):
        """If this fails a view is a copy: what one writes is lost."""
        citizen = students.citizens[17]
        citizen.visits = 7
        citizen.hope = 0.25
        assert students.population["visits"][citizen.row] == 7
        assert students.citizens[17].hope == 0.25
        assert isinstance(students.citizens[17].visits, int)

    def test_set_reads_and_writes_only_its_members(self, students):
        """If this fails writing to a selection changes people outside it."""
        some = students.citizens.select(students.citizens.age > 40)
        some.visits = np.arange(len(some))
        others = np.setdiff1d(np.arange(students.population.size), some.rows)
        assert np.array_equal(some.visits, np.arange(len(some)))
        assert not students.population["visits"][others].any()

    def test_reading_a_selection_is_a_copy(self, students):
        """If this fails arithmetic on what was read changes citizens behind the user's back."""
        students.citizens.visits[:] = 9
        assert not students.population["visits"].any()

    def test_undeclared_attribute_raises(self, students):
        """If this fails a typing error makes a new attribute that nobody ever reads."""
        with pytest.raises(AttributeError, match="Student has no column 'hopes'"):
            students.citizens[0].hopes = 1
        with pytest.raises(AttributeError, match="Student has no column 'hopes'"):
            students.citizens.hopes = 1
        with pytest.raises(AttributeError, match="'hopes'"):
            _ = students.citizens.hopes
        with pytest.raises(AttributeError, match="hopes"):
            _ = students.citizens[0].hopes
        with pytest.raises(AttributeError):
            students.citizens.get("hopes")
        with pytest.raises(AttributeError):
            students.citizens[0].age = 3
        with pytest.raises(AttributeError):
            students.citizens[0].row = 3

    def test_value_that_does_not_fit_is_refused(self, students):
        """If this fails a number too large for its column wraps around unseen."""
        with pytest.raises(OverflowError):
            students.citizens[0].sex = 300
        with pytest.raises(OverflowError):
            students.citizens.sex = 300

    def test_store_refuses_what_was_not_declared(self):
        """If this fails a misspelt column of the synthesis is dropped, or one of wrong length is accepted."""
        with pytest.raises(AttributeError, match="'statuss'"):
            Store(None, Citizen, 2, {"statuss": np.zeros(2)})
        with pytest.raises(ValueError, match="status"):
            Store(None, Citizen, 2, {"status": np.zeros(3)})

    def test_defaults(self, students):
        """If this fails a user's column does not start with its default, or is not of its type."""
        assert (students.population["hope"] == 0.5).all()
        assert students.population["hope"].dtype == np.float32
        assert not students.population["visits"].any()


class TestVectorised:
    def test_one_gives_what_all_give(self, students):
        """If this fails the method a student reads is not what the million do."""
        citizens = students.citizens
        expected = [agent.near_pension for agent in citizens]
        assert citizens.near_pension.tolist() == expected
        assert citizens.is_in("dagpenge").tolist() == [agent.is_in("dagpenge") for agent in citizens]
        for name in ("age", "months_in_status", "months_in_spell"):
            assert getattr(citizens, name).tolist() == [getattr(agent, name) for agent in citizens]

    def test_acting_on_all_is_acting_on_each(self, students):
        """If this fails do() of a vectorised method does something else than calling it citizen by citizen."""
        citizens = students.citizens
        citizens.do("visit", times=2)
        together = citizens.visits
        citizens.visits = 0
        for agent in citizens:
            agent.visit(times=2)
        assert np.array_equal(together, citizens.visits)
        assert set(together.tolist()) == {0, 2}

    def test_arithmetic_on_small_columns_does_not_overflow(self, students):
        """If this fails a product of a uint8 column wraps around for all, though not for one citizen."""
        citizens = students.citizens
        assert citizens.place_number().tolist() == [agent.place_number() for agent in citizens]

    def test_difference_of_small_columns_is_signed(self, students):
        """If this fails 0 - 1 is 255 for all, and -1 for one citizen."""
        citizens = students.citizens
        assert (citizens.sex - 1).tolist() == [agent.sex - 1 for agent in citizens]

    def test_by_name_by_function_by_shuffle(self, students):
        """If this fails the ways to let agents act do not agree."""
        citizens = students.citizens
        citizens.do(Student.visit).do("visit").shuffle_do("visit").shuffle_do(Student.visit)
        assert set(citizens.visits.tolist()) == {0, 4}

    def test_property_that_is_not_vectorised(self, students):
        """If this fails a plain property of the user's Citizen cannot be read for a set: it is called on arrays."""
        few = students.citizens.select(at_most=20)
        assert list(few.get("word")) == [agent.word for agent in few]

    def test_status_name_of_a_set(self, students):
        """If this fails citizens cannot be grouped by the name of their status, though one citizen has it."""
        few = students.citizens.select(at_most=20)
        assert list(few.get("status_name")) == [agent.status_name for agent in few]


class TestAgentSetOfCitizens:
    def test_is_an_agent_set(self, model):
        """If this fails Mesa's tools do not take our set."""
        assert isinstance(model.citizens, AgentSet)
        assert isinstance(model.citizens[0], mesa.Agent)
        assert isinstance(model.citizens[0], Citizen)

    def test_holds_residents_and_stays_current(self, model):
        """If this fails the set holds dead people, people abroad or children, or those of the start only."""
        codes = [s.code for s in RESIDENT]
        before = model.citizens
        while model.running:
            model.step()
        rows = np.flatnonzero(np.isin(model.population["status"], codes))
        assert np.array_equal(before.rows, rows)
        assert len(before) == len(list(before)) == rows.size

    def test_index_slice_iteration(self, model):
        """If this fails [i], slices and loops disagree on who is member number i."""
        citizens = model.citizens
        agents = list(citizens)
        assert citizens[5] == agents[5]
        assert citizens[-1] == agents[-1]
        assert citizens[np.int64(5)] == agents[5]
        assert citizens[2:9:3] == agents[2:9:3]
        assert citizens.index(agents[7]) == 7
        assert next(reversed(citizens)) == agents[-1]
        with pytest.raises(IndexError):
            citizens[len(citizens)]

    def test_contains(self, model):
        """If this fails `agent in model.citizens` is wrong for members, others or strangers."""
        entry = model.population.view(int(np.flatnonzero(model.population["status"] == CODE["entry"])[0]))
        assert model.citizens[3] in model.citizens
        assert entry not in model.citizens
        assert BenefitModel(scale=0.002, months=1).citizens[3] not in model.citizens
        assert 3 not in model.citizens

    def test_views_are_equal_by_row(self, model):
        """If this fails one citizen is two keys of a dictionary, or two models' citizens are one."""
        a, b = model.citizens[4], model.citizens[4]
        other = BenefitModel(scale=0.002, months=1).citizens[4]
        assert a is not b
        assert a == b
        assert hash(a) == hash(b)
        assert a != other
        assert a != model.citizens[5]
        assert a.unique_id == a.row

    def test_select_by_mask_and_by_function(self, model):
        """If this fails the fast and the slow way to select give different people."""
        citizens = model.citizens
        fast = citizens.select(citizens.age < 25)
        slow = citizens.select(lambda agent: agent.age < 25)
        assert isinstance(fast, ColumnSet)
        assert np.array_equal(fast.rows, slow.rows)
        assert 0 < len(fast) < len(citizens)
        assert len(citizens.select()) == len(citizens)
        assert len(citizens.select(lambda agent: False)) == 0
        assert len(fast.select(fast.age < 0).select(lambda agent: True)) == 0

    def test_selection_is_fixed(self, model):
        """If this fails a cohort selected at the start changes its members while the model runs."""
        cohort = model.citizens.select(model.citizens.is_in("dagpenge"))
        before = cohort.rows.copy()
        while model.running:
            model.step()
        assert np.array_equal(cohort.rows, before)
        assert not cohort.is_in("dagpenge").all()

    @pytest.mark.parametrize("at_most", [0, 3, 0.25, 1.0, 5.0, 10**9])
    def test_select_at_most_as_mesa_does(self, model, at_most):
        """If this fails at_most selects another number than in Mesa (floats above 1 are numbers, up to 1 shares)."""
        plain = _plain(model, 40)
        ours = model.citizens.select(at_most=40)
        assert len(ours.select(at_most=at_most)) == len(plain.select(at_most=at_most))
        with_filter = len(ours.select(lambda agent: agent.sex == 1, at_most=at_most))
        assert with_filter == len(plain.select(lambda agent: agent.sex == 1, at_most=at_most))

    def test_select_by_type(self, model):
        """If this fails agent_type lets other kinds through, or none of its own."""
        assert len(model.citizens.select(agent_type=Citizen)) == len(model.citizens)
        assert len(model.citizens.select(agent_type=mesa.Agent)) == len(model.citizens)
        assert len(model.citizens.select(agent_type=Dog)) == 0

    def test_get(self, model):
        """If this fails get() gives other values than the agents have."""
        few = model.citizens.select(at_most=30)
        assert few.get("sex").tolist() == [agent.sex for agent in few]
        assert few.get(["sex", "age"]) == [(agent.sex, agent.age) for agent in few]
        assert few.get("bogus", handle_missing="default", default_value=4) == [4] * 30

    def test_unique_id_of_a_set(self, model):
        """If this fails Mesa's commonest attribute can be read from one citizen and not from a set."""
        few = model.citizens.select(at_most=30)
        assert list(few.get("unique_id")) == [agent.unique_id for agent in few]
        assert few.agg("unique_id", max) == max(agent.unique_id for agent in few)

    def test_set_and_agg(self, students):
        """If this fails set() or agg() act on others than the members."""
        few = students.citizens.select(at_most=10)
        assert few.set("visits", 3) is few
        assert few.agg("visits", sum) == 30
        assert students.citizens.agg("visits", sum) == 30
        assert few.agg("visits", [min, max, len, np.mean]) == [3, 3, 10, 3.0]
        assert few.agg("age", sum) == sum(agent.age for agent in few)
        assert len(students.citizens) > 255
        assert students.citizens.agg("status", sum) == sum(agent.status for agent in students.citizens)

    def test_do_and_map(self, students):
        """If this fails methods and functions are not called once for every member."""
        few = students.citizens.select(at_most=50)
        few.do("lose_hope")
        assert few.hope.tolist() == [0.25 if sex == 0 else 0.5 for sex in few.sex]
        assert few.map(lambda agent, plus: agent.row + plus, plus=1) == (few.rows + 1).tolist()
        assert few.map("is_in", "dagpenge")[0].tolist() == few.is_in("dagpenge").tolist()

    def test_shuffle_do_reaches_everybody_once_in_another_order(self, students):
        """If this fails shuffle_do forgets members or does not shuffle."""
        order = []
        few = students.citizens.select(at_most=200)
        few.shuffle_do(lambda agent: order.append(agent.row))
        assert sorted(order) == few.rows.tolist()
        assert order != few.rows.tolist()
        shuffled = few.shuffle()
        assert sorted(shuffled.rows.tolist()) == few.rows.tolist()
        assert not np.array_equal(shuffled.rows, few.rows)

    def test_shuffling_is_no_part_of_luck(self):
        """If this fails a user's shuffle_do changes what happens to citizens."""
        quiet, noisy = (BenefitModel(scale=0.002, months=3, seed=3) for _ in range(2))
        for _ in range(3):
            noisy.citizens.select(at_most=9).shuffle_do(lambda agent: noisy.random.random())
            quiet.step()
            noisy.step()
        assert np.array_equal(quiet.population["status"], noisy.population["status"])

    @pytest.mark.parametrize("key", ["age", "sex", "origin", "person_class", "birth_month", "status"])
    @pytest.mark.parametrize("ascending", [True, False])
    def test_sort_as_mesa_does(self, model, key, ascending):
        """If this fails sort() gives another order than Mesa (negating an unsigned column wraps: 0 comes first)."""
        few = model.citizens.select(at_most=60, filter_func=lambda agent: agent.row % 40 == 0)
        expected = sorted(few, key=operator.attrgetter(key), reverse=not ascending)
        assert list(few.sort(key, ascending=ascending)) == expected

    def test_sort_by_a_function(self, model):
        """If this fails sort() by a function of the agent works only for some kinds of values."""
        few = model.citizens.select(at_most=60)
        for key in (lambda a: a.age / 2, lambda a: a.age > 40, lambda a: (a.sex, a.age), lambda a: a.status_name):
            assert list(few.sort(key)) == sorted(few, key=key, reverse=True)
            assert list(few.sort(key, ascending=True)) == sorted(few, key=key)

    def test_groupby(self, model):
        """If this fails groups lose members, or hold those of another group."""
        citizens = model.citizens
        groups = citizens.groupby("sex")
        assert groups.count() == {s: int((citizens.sex == s).sum()) for s in (0, 1)}
        for sex, members in groups:
            assert isinstance(members, ColumnSet)
            assert (members.sex == sex).all()
            assert (np.diff(members.rows) > 0).all()
        by_function = citizens.select(at_most=90).groupby(lambda agent: agent.age >= 40, result_type="list")
        assert sum(len(group) for _, group in by_function) == 90
        assert groups.agg("age", np.mean)[0] == pytest.approx(citizens.age[citizens.sex == 0].mean())

    def test_set_operations(self, model):
        """If this fails Mesa's | & - on agent sets break for citizens."""
        a, b = model.citizens.select(at_most=5), model.citizens.select(at_most=3)
        assert len(a & b) == 3
        assert len(a | b) == 5
        assert len(a - b) == 2
        assert a != b
        assert b <= a

    def test_membership_is_not_changed_by_hand(self, model):
        """If this fails somebody can be taken out of the population without a move: persons are not conserved."""
        citizens, agent = model.citizens, model.citizens[0]
        for forbidden in (citizens.add, citizens.discard, citizens.remove):
            with pytest.raises(TypeError):
                forbidden(agent)
        with pytest.raises(TypeError, match="conserved"):
            agent.remove()
        for change in (citizens.select, citizens.shuffle):
            with pytest.raises(TypeError, match="in place"):
                change(inplace=True)
        with pytest.raises(TypeError):
            citizens.pop()
        with pytest.raises(TypeError):
            citizens.clear()

    def test_citizens_are_not_made_by_hand(self, model):
        """If this fails Citizen(model) makes a person without a row."""
        with pytest.raises(TypeError, match="lives in columns"):
            Citizen(model)
        with pytest.raises(TypeError, match="lives in columns"):
            Citizen.create_agents(model, 3)

    def test_copy_keeps_members(self, model):
        """If this fails copying a selection breaks it."""
        some = model.citizens.select(model.citizens.age > 60)
        again = copy.copy(some)
        assert np.array_equal(again.rows, some.rows)
        assert again[0] == some[0]

    def test_members_do_not_vanish(self, model):
        """If this fails our sets hold views weakly, as Mesa's do: a selection would be empty when used."""
        ours = model.citizens.select(at_most=20)
        plain = AgentSet(list(ours), random=model.random)
        gc.collect()
        assert len(plain) == 0  # the trap of plain Mesa that the documentation names
        assert len(ours) == len(list(ours)) == 20


def _plain(model, n):
    """A Mesa set of ordinary agents with the sex of the first n citizens; held by the model."""
    for agent in model.citizens[:n]:
        dog = Dog(model)
        dog.sex = agent.sex
    return model.agents_by_type[Dog]


class TestMixedWithOrdinaryAgents:
    @pytest.fixture
    def students(self):
        return BenefitModel(scale=0.002, months=6, seed=3, citizen_class=Student, decide_at_once=True)

    @pytest.fixture
    def zoo(self):
        model = BenefitModel(scale=0.002, months=6, seed=3, decide_at_once=True)
        for age in (1, 2, 3):
            Dog(model, age)
        return model

    def test_all_agents(self, zoo):
        """If this fails agents that a user adds hide the citizens, or the other way round."""
        agents = zoo.agents
        assert len(agents) == len(zoo.citizens) + 3
        assert [type(a) for a in agents[:4]] == [Dog, Dog, Dog, Citizen]
        assert agents[3] == zoo.citizens[0]
        assert agents[-1] == zoo.citizens[-1]
        assert zoo.citizens[5] in agents
        assert agents[0] in agents
        assert sum(1 for _ in agents) == len(agents)
        with pytest.raises(IndexError):
            agents[len(agents)]

    def test_types(self, zoo):
        """If this fails model.agents_by_type does not know both kinds."""
        assert set(zoo.agent_types) == {Dog, Citizen}
        assert {kind: len(group) for kind, group in zoo.agents_by_type.items()} == {Dog: 3, Citizen: len(zoo.citizens)}

    def test_do_map_get_agg(self, zoo):
        """If this fails verbs on all agents reach one kind only."""
        assert len(zoo.agents.map(lambda agent: agent.age)) == len(zoo.agents)
        assert zoo.agents.agg("age", min) == 1
        assert list(zoo.agents.get("age"))[:3] == [1, 2, 3]
        seen = []
        zoo.agents.do(lambda agent: seen.append(type(agent)))
        assert len(seen) == len(zoo.agents)
        zoo.agents.select(agent_type=Dog).do("bark")
        assert zoo.agents.select(agent_type=Dog).get("barks") == [1, 1, 1]

    def test_select(self, zoo):
        """If this fails a filter over all agents loses a kind."""
        young = zoo.agents.select(lambda agent: agent.age < 20)
        assert len(young) == 3 + int((zoo.citizens.age < 20).sum())
        assert len(zoo.agents.select(agent_type=Citizen)) == len(zoo.citizens)

    def test_select_at_most(self, zoo):
        """If this fails at_most is ignored as soon as a user adds an agent of his own."""
        assert len(zoo.agents.select(at_most=5)) == 5
        assert len(zoo.agents.select(lambda agent: True, at_most=5)) == 5

    def test_select_by_base_class(self, students):
        """If this fails asking for Citizens finds none when the model has the user's kind of Citizen."""
        Dog(students)
        assert len(students.agents.select(agent_type=Citizen)) == len(students.citizens)
        assert len(students.agents.select(agent_type=Student)) == len(students.citizens)
        assert len(students.agents.select(agent_type=mesa.Agent)) == len(students.citizens) + 1

    def test_groupby_type(self, zoo):
        """If this fails groups of all agents are empty: views were held weakly."""
        counts = {kind: len(group) for kind, group in zoo.agents.groupby(type)}
        assert counts == {Dog: 3, Citizen: len(zoo.citizens)}

    def test_sort_and_shuffle(self, zoo):
        """If this fails two verbs of AgentSet raise as soon as a user adds an agent of his own."""
        assert zoo.agents.sort("age", ascending=True)[0].age == 1
        assert len(zoo.agents.shuffle()) == len(zoo.agents)

    def test_ordinary_agents_can_leave(self, zoo):
        """If this fails remove() of the user's own agents is broken."""
        zoo.agents[0].remove()
        assert len(zoo.agents) == len(zoo.citizens) + 2
        for dog in list(zoo.agents_by_type[Dog]):
            dog.remove()
        assert len(zoo.agents) == len(zoo.citizens)

    def test_citizens_do_not_notice(self):
        """If this fails adding ordinary agents changes the lives of citizens."""
        alone, crowded = (BenefitModel(scale=0.002, months=4, seed=3) for _ in range(2))
        for _ in range(7):
            Dog(crowded)
        assert np.array_equal(alone.run().population["status"], crowded.run().population["status"])
