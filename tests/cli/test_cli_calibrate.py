"""`borgerflow calibrate`: a quick calibration of one rate, resumed, damaged and refused."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from scipy.optimize import least_squares

from borgerflow import main
from calibration.calibrate import Settings
from calibration.twin_path import TwinPath, twin_path
from sim.parameters import Parameters, load, load_vintage

RATE = "rate.dagpenge.employment"
QUICK = ("calibrate", "--quick", "--free", RATE, "--jobs", "1", "--progress", "none")


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A quick calibration of one rate, with small runs, and what it printed."""
    folder = tmp_path_factory.mktemp("calibration") / "out"
    return folder, CliRunner().invoke(main, [*QUICK, "--out", str(folder), "--json"])


@pytest.fixture(scope="module", autouse=True)
def small_runs() -> Iterator[None]:
    """Runs between the fits of a five-hundredth of Denmark, and fits of two steps: that fits arrive is tested in test_fit.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Settings, "polish_scale", 0.002)
        patch.setattr("calibration.fit.least_squares", lambda *args, **how: least_squares(*args, **{**how, "max_nfev": 2}))
        yield


@pytest.fixture(scope="module", autouse=True)
def paths_lived_before() -> Iterator[None]:
    """The twin lives a path once: fits of other figures, and the calibration that goes on, begin where others ended."""
    lived: dict[str, TwinPath] = {}

    def path(p: Parameters) -> TwinPath:
        key = json.dumps({path: one.value for path, one in p.items()}, sort_keys=True)
        if key not in lived:
            lived[key] = twin_path(p)
        return lived[key]

    with pytest.MonkeyPatch.context() as patch:
        for place in ("fit", "calibrate", "vintage"):
            patch.setattr(f"calibration.{place}.twin_path", path)
        yield


@pytest.fixture
def copy(calibrated: tuple[Path, Result], tmp_path: Path) -> Path:
    """The same folder, to be damaged."""
    return Path(shutil.copytree(calibrated[0], tmp_path / "copy"))


def test_a_vintage_comes_out(calibrated: tuple[Path, Result]) -> None:
    """If this fails, what is fitted cannot be run: the vintage does not read, or other rates than the free one have moved."""
    folder, result = calibrated
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["vintage"] == str(folder / "vintage")
    assert told["settings"]["free"] == [RATE]
    assert told["counted"]["fitted"]["figures"] > 100
    own, shipped = load_vintage(told["vintage"]), load()
    moved = {path for path in own if own[path].value != shipped[path].value}
    assert moved == {RATE}
    assert own[RATE].kind == "calibrated"
    assert not (folder / "vintage" / "draws.parquet").exists()
    assert load_vintage(told["vintage"]).changed({"selection.share": 0.2}).value(RATE) > 0


def test_every_run_keeps_its_full_summary(calibrated: tuple[Path, Result]) -> None:
    """If this fails, another loss needs new runs."""
    for file in (calibrated[0] / "probes").glob("*.json"):
        summary = json.loads(file.read_text())
        assert summary["plan"]["values"][RATE] > 0
        assert len(summary["figures"]) > 300
        assert summary["stocks"]["dagpenge"][-1] > 0
        assert summary["flows"]["dagpenge>employment"][0] > 0


def test_it_goes_on_where_it_stopped(calibrated: tuple[Path, Result], copy: Path) -> None:
    """If this fails, a killed calibration begins again, or ends with other rates."""
    written = {file.name: file.stat().st_mtime_ns for file in (copy / "probes").iterdir()}
    (copy / "stages" / "polish 1.json").unlink()
    shutil.rmtree(copy / "vintage")
    result = CliRunner().invoke(main, [*QUICK, "--out", str(copy), "--resume"])
    assert result.exit_code == 0, result.output
    assert {file.name: file.stat().st_mtime_ns for file in (copy / "probes").iterdir()} == written
    for name in ("moves.toml", "selection.csv", "fit.csv"):
        assert (copy / "vintage" / name).read_bytes() == (calibrated[0] / "vintage" / name).read_bytes()


class TestBadInput:
    def test_a_folder_in_use_asks_for_resume(self, copy: Path, mistake: Callable[..., str]) -> None:
        """If this fails, a calibration is silently begun again over another."""
        assert "add --resume" in mistake(*QUICK, "--out", str(copy))

    def test_another_calibration_is_refused(self, copy: Path, mistake: Callable[..., str]) -> None:
        """If this fails, runs of two calibrations are mixed."""
        told = mistake(*QUICK, "--seed", "2", "--out", str(copy), "--resume")
        assert "holds another calibration (different: seed)" in told

    @pytest.mark.parametrize("place", ["stages/twin.json", "calibration.json"])
    def test_a_damaged_stage_is_named(self, copy: Path, mistake: Callable[..., str], place: str) -> None:
        """If this fails, half of a file is taken for a result, or the user sees a traceback."""
        (copy / place).write_text('{"x": [1.0, ')
        told = mistake(*QUICK, "--out", str(copy), "--resume")
        assert str(copy / place) in told
        assert "delete it" in told

    def test_a_damaged_run_is_named(self, copy: Path, mistake: Callable[..., str]) -> None:
        """If this fails, a run whose file was cut off counts with what is left of it."""
        file = next((copy / "probes").iterdir())
        file.write_text(file.read_text()[:1000])
        told = mistake(*QUICK, "--out", str(copy), "--resume")
        assert str(file) in told
        assert "delete it" in told

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (("--fix", RATE), f"parameter '{RATE}' is both fixed (--fix {RATE}) and free (--free {RATE})"),
            (("--fix", "rate.dagpenge.employmen"), "did you mean 'rate.dagpenge.employment'"),
            (("--keep-rates",), "--keep-rates fits nothing"),
            (("--leave-out", "1.5"), "--leave-out 1.5: must be 0 to 0.9"),
            (("--probes", "3"), "--probes 3: must be 40 to 100000"),
            (("--jobs", "0"), "--jobs 0: must be at least 1"),
        ],
    )
    def test_impossible_options_are_refused(self, mistake: Callable[..., str], options: tuple[str, ...], told: str) -> None:
        """If this fails, an impossible calibration begins, or leaves something behind."""
        assert told in mistake(*QUICK, *options, "--out", "new")

    def test_other_files_are_left_alone(self, tmp_path: Path, mistake: Callable[..., str]) -> None:
        """If this fails, a calibration writes among files that are not its own."""
        (tmp_path / "notes").mkdir()
        (tmp_path / "notes" / "mine.txt").write_text("mine")
        assert "holds other files" in mistake(*QUICK, "--out", "notes")

    def test_a_quick_one_is_not_shipped(self, copy: Path, mistake: Callable[..., str]) -> None:
        """If this fails, rates are shipped with draws that belong to others."""
        assert "only a full calibration can be shipped" in mistake(*QUICK, "--out", str(copy), "--resume", "--ship", leaves=True)
