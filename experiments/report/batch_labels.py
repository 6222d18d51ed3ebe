"""What levers, uncertainties, outcomes and reforms of a batch are called on a page."""

from collections.abc import Mapping
from typing import Any

from agents.mistake import Mistake
from experiments.batch.experiment import Experiment
from experiments.words import Words
from experiments.words.labels import Labels
from experiments.words.outcomes import outcome_label, outcome_unit
from policies.registry import Registry


def labels_of(experiment: Experiment, w: Words) -> Labels:
    """Labels in the language of ``w``: policies by their label and the parameter's name, parameters of the world by their label,
    scenarios by their title."""
    names: dict[str, str] = {outcome: outcome_label(w, outcome) for outcome in experiment.outcomes}
    registry = Registry(experiment.policy_files)
    for lever in experiment.levers:
        policy, _, parameter = lever.partition(".")
        names[lever] = f"{_in(registry[policy].label, w)}: {parameter}"
    base = _scenario(experiment, experiment.base)
    if base is not None and experiment.uncertainties:
        parameters = base.read_parameters()
        names |= {path: _in(parameters[path], w) for path in experiment.uncertainties}
    for name in (*experiment.reforms, *experiment.worlds):
        scenario = _scenario(experiment, name)
        if scenario is not None:
            names[scenario.name] = _in(scenario.title, w) if scenario.title else scenario.name
    if experiment.title:
        names[experiment.name] = _in(experiment.title, w)
    return Labels(w, names, {outcome: outcome_unit(w, outcome) for outcome in experiment.outcomes})


def _scenario(experiment: Experiment, name: str) -> Any:
    try:
        return experiment.scenario(name)
    except Mistake:  # its file is not there any more
        return None


def _in(text: Any, w: Words) -> str:
    return str(getattr(text, w.language))


def better_of(experiment: Experiment, outcomes: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Outcomes of which more (+1) or less (-1) is better, the one that decides first."""
    found = {name: int(told["better"]) for name, told in outcomes.items() if told["better"]}
    first = experiment.decide_by
    return {first: found[first], **found} if first is not None else found
