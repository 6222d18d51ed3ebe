"""Pages: numbers up to date, names that exist, one word for one thing, links that lead somewhere."""

import importlib
import importlib.util
import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from reading import DOCS, PAGES, ROOT

from sim.parameters import load

BY_NAME = {page.name: page.read_text(encoding="utf-8") for page in PAGES}


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    """docs/pages.py, which stands outside all packages."""
    spec = importlib.util.spec_from_file_location("docs_pages", DOCS / "pages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_numbers_are_up_to_date(writer: ModuleType) -> None:
    """If this fails a page shows numbers of another vintage, library or benchmark: `make pages` writes them again."""
    stale = [file.name for file, text in writer.pages() if file.read_text(encoding="utf-8") != text]
    assert not stale


def test_the_documentation_builds_without_warnings(tmp_path: Path) -> None:
    """If this fails `make docs` fails: a link, a reference, a docstring or a page outside the contents.

    The two long catalogues are cut short, and tutorials are not executed (test_tutorials.py does); nothing is written as HTML."""
    shutil.copytree(DOCS, tmp_path / "docs", ignore=shutil.ignore_patterns("_build", ".jupyter_cache"))
    shutil.copy(ROOT / "CHANGELOG.md", tmp_path)
    for name in ("parameters.md", "policies.md"):
        (tmp_path / "docs" / name).write_text("\n".join(BY_NAME[name].splitlines()[:40]) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "dummy", "-D", "nb_execution_mode=off", "docs", "built"]
    done = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_links_of_the_readme_lead_somewhere() -> None:
    """If this fails a link of the README, which Sphinx does not read, leads nowhere."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)(?:#([^)]*))?\)", BY_NAME["README.md"])
    assert len(links) > 10
    for link, anchor in links:
        assert (ROOT / link).exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", (ROOT / link).read_text(encoding="utf-8"), flags=re.M)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, anchor


def test_the_model_page_names_every_module() -> None:
    """If this fails a part of the model is not described: a module of agents or sim that docs/model.md does not name."""
    modules = {f.relative_to(ROOT).as_posix() for folder in ("agents", "sim") for f in (ROOT / folder).rglob("*.py") if f.name != "__init__.py"}
    named = set(re.findall(r"`((?:agents|sim)/[\w/]+\.py)`", BY_NAME["model.md"]))
    assert named >= modules, modules - named


@pytest.mark.parametrize("page", ["model.md", "faq.md", "trace.md", "evidence.md", "calibration.md", "versions.md", "CONTRIBUTING.md"])
def test_files_that_a_page_names_exist(page: str) -> None:
    """If this fails a page names a file that is not there (any more)."""
    text = BY_NAME.get(page) or (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:agents|policies|sim|calibration|experiments|dashboard|docs|tests|benchmarks)/[\w/.]+\.\w+)`", text))
    assert not {name for name in named if not (ROOT / name).exists()}


def test_parameters_that_the_model_page_names_exist() -> None:
    """If this fails docs/model.md names a parameter that is called otherwise."""
    paths = set(load())
    tables = {path.rsplit(".", cut)[0] for path in paths for cut in range(1, path.count(".") + 1)}
    firsts = {path.partition(".")[0] for path in paths}
    said = {name for name in re.findall(r"`([a-z_]+(?:\.[a-z0-9_]+)+)`", BY_NAME["model.md"]) if name.partition(".")[0] in firsts}
    assert len(said) > 20
    files = {name for name in said if name.endswith((".toml", ".csv", ".parquet"))}
    assert said - files <= paths | tables, said - files - paths - tables


def stable_names() -> dict[str, list[str]]:
    """Stable names by module, as docs/versions.md lists them."""
    rows = re.findall(r"^\| `([\w.]+)` \| (.*) \|$", BY_NAME["versions.md"], flags=re.M)
    return {module: re.findall(r"`(\w+)`", names) for module, names in rows}


def test_stable_names_exist_and_are_described() -> None:
    """If this fails a name that is promised is gone, or the API page does not describe it."""
    named = stable_names()
    assert sum(map(len, named.values())) > 30
    for module, names in named.items():
        for name in names:
            assert getattr(importlib.import_module(module), name).__doc__, f"{module}.{name}"
            assert re.search(rf"\b{name}\b", BY_NAME["api.md"]), f"{module}.{name}"


def test_what_packages_offer_is_promised() -> None:
    """If this fails a package offers a name to users (`__all__`) that is not among the stable ones."""
    for module in ("experiments", "policies", "sim", "agents"):
        assert set(importlib.import_module(module).__all__) == set(stable_names()[module]), module


def test_what_readers_are_shown_is_promised() -> None:
    """If this fails a page or tutorial teaches a name that may be gone in the next version."""
    promised = stable_names()
    promised["calibration.measure"] = importlib.import_module("calibration.measure").__all__
    texts = {**BY_NAME, **{file.name: file.read_text(encoding="utf-8") for file in (DOCS / "tutorials").glob("*.py")}}
    shown = [
        (page, module, name.strip())
        for page, text in texts.items()
        for module, names in re.findall(r"^ *from ((?:sim|agents|policies|calibration|experiments|dashboard)[\w.]*) import \(?([\w, ]+)", text, flags=re.M)
        for name in names.split(",")
        if page != "CONTRIBUTING.md"
    ]
    assert len(shown) > 15
    assert not [one for one in shown if one[2] not in promised.get(one[1], ())]


def test_packages_are_typed() -> None:
    """If this fails users' type checkers ignore our types."""
    assert all((ROOT / name / "py.typed").exists() for name in ("agents", "policies", "sim", "calibration", "experiments", "dashboard"))


WORDS = {
    "caseworker": "sagsbehandler", "rehabilitation team": "team", "municipalit": "kommun", "interview": "samtale", "refund": "refusion", "offset": "modreg",
    "employer": "virksomhed", "replication": "gentagelse", "held out": "tilbageholdt", "tolerance": "tolerance", "breach": "brud", "congestion": "trængsel",
    "twin": "tvilling", "citizen": "borger", "client": "klient", "vintage": "årgang", "lever": "håndtag", "polic": "politik", "scenario": "scenari", "draw": "træk",
    "luck": "held", "clawback": "tilbageløb", "selection share": "selektionsandel", "spell": "forløb", "directly affected": "direkte berørt",
}  # fmt: skip
"""Words of the glossary that texts for users contain: how each begins, in both languages."""
OTHER_WORDS = ("case worker", "case manager", "job centre", "job center", "jobcenter ", "activation-ready", "employment-ready", "rehab team", "reimbursement", "trækninger")
"""What else such things are called elsewhere; here they are not."""


def test_one_word_for_one_thing() -> None:
    """If this fails texts for users call a thing otherwise than the glossary does."""
    shown = tomllib.loads((ROOT / "experiments" / "words" / "texts.toml").read_text(encoding="utf-8"))
    en, da = (str(shown[language]).lower() for language in ("en", "da"))
    glossary = BY_NAME["glossary.md"].lower()
    assert not {word for word in WORDS if word not in en or word not in glossary}
    assert not {word for word in WORDS.values() if word not in da or word not in glossary}
    texts = {**BY_NAME, "texts.toml": en + da}
    assert not {(word, name) for word in OTHER_WORDS for name, text in texts.items() if name != "policies.md" and word in text.lower()}


def test_the_month_is_numbered_as_in_the_model_description() -> None:
    """If this fails, who reads `BenefitModel.step` beside docs/model.md looks for a phase under another number."""
    from sim.model import BenefitModel

    lines = [int(number) for number in re.findall(r"  # (\d+) ", inspect.getsource(BenefitModel.step))]
    schedule = (DOCS / "model.md").read_text(encoding="utf-8").partition("### Process overview and scheduling")[2].partition("## Design concepts")[0]
    phases = [int(number) for number in re.findall(r"^(\d+)\. ", schedule, flags=re.MULTILINE)]
    assert lines == sorted(lines)
    assert sorted(set(lines)) == phases == list(range(1, len(phases) + 1))


def test_the_citation_is_of_this_version() -> None:
    """If this fails who cites the program names another version."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version {version}, with the commit" in (ROOT / "README.md").read_text(encoding="utf-8")
