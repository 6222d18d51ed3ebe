"""Benchmark of batches: what a unit costs beyond its simulation, and how well two processes share the work.

The same small batch is carried out by one process and by two, each in a process of its own. Ratios of one run are what counts: seconds
differ between machines. Run with ``make bench``; results go to ``benchmarks/last_batch.json``.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCALE, MONTHS, REPLICATIONS = 0.01, 60, 4
WANTED = {"efficiency": 0.85, "overhead_ms": 50.0, "minutes_for_1000": 10.0}


def carried_out(jobs: int) -> dict[str, Any]:
    """Seconds of a batch of 40 units with so many processes, and of its simulations."""
    from experiments import Experiment, run
    from experiments.batch.place import open_place
    from experiments.batch.worker import FACTS

    caps = (15, 20, 25, 30, 35, 40, 50, 60, 80)
    experiment = Experiment(name="bench", levers={"caseload_cap.cap": caps}, months=MONTHS, scale=SCALE, replications=REPLICATIONS)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        run(experiment, out=folder, jobs=jobs)
        seconds = time.perf_counter() - began
        place = open_place(folder)
        units = [unit.name for unit in (Path(folder) / "units").iterdir()]
        found = [place.read_unit(unit, FACTS) for unit in units]
    return {"jobs": jobs, "units": len(units), "seconds": seconds, "simulating": sum(f[0]["seconds"] for f in found if f is not None)}


def main() -> None:
    """Run both, each in a process of its own, and print what was asked for beside what was found."""
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(carried_out(int(sys.argv[1]))))
        return
    command = [sys.executable, str(Path(__file__).resolve())]
    runs = [json.loads(subprocess.run([*command, str(jobs)], capture_output=True, text=True, check=True).stdout.splitlines()[-1]) for jobs in (1, 2)]
    one, two = runs
    found = {
        "efficiency": one["seconds"] / (2 * two["seconds"]),
        "overhead_ms": 1000 * (one["seconds"] - one["simulating"]) / one["units"],
        "minutes_for_1000": two["seconds"] / two["units"] * 1000 / 60,
    }
    (HERE / "last_batch.json").write_text(json.dumps({"runs": runs, **found}, indent=1) + "\n", encoding="utf-8")
    for name, value in found.items():
        print(f"{name:18} {value:8.2f}   wanted {'at least' if name == 'efficiency' else 'at most'} {WANTED[name]:g}")


if __name__ == "__main__":
    main()
