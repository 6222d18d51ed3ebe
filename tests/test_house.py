"""The house: who may import whom, what things are called, and what starts fast."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOOR = {"agents": 1, "policies": 2, "sim": 3, "calibration": 4, "experiments": 4, "dashboard": 5}
FRONT = "borgerflow"
KIT = "policies.testing"
"""The public test kit for policies drives the simulation, which stands above them; nothing in the house may import it."""
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "core"}


def module_name(file):
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {
    module_name(f): f
    for f in sorted([ROOT / f"{FRONT}.py", *(f for name in FLOOR for f in (ROOT / name).rglob("*.py"))])
    if "__pycache__" not in f.parts
}


def is_type_checking(node):
    test = node.test
    return isinstance(node, ast.If) and "TYPE_CHECKING" in (getattr(test, "id", ""), getattr(test, "attr", ""))


def imports(name, *, lazy=True):
    """Modules that a module imports: (module, imported name or "", line). Leaves TYPE_CHECKING blocks aside."""
    file = FILES[name]
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    found = []

    def walk(node):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and is_type_checking(child):
                for other in child.orelse:
                    walk(other)
                continue
            if not lazy and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            if isinstance(child, ast.Import):
                found.extend((alias.name, "", child.lineno) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                if child.level:
                    above = package.split(".")[: len(package.split(".")) - child.level + 1]
                    base = ".".join([*above, *([base] if base else [])])
                found.extend((base, alias.name, child.lineno) for alias in child.names)
            walk(child)

    walk(ast.parse(file.read_text(encoding="utf-8")))
    return found


def edges(name, *, lazy):
    """Modules of the house that a module imports, resolved to files (``from a import b`` may mean module a.b)."""
    found = set()
    for module, member, _ in imports(name, lazy=lazy):
        target = f"{module}.{member}" if f"{module}.{member}" in FILES else module
        if target in FILES and target != name:
            found.add(target)
    return found


def test_all_floors_are_looked_at():
    """If this fails the tests below look at nothing, or a new package stands outside the floors."""
    assert len(FILES) > 25
    packages = {f.parent.name for f in ROOT.glob("*/__init__.py")}
    assert packages == set(FLOOR)


@pytest.mark.parametrize("name", FILES)
def test_imports_go_down(name):
    """If this fails a lower floor knows a higher one, or two packages of one floor know each other."""
    here = name.partition(".")[0]
    if here == FRONT or name == KIT:
        return
    for module, _, line in imports(name):
        there = module.partition(".")[0]
        assert there != FRONT, f"{name}:{line} imports the command line"
        if there in FLOOR and there != here:
            assert FLOOR[there] < FLOOR[here], f"{name}:{line} imports {module}: floor {FLOOR[here]} to {FLOOR[there]}"


def test_nobody_uses_the_test_kit():
    """If this fails something of the house depends on the test kit, which alone may look upwards."""
    assert not [name for name in FILES if KIT in edges(name, lazy=True)]


def test_no_circle():
    """If this fails modules import each other in a circle: none of them can be read or tested alone."""
    graph = {name: edges(name, lazy=False) for name in FILES}
    done, path = set(), []

    def visit(name):
        if name in path:
            raise AssertionError(" -> ".join([*path[path.index(name) :], name]))
        if name in done:
            return
        path.append(name)
        for other in sorted(graph[name]):
            visit(other)
        path.pop()
        done.add(name)

    for name in graph:
        visit(name)
    assert sum(map(len, graph.values())) > 50


def test_the_reader_of_imports_reads():
    """If this fails the tests above are blind: known imports are not found, or TYPE_CHECKING ones are."""
    assert "sim.race" in edges("sim.model", lazy=False)
    assert "agents.statuses" in edges("sim.twin", lazy=False)
    assert "sim.model" in edges("sim", lazy=True)
    assert "sim.model" not in edges("sim", lazy=False)


@pytest.mark.parametrize("name", [n for n in FILES if n.partition(".")[0] not in ("agents", "sim", FRONT)])
def test_mesa_stays_below(name):
    """If this fails Mesa (two seconds, and a global start method for processes) is imported outside agents and sim."""
    assert "mesa" not in {module.partition(".")[0] for module, _, _ in imports(name)}


@pytest.mark.parametrize("name", [n for n in FILES if not n.startswith(("dashboard", FRONT))])
def test_dash_stays_above(name):
    """If this fails something below the dashboard knows how people look at results."""
    assert "dash" not in {module.partition(".")[0] for module, _, _ in imports(name)}


def test_evidence_is_read_on_its_own_floor():
    """If this fails a lower floor reads evidence instead of parameters."""
    for name, file in FILES.items():
        if name.partition(".")[0] in ("agents", "policies", "sim"):
            nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            strings = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            assert not any("evidence/" in s and "\n" not in s for s in strings), name


def repository_files():
    """Files under version control and new ones that are not ignored; without git, the folders of the house."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        listed = [str(f.relative_to(ROOT)) for folder in (*FLOOR, "docs", "tests") for f in (ROOT / folder).rglob("*")]
    return [ROOT / name for name in listed if (ROOT / name).is_file() and "__pycache__" not in name]


def test_nothing_has_a_vague_name():
    """If this fails a drawer for everything has been opened."""
    for file in repository_files():
        parts = file.relative_to(ROOT).with_suffix("").parts
        assert not VAGUE & {part.lower() for part in parts}, file


def test_no_path_of_one_machine():
    """If this fails a file works, or reads well, on one machine only."""
    places = re.compile(r"(?<![\w.:/}$~-])/(?:" + "|".join(["work", "root", "home", "Users", "tmp"]) + r")/[\w.]")
    for file in repository_files():
        if file.suffix in (".png", ".svg", ".parquet", ".gz", ".ico", ".woff2"):
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            assert not places.search(line), f"{file.relative_to(ROOT)}:{number}: {line.strip()[:120]}"


def python(code):
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["compare", "--help"], ["--version"]])
def test_help_is_light(arguments):
    """If this fails help ends with an error, or loads heavy libraries: two seconds of waiting for a page of text."""
    code = (
        f"import sys; sys.argv = ['borgerflow', *{arguments!r}]\n"
        "from borgerflow import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'mesa', 'pandas', 'numba', 'scipy', 'plotly', 'dash', 'pyarrow'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    assert python(code).strip()


def test_importing_experiments_is_light():
    """If this fails every command, worker process and notebook waits for libraries that an analysis alone asks for."""
    python("import sys, experiments; assert not {'SALib', 'scipy.stats', 'sklearn', 'mesa', 'plotly', 'distributed'} & set(sys.modules)")


def test_importing_sim_is_light():
    """If this fails `import sim` alone waits for Mesa and changes multiprocessing's start method for the user."""
    python("import sys, sim; assert 'mesa' not in sys.modules")


def test_dashboard_never_imports_mesa():
    """If this fails the dashboard pulls in Mesa through the back door: agents/__init__.py imports it for any module."""
    names = [name for name in FILES if name.startswith("dashboard")]
    assert names
    python(f"import importlib, sys\nfor name in {names!r}:\n    importlib.import_module(name)\n    assert 'mesa' not in sys.modules, name")


def test_public_names_have_docstrings():
    """If this fails something public is undocumented."""
    for name, file in FILES.items():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), name
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{name}.{node.name}"
