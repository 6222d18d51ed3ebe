"""Where a reform can begin: shipped scenarios, what was saved in this browser, and uploaded files."""

import base64
import binascii
from typing import Any

from dashboard.draft import BASE, LARGEST_FILE, Draft, read_file, read_link
from dashboard.words import Trouble, Words
from experiments.scenario import read_scenario, shipped_scenarios


def sources(saved: Any, w: Words) -> list[dict[str, Any]]:
    """What can be loaded, in groups, for a choice: values are ``saved:<title>`` or ``shipped:<name>``."""
    shipped = [{"value": f"shipped:{name}", "label": _title(name, w)} for name in shipped_scenarios() if name != BASE]
    own = [{"value": f"saved:{title}", "label": title} for title in saved or {}] if isinstance(saved, dict) else []
    return [*([{"group": w("build_saved_ones"), "items": own}] if own else []), {"group": w("build_shipped_ones"), "items": shipped}]


def draft_of(source: str, saved: Any, w: Words) -> Draft:
    """The draft that a source holds. Raises Trouble when there is none."""
    kind, _, name = source.partition(":")
    if kind == "saved" and isinstance(saved, dict) and isinstance(saved.get(name), str):
        return read_link(saved[name])
    if kind == "shipped" and name in shipped_scenarios():
        scenario = read_scenario(name)
        title = w.text(scenario.title) if scenario.title else ""
        return Draft(scenario.name, title, [dict(policy) for policy in scenario.policies], scenario.changed_parameters)
    raise Trouble("build_no_source_found", name=name[:80])


def uploaded(contents: Any) -> Draft:
    """The draft in an uploaded file. Raises Trouble when it cannot be read."""
    text = str(contents or "")
    if len(text) > 2 * LARGEST_FILE:
        raise Trouble("build_file_large", most=LARGEST_FILE // 1000)
    try:
        return read_file(base64.b64decode(text.partition(",")[2], validate=True))
    except binascii.Error as error:
        raise Trouble("build_file_broken", message="base64") from error


def _title(name: str, w: Words) -> str:
    title = read_scenario(name).title
    return w.text(title) if title else name
