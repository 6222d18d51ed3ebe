"""A made-up small country in 2031: nothing in code says 2014, and a vintage that contradicts itself is refused."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from agents.mistake import Mistake
from borgerflow import main
from sim.fingerprint import digest
from sim.margins import read_margins
from sim.model import BenefitModel
from sim.parameters import FOLDER, load_vintage


@pytest.fixture
def toyland(tmp_path: Path) -> Path:
    """A hundredth of Denmark's stocks, counted in 2031."""
    folder = tmp_path / "toyland"
    shutil.copytree(FOLDER / "2014", folder)
    (folder / "selection.csv").unlink()  # rates of its own are not fitted at other selection shares
    change(folder, "vintage.toml", r"value = 201405", "value = 203105")
    change(folder, "vintage.toml", r"value = 200801", "value = 202501")
    change(folder, "vintage.toml", r"value = 201301", "value = 203001")
    change(folder, "vintage.toml", r"value = 201601", "value = 203301")
    change(folder, "vintage.toml", r"value = 201407", "value = 203107")
    text = (folder / "population.toml").read_text(encoding="utf-8")
    head, stocks, rest = re.split(r"(?=\[stock\])|(?=\n\[women\])", text, maxsplit=2)
    smaller = re.compile(r"(value|low|high) = (\d+)")
    head, stocks = (smaller.sub(lambda m: f"{m[1]} = {int(m[2]) // 100}", part) for part in (head, stocks))
    stocks = re.sub(r"(arbejdsmarkedsydelse|saerlig_uddannelsesydelse) = \{ value = \d+", r"\1 = { value = 0", stocks)
    (folder / "population.toml").write_text(head + stocks + rest, encoding="utf-8")
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text, times = re.subn(old, new, path.read_text(encoding="utf-8"))
    assert times, f"{old} is not in {file}"
    path.write_text(text, encoding="utf-8")


def run(tmp_path: Path, folder: Path, *options: str):
    scenario = tmp_path / "toy.toml"
    scenario.write_text(f'name = "toy"\nmonths = 30\nvintage = "{folder}/"\n', encoding="utf-8")
    out = str(tmp_path / "out")
    return CliRunner().invoke(main, ["run", str(scenario), "--scale", "1", "--out", out, "--progress", "none", *options])


def test_a_small_country_in_2031_runs(tmp_path: Path, toyland: Path) -> None:
    """Wrong if a date, a stock or a label of 2014 were written in code."""
    made = run(tmp_path, toyland)
    assert made.exit_code == 0, made.output
    stocks = pd.read_parquet(tmp_path / "out" / "stocks.parquet")
    assert stocks["month"].min() == pd.Timestamp("2031-04-01")
    start = stocks[stocks["month"] == stocks["month"].min()].set_index("status")["citizens"]
    assert start["foertidspension"] == 2293
    assert start["kontanthjaelp_aktivitetsparat"] == 754
    assert start["arbejdsmarkedsydelse"] == 0
    assert "frozen" in made.output  # the run goes past the vintage's last law
    jobafklaring = stocks[stocks["status"] == "jobafklaring"].set_index("month")["citizens"]
    assert jobafklaring[:"2031-06"].max() < 10 < jobafklaring.iloc[-1]  # its own reform comes in July 2031
    assert run(tmp_path, toyland).exit_code == 0  # finished: returned at once


@pytest.mark.usefixtures("short_report")
def test_a_changed_vintage_is_another_run(tmp_path: Path, toyland: Path) -> None:
    """Wrong if results of the old numbers were returned for new ones."""
    assert run(tmp_path, toyland, "--months", "2").exit_code == 0
    change(toyland, "population.toml", "foertidspension = { value = 2293", "foertidspension = { value = 2000")
    from sim.parameters import load

    load.cache_clear()  # a new process reads the file again
    again = run(tmp_path, toyland, "--months", "2")
    assert again.exit_code == 2
    assert "another run" in again.output


def test_persons_are_conserved_in_toyland(toyland: Path) -> None:
    """Wrong if conservation rested on Denmark's numbers."""
    luck = int(digest([1, 0])[:15], 16)  # that of the runs above: their past is lived once
    model = BenefitModel(scale=1.0, months=12, seed=luck, parameters=load_vintage(f"{toyland}/")).run()
    assert model.recorder.stocks.sum(axis=1).min() == model.recorder.stocks.sum(axis=1).max()


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("population.toml", r"foertidspension = \{ value = 2293", "foertidspension = { value = 99999", "nobody is left"),
        ("population.toml", r"fleksjob = \{ value = 566", "fleksjob = { value = -566", "outside the allowed"),
        ("population.toml", r"(?m)^fleksjob = \{ value = 566.*\n", "", "'stock.fleksjob' is missing"),
        ("population.toml", r"fleksjob = \{ value = 566", "flexjob = { value = 566", "did you mean 'stock.fleksjob'"),
        ("population.toml", r"hovedstaden = \{ value = 32", "kobenhavn = { value = 32", "unknown parameter"),
        ("moves.toml", r"\[rate.fleksjob\]", "[rate.flexjob]", "names a status that does not exist"),
        ("vintage.toml", "203105", "203113", "is not a month"),
        ("rules.toml", r"\[limit.dagpenge\]", "[limit.dagpenge", "not valid TOML"),
    ],
)
def test_a_vintage_that_cannot_be_used_is_refused(
    toyland: Path, file: str, old: str, new: str, message: str
) -> None:
    """Wrong if stocks that contradict the margins, negative or missing cells, or unknown names were taken."""
    change(toyland, file, old, new)
    with pytest.raises(Mistake, match=re.escape(message)):
        parameters = load_vintage(f"{toyland}/")
        read_margins(parameters)
        parameters.month("vintage.first_month")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("past.toml", r"(?m)^foertidspension = \{ value = \[[^\]]*\]", "foertidspension = { value = []", "at least one number"),
        ("past.toml", r"(?m)^foertidspension = \{ value = \[[^\]]*\]", "foertidspension = { value = 2", "must be a list"),
        ("past.toml", r"(?m)^efterloen = \{ value = 1.3", "efterloen = { value = [1.3]", "must be one number"),
        ("past.toml", r"(?m)^efterloen = \{ value = 1.3", "efterlon = { value = 1.3", "did you mean 'past.stock.efterloen'"),
        ("household.toml", r"years = \{ value = 3, unit = \"years\", low = 1", 'years = { value = 0, unit = "years", low = 0', "at least 1/6"),
        ("household.toml", r"(?s)(\[household.population\].*?)single = \{ value = \d+(.*?)common_children = \{ value = \d+(.*?)common_children = \{ value = \d+(.*?)married = \{ value = \d+",
         r"\1single = { value = 0\2common_children = { value = 0\3common_children = { value = 0\4married = { value = 0", "must sum to more than 0"),
        ("vintage.toml", "value = 202501", "value = 203106", "is after vintage.first_month"),
    ],
)
def test_an_impossible_past_is_refused_before_anything_is_written(
    tmp_path: Path, toyland: Path, file: str, old: str, new: str, message: str
) -> None:
    """Wrong if a past that cannot be lived gave a traceback, or a half-written folder."""
    change(toyland, file, old, new)
    made = run(tmp_path, toyland, "--months", "2")
    assert made.exit_code == 2, made.output
    assert message in made.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (r"path,at_0.2,at_0.6,at_1", "path,at_1,at_0.6,at_0.2", "columns are path,at_1"),
        (r"(?m)^(selection.spread,[^,]*),[^,]*,", r"\1,0.5,", "fit again, or delete"),
        (r"(?m)^(selection.spread,[^,]*,[^,]*),[^,\n]*", r"\1", "3 values, expected 4"),
        (r"(?m)^selection.spread,[^,]*", "selection.spread,-1", "above 0"),
        (r"(?m)^selection.spread,[^,]*", "selection.spread,x", "could not convert"),
        (r"(?m)^selection.spread", "selection.spred", "did you mean 'selection.spread'"),
    ],
)
def test_rates_fitted_at_other_shares_must_belong_to_the_vintage(toyland: Path, old: str, new: str, message: str) -> None:
    """Wrong if rates of another fit, of swapped ends or half a line were taken in silence."""
    shutil.copy(FOLDER / "2014" / "selection.csv", toyland)
    change(toyland, "selection.csv", old, new)
    with pytest.raises(Mistake, match=re.escape(message)):
        load_vintage(f"{toyland}/")
