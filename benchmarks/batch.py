"""Benchmark of batches: what a unit costs beyond its simulation, and how well two processes share the work.

The same batch of 100 small runs is carried out by one process and by two, each in a process of its own, and one of 1,000 by two. Ratios
of one run are what counts: seconds differ between machines. Two processors may be two threads of one core, or share their memory with others: so beside the batch's
efficiency stands the machine's, of two processes that have nothing to do with each other and simulate the same model at the same time.
Run with ``make bench`` (a quarter of an hour); results go to ``benchmarks/last_batch.json``.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCALE, MONTHS = 0.01, 60
UNITS_OF_A_PAST = 10
ALONE = "alone"
"""Argument with which this file simulates models without a batch."""
WANTED = {"efficiency": 0.85, "overhead_ms": 50.0, "minutes_for_1000": 10.0}


def carried_out(jobs: int, units: int) -> dict[str, Any]:
    """Seconds of a batch of so many units with so many processes, and of its simulations."""
    from experiments import Experiment, run
    from experiments.batch.place import open_place
    from experiments.batch.worker import FACTS

    caps = (15, 20, 25, 30, 35, 40, 50, 60, 80)
    experiment = Experiment(name="bench", levers={"caseload_cap.cap": caps}, months=MONTHS, scale=SCALE, replications=units // UNITS_OF_A_PAST)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        run(experiment, out=folder, jobs=jobs)
        seconds = time.perf_counter() - began
        place = open_place(folder)
        done = [unit.name for unit in (Path(folder) / "units").iterdir()]
        found = [place.read_unit(unit, FACTS) for unit in done]
    return {"jobs": jobs, "units": len(done), "seconds": seconds, "simulating": sum(f[0]["seconds"] for f in found if f is not None)}


def simulated(models: int = 6) -> float:
    """Seconds of a model's months, median of some of the same past; the first, which compiles, is not counted."""
    from sim.model import BenefitModel

    seconds = []
    for _ in range(1 + models):
        model = BenefitModel(scale=SCALE, months=MONTHS, seed=1)
        began = time.perf_counter()
        model.run()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds[1:])


def machine_efficiency(command: list[str]) -> float:
    """How fast two unrelated processes are at the same time, against one alone."""

    def together(processes: int) -> float:
        started = [subprocess.Popen([*command, ALONE], stdout=subprocess.PIPE, text=True) for _ in range(processes)]
        return statistics.mean(float(process.communicate()[0].splitlines()[-1]) for process in started)

    return together(1) / together(2)


def main() -> None:
    """Run both, each in a process of its own, and print what was asked for beside what was found."""
    if sys.argv[1:] == [ALONE]:
        print(simulated())
        return
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(carried_out(*map(int, sys.argv[1:]))))
        return
    command = [sys.executable, str(Path(__file__).resolve())]
    asked = (("1", "100"), ("2", "100"), ("2", "1000"))  # processes and units
    runs = [json.loads(subprocess.run([*command, *one], capture_output=True, text=True, check=True).stdout.splitlines()[-1]) for one in asked]
    one, two, thousand = runs
    found = {
        "efficiency": one["seconds"] / (2 * two["seconds"]),
        "overhead_ms": 1000 * (one["seconds"] - one["simulating"]) / one["units"],
        "minutes_for_1000": thousand["seconds"] / 60,
    }
    machine = machine_efficiency(command)
    (HERE / "last_batch.json").write_text(json.dumps({"runs": runs, **found, "machine_efficiency": machine}, indent=1) + "\n", encoding="utf-8")
    for name, value in found.items():
        print(f"{name:18} {value:8.2f}   wanted {'at least' if name == 'efficiency' else 'at most'} {WANTED[name]:g}")
    print(f"{'machine':18} {machine:8.2f}   two unrelated processes at once, against one alone")


if __name__ == "__main__":
    main()
