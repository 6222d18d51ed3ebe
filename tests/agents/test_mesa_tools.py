"""Mesa's own tools on the model: DataCollector, batch_run, steps; and a user's script from end to end."""

import inspect
import pickle

import mesa
import numpy as np
import pandas as pd
import pytest

from agents import Citizen, Column, vectorised
from agents.mistake import Mistake
from agents.statuses import CODE, RESIDENT
from sim import BenefitModel


def test_steps_and_running(model):
    """If this fails Mesa's step counter and ours disagree, or a finished model goes on."""
    assert (model.steps, model.running) == (0, True)
    while model.running:
        model.step()
    assert model.steps == model.months == model.recorder.done == 6
    with pytest.raises(Mistake, match="has ended with 2014-10"):
        model.step()


def test_own_collector_of_the_model(model):
    """If this fails the built-in collector does not hold the stocks of the months."""
    model.run()
    frame = model.datacollector.get_model_vars_dataframe()
    stocks = model.stocks().pivot(index="month", columns="status", values="persons")
    assert list(frame.columns) == [s.name for s in RESIDENT]
    assert len(frame) == 7
    assert np.array_equal(frame.to_numpy(), stocks[frame.columns].to_numpy())


def test_data_collector_of_the_user(model):
    """If this fails mesa.DataCollector cannot be used on the model and its agents."""
    collector = mesa.DataCollector(
        model_reporters={"n": lambda m: len(m.agents), "month": "month", "women": lambda m: m.citizens.agg("sex", sum)},
        agenttype_reporters={Citizen: {"status": "status", "age": lambda a: a.age}},
    )
    collector.collect(model)
    model.step()
    collector.collect(model)
    frame = collector.get_model_vars_dataframe()
    assert frame["month"].tolist() == [model.start - 1, model.start]
    assert frame["n"].iloc[1] == sum(map(len, (model.citizens, model.municipalities, model.caseworkers, model.teams, model.employers)))
    agents = collector.get_agenttype_vars_dataframe(Citizen)
    assert list(agents.index.names) == ["Step", "AgentID"]
    last = agents.loc[1]
    assert last.index.tolist() == model.citizens.rows.tolist()
    assert last["status"].tolist() == model.citizens.status.tolist()
    assert last["age"].tolist() == model.citizens.age.tolist()


def test_agent_reporters(model):
    """If this fails agent_reporters do not see all agents, or two of them have the same id."""
    collector = mesa.DataCollector(agent_reporters={name: lambda agent, name=name: getattr(agent, name, None) for name in ("status", "hired")})
    collector.collect(model)
    frame = collector.get_agent_vars_dataframe()
    assert len(frame) == len(model.agents) > len(model.citizens)
    assert frame.index.is_unique
    assert frame["status"].notna().sum() == len(model.citizens)
    assert frame["hired"].notna().sum() == len(model.caseworkers)


def test_batch_run():
    """If this fails mesa.batch_run does not work on the model, or its steps are not the months."""
    given = {"rng": [1, 2]} if "rng" in inspect.signature(mesa.batch_run).parameters else {}  # Mesa 3.4 and later
    rows = mesa.batch_run(
        BenefitModel, {"scale": [0.002], "months": 6, "seed": [None] if given else [1, 2]}, number_processes=1, display_progress=False,
        data_collection_period=1, **given,
    )
    frame = pd.DataFrame(rows)
    for seed in (1, 2):
        expected = BenefitModel(scale=0.002, months=6, seed=seed).run().recorder.stocks[:, CODE["dagpenge"]] / 0.002
        got = frame[frame["seed"] == seed].set_index("Step")["dagpenge"]
        assert got.tolist() == expected[got.index.astype(int)].tolist()
        assert len(got) >= 6  # Mesa 3.3 leaves out the last month, newer ones do not
    first, second = (frame[frame["seed"] == s].drop(columns=["RunId", "seed"]).to_numpy().tolist() for s in (1, 2))
    assert first != second


def test_a_users_script():
    """If this fails the three things a student does first do not work together."""

    class Seeker(Citizen):
        applications = Column(np.int32, unit="letters", doc="Letters written.")

        @vectorised
        def write(self, letters):
            self.applications = self.applications + letters * self.is_in("dagpenge")

    model = BenefitModel(scale=0.002, months=3, seed=1, citizen_class=Seeker)
    written = 0
    while model.running:
        model.step()
        unemployed = model.citizens.select(model.citizens.is_in("dagpenge"))
        written += 4 * len(unemployed)
        model.citizens.do("write", 4)
    assert isinstance(model.citizens[0], Seeker)
    assert model.population["applications"].sum() == written > 0
    plain = BenefitModel(scale=0.002, months=3, seed=1).run()
    assert np.array_equal(plain.population["status"], model.population["status"])


def test_pickle_of_a_set(model):
    """If this fails a set of citizens cannot be sent to another process, as Mesa's sets can."""
    some = model.citizens.select(model.citizens.age > 60)
    again = pickle.loads(pickle.dumps(some))
    assert np.array_equal(again.rows, some.rows)
    assert np.array_equal(again.birth_month, some.birth_month)
    assert again[0].age == some[0].age


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"scale": 0}, "scale"), ({"scale": 1.5}, "scale"), ({"scale": float("nan")}, "scale"), ({"months": 0}, "months"),
     ({"threads": 0}, "threads"), ({"start": "2014-5"}, "YYYY-MM")],
)
def test_impossible_settings_are_refused(settings, named):
    """If this fails a mistake in the first line of a script is found after minutes, or never."""
    with pytest.raises(ValueError, match=named):
        BenefitModel(**{"scale": 0.002, "months": 2, **settings})


def test_negative_time_in_status_is_impossible():
    """If this fails a run that starts before the shipped count has people who began their status in the future."""
    try:
        model = BenefitModel(scale=0.002, months=2, start="2013-06")
    except Mistake:
        return  # refusing an earlier start is as good
    assert model.citizens.months_in_status.min() >= 0
    assert model.citizens.months_in_spell.min() >= 0
