"""Finished results: opened again, and their reports written."""

from pathlib import Path

from agents.mistake import Mistake
from experiments.batch.place import open_place
from experiments.batch.result import DESIGN, BatchResult
from experiments.compare import Comparison
from experiments.result import RunResult
from experiments.store import MANIFEST, PLAN
from experiments.words import Language


def open_result(folder: Path | str) -> RunResult | BatchResult:
    """A finished run, comparison or batch, by its folder (a batch also by an address that fsspec knows).

    Raises:
        Mistake: when nothing finished lies there.
    """
    if "://" in str(folder):
        result = BatchResult(open_place(str(folder)))
        if not result.place.finished:
            raise Mistake(f"there is no finished batch at {folder}")
        return result
    path = Path(folder)
    if not path.is_dir():
        raise Mistake(f"run folder {path} does not exist")
    if not (path / MANIFEST).exists() or not (path / "summary.json").exists():
        raise Mistake(
            f"run folder {path} is not finished; run the same command again to go on" if (path / PLAN).exists()
            else f"{path} is not a run folder: it has no {MANIFEST}"
        )
    if (path / DESIGN).exists():
        return BatchResult(open_place(str(path)))
    return Comparison(path) if (path / "effects.parquet").exists() else RunResult(path)


def write_report(result: RunResult | BatchResult, language: Language = "en") -> str:
    """Write ``report.html`` (English) or ``report.da.html`` (Danish) beside a result's tables, and return where. Raises Mistake when it
    cannot be written."""
    if isinstance(result, BatchResult):
        from experiments.report.batch_report import write_batch_report

        return write_batch_report(result, language)
    from experiments.report.run_report import write_run_report

    return str(write_run_report(result, language))
