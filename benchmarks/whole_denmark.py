"""Benchmark: whole Denmark for ten years, a plain Mesa model with the same moves beside it, and scaling.

Each figure is measured in a process of its own. A person-month is one month of one resident aged 18 to the pension age.
The machine's speed cancels in the ratio, so compare ratios, not seconds. Run with ``make bench``; ``--quick`` takes a
tenth of Denmark. Results go to ``benchmarks/last.json``; a line says how the ratio stands against
``benchmarks/reference.json``.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent


def columns(scale: float, months: int, threads: int, decide_at_once: bool = False) -> dict[str, float]:
    """The product: import, synthesis, months, writing; with caseworkers and teams, or with needs decided at once."""
    began = time.perf_counter()
    from experiments.carry_out import write_table
    from sim.model import BenefitModel

    imported = time.perf_counter()
    model = BenefitModel(scale=scale, months=months, threads=threads, decide_at_once=decide_at_once)
    built = time.perf_counter()
    model.run()
    ran = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_table(model.stocks(), Path(folder) / "stocks.parquet")
        write_table(model.flows(), Path(folder) / "flows.parquet")
    written = time.perf_counter()
    residents = sum(model.recorder.stocks[1:, s.code].sum() for s in _resident())
    return {
        "scale": scale,
        "months": months,
        "threads": threads,
        "import_s": imported - began,
        "synthesis_s": built - imported,
        "run_s": ran - built,
        "writing_s": written - ran,
        "cold_start_s": imported - began + built - imported + written - ran,
        "person_months": float(residents),
        "person_months_per_s": float(residents) / (ran - built),
        "peak_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def plain_mesa(scale: float, months: int) -> dict[str, float]:
    """The same moves, one Mesa object a citizen, written the way Mesa's tutorial does it."""
    import mesa

    from agents.statuses import COUNT
    from sim.intensities import BAND_OF_MONTH
    from sim.model import BenefitModel

    start = BenefitModel(scale=scale, months=1, decide_at_once=True)
    rows = [s.code for s in _resident()]
    store, table = start.population, start.intensities.table
    exits = {
        (s, b, p): [(float(h), int(start.intensities.to[s, k])) for k, h in enumerate(table[s, b, p]) if h > 0]
        for s in range(COUNT)
        for b in range(table.shape[1])
        for p in range(table.shape[2])
    }
    bands = BAND_OF_MONTH.tolist()
    resident = set(rows)

    class Person(mesa.Agent):
        def __init__(self, model, status, since, profile):
            super().__init__(model)
            self.status, self.since, self.profile = status, since, profile

        def step(self):
            if self.status not in resident:
                return
            draw = self.model.random.expovariate
            band = bands[min(self.model.month - self.since, len(bands) - 1)]
            first, to = 1.0, None
            for h, destination in exits[self.status, band, self.profile]:
                rings = draw(h)
                if rings < first:
                    first, to = rings, destination
            if to is not None:
                self.status, self.since = to, self.model.month

    class Denmark(mesa.Model):
        def __init__(self):
            super().__init__(seed=1)
            self.month = start.month
            for row in start._resident_rows():
                Person(self, int(store["status"][row]), int(store["since"][row]), int(start.demography.profile[row]))

        def step(self):
            self.month += 1
            self.agents.do("step")

    model = Denmark()
    began, done = time.perf_counter(), 0
    for _ in range(months):
        model.step()
        done += sum(1 for a in model.agents if a.status in resident)
    seconds = time.perf_counter() - began
    return {"citizens": len(model.agents), "months": months, "run_s": seconds, "person_months_per_s": done / seconds}


def _resident():
    from agents.statuses import RESIDENT

    return RESIDENT


def _measure(**task: object) -> dict[str, float]:
    """One measurement in a process of its own."""
    ran = subprocess.run(
        [sys.executable, __file__, "--task", json.dumps(task)], capture_output=True, text=True, check=True
    )
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of Denmark")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.task:
        task = json.loads(arguments.task)
        print(json.dumps({"columns": columns, "plain_mesa": plain_mesa}[task.pop("what")](**task)))
        return

    largest = 0.1 if arguments.quick else 1.0
    threads = os.cpu_count() or 1
    plain = _measure(what="plain_mesa", scale=0.005, months=6)
    same_moves = _measure(what="columns", scale=largest, months=120, threads=threads, decide_at_once=True)
    whole = _measure(what="columns", scale=largest, months=120, threads=threads)
    again = _measure(what="plain_mesa", scale=0.005, months=6)
    slow = (plain["person_months_per_s"] + again["person_months_per_s"]) / 2
    ratio = same_moves["person_months_per_s"] / slow

    print(f"Denmark x {largest:g}, months 1-120, {threads} threads")
    print(f"  months 1-120          {whole['run_s']:8.1f} s   {whole['person_months_per_s'] / 1e6:6.1f} million person-months a second")
    print(f"  cold start            {whole['cold_start_s']:8.1f} s   import {whole['import_s']:.1f}, synthesis {whole['synthesis_s']:.1f}, writing {whole['writing_s']:.1f}")
    print(f"  peak memory           {whole['peak_MB']:8.0f} MB")
    print(f"needs decided at once, no caseworkers: {same_moves['run_s']:.1f} s, {same_moves['person_months_per_s'] / 1e6:.1f} million person-months a second")
    print(f"plain Mesa, {plain['citizens']:.0f} citizens, same moves: {slow / 1e6:.3f} million person-months a second")
    print(f"ratio, same moves       {ratio:8.0f} times plain Mesa")

    print("scaling (one run each):")
    scaling = [_measure(what="columns", scale=s, months=120, threads=threads) for s in (0.01, 0.03, 0.1, 0.3) if s < largest]
    for row in [*scaling, whole]:
        print(f"  {row['scale']:5g}  {row['run_s']:7.2f} s  {row['person_months_per_s'] / 1e6:6.1f} M/s  {row['peak_MB']:6.0f} MB")

    result = {"whole": whole, "same_moves": same_moves, "plain_mesa": slow, "ratio": ratio, "scaling": scaling}
    (HERE / "last.json").write_text(json.dumps(result, indent=1) + "\n")
    reference = HERE / "reference.json"
    if reference.exists() and not arguments.quick:
        before = json.loads(reference.read_text())["ratio"]
        print(f"ratio against the reference: {ratio / before:.2f} (reference {before:.0f})")


if __name__ == "__main__":
    main()
