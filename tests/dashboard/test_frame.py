"""The frame round the pages: texts, addresses, and which results are there. No browser."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from agents.mistake import Mistake
from borgerflow import main
from dashboard.app import LONGEST_ADDRESS, make_app, make_services, read_query
from dashboard.pages import PAGES
from dashboard.results import Opened, Results
from dashboard.words import FOLDER, Trouble, catalogues
from experiments import words as reports
from experiments.result import RunResult


def test_both_languages_have_the_same_texts():
    """Wrong if a text were missing in one language, or a Danish text were left in English."""
    texts = catalogues()
    assert texts["en"].keys() == texts["da"].keys()
    assert len(texts["en"]) > 30


def test_every_text_has_the_same_blanks():
    """Wrong if a number or a name were left out of a sentence in one of the languages."""
    from string import Formatter

    def blanks(value):
        return {name for text in (value if isinstance(value, list) else [value]) for _, name, _, _ in Formatter().parse(text) if name}

    texts = catalogues()
    assert not [key for key, value in texts["en"].items() if blanks(value) != blanks(texts["da"][key])]


def test_no_text_hides_another():
    """Wrong if a page's text were shown in place of another page's or of the report's."""
    import tomllib

    keys = [key for file in FOLDER.glob("*.toml") for key in tomllib.loads(file.read_text(encoding="utf-8"))["en"]]
    assert len(keys) == len(set(keys))
    assert not set(keys) & reports.catalogues()["en"].keys()


def test_the_law_as_it_was_is_not_todays_law():
    """Wrong if a Danish reader took the base, the law as it was in 2014 to 2016, for what is in force today ("gældende ret")."""
    texts = catalogues()
    danish = texts["da"]
    assert not [key for key, text in texts["en"].items() if "the law as it was" in str(text).lower() and "loven, som den var" not in str(danish[key]).lower()]
    own = {key for file in FOLDER.glob("*.toml") for key in texts["en"] if key.startswith(f"{file.stem}_")}
    assert not [key for key in own if "gældende ret" in str(danish[key]).lower()]


def test_keys_of_a_page_begin_with_its_name():
    """Wrong if two people who write two pages could overwrite each other's texts unnoticed."""
    import tomllib

    for file in FOLDER.glob("*.toml"):
        keys = tomllib.loads(file.read_text(encoding="utf-8"))["en"]
        assert not [key for key in keys if not key.startswith(f"{file.stem}_")]


def test_every_page_has_an_address_of_its_own():
    """Wrong if one page could not be reached."""
    assert len({page.path for page in PAGES}) == len({page.key for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize("search", ["?" + "a" * LONGEST_ADDRESS, "?" + "&".join(f"k{i}=1" for i in range(1000))])
def test_an_address_without_end_is_not_read(search):
    """Wrong if a hostile link could keep the server busy, or ended in a traceback."""
    query, trouble = read_query(search)
    assert query == {}
    assert isinstance(trouble, Trouble)


@pytest.mark.parametrize("name", ["../secret", "..", "/etc", "secret/../mine", "link", "", "mine/", "a" * 5000, "\x00"])
def test_no_name_reaches_beyond_the_folder(tmp_path, name):
    """Wrong if an address could open files that are no results of this folder."""
    for folder in (tmp_path / "secret", tmp_path / "runs" / "mine"):
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}", encoding="utf-8")
    (tmp_path / "runs" / "link").symlink_to(tmp_path / "secret")
    results = Results(tmp_path / "runs", tmp_path / "nothing_shipped")
    assert list(results.folders()) == ["mine"]
    with pytest.raises(Trouble):
        results.open(name)


def test_a_broken_result_is_said_to_be_broken(tmp_path):
    """Wrong if a half-deleted result ended in a traceback."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(Trouble, match="frame_incomplete"):
        Results(tmp_path, tmp_path / "nothing_shipped").open("mine")
    (tmp_path / "mine" / "summary.json").write_text("{", encoding="utf-8")
    with pytest.raises(Trouble, match="frame_incomplete"):
        Results(tmp_path, tmp_path / "nothing_shipped").open("mine")


def test_a_missing_folder_is_a_mistake(tmp_path):
    """Wrong if a wrong --results gave a traceback or an empty screen."""
    with pytest.raises(Mistake, match="does not exist"):
        make_services(tmp_path / "nowhere")


def test_a_taken_port_is_a_mistake(tmp_path):
    """Wrong if a second dashboard on the same port ended in a traceback."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = CliRunner().invoke(main, ["dashboard", "--results", str(tmp_path), "--port", str(taken.getsockname()[1])])
    assert said.exit_code == 2
    assert "choose another one" in said.output


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """What speaks to the server without a browser."""
    return make_app(make_services(tmp_path_factory.mktemp("results"))).server.test_client()


def test_the_browser_itself_keeps_everything_on_the_machine(client):
    """Wrong if a page could ask another machine for something, or another site could show the dashboard in itself."""
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "connect-src 'self'" in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("path", "more", "code"),
    [
        ("/", {"headers": {"Host": "evil.example"}}, 400), ("/assets/../app.py", {}, 404), ("/assets/%2e%2e/app.py", {}, 404),
        ("/assets/..%2fapp.py", {}, 404), ("/" + "a" * 5000, {}, 200),
    ],
)  # fmt: skip
def test_nothing_but_pages_is_served(client, path, more, code):
    """Wrong if another site could speak through somebody's browser (by a name that leads here), or files could be fetched."""
    answer = client.get(path, **more)
    assert answer.status_code == code
    assert b"make_app" not in answer.data


@pytest.mark.parametrize(("body", "kind", "code"), [("{", "application/json", 400), ("{}", "text/plain", 415), ("x" * 3_000_000, "application/json", 413)])
def test_a_nonsense_request_is_refused(client, body, kind, code):
    """Wrong if another site could order runs (it can only send plain text), or a huge request filled the memory."""
    assert client.post("/_dash-update-component", data=body, content_type=kind).status_code == code
    assert client.get("/").status_code == 200


def test_of_many_who_ask_at_once_one_waits_for_the_other():
    """Wrong if twenty people who open a page each made its charts anew, or memory grew with every choice that somebody makes."""
    import time
    from concurrent.futures import ThreadPoolExecutor

    opened, made = Opened("mine", RunResult(Path("mine"))), []

    def make():
        time.sleep(0.01)
        made.append(1)
        return len(made)

    with ThreadPoolExecutor(8) as people:
        assert set(people.map(lambda _: opened.remember(("chart",), make), range(8))) == {1}
    for number in range(1000):
        opened.remember((number,), lambda: 0)
    assert opened.remember(("chart",), make) == 2
