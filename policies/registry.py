"""Finds policies by name: those shipped, those installed as plug-ins, and those in a user's file."""

import hashlib
import importlib
import importlib.util
import inspect
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.machinery import SourceFileLoader
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import CodeType
from typing import Any

from pydantic import ValidationError

import policies
from agents.mistake import Mistake, unknown
from policies.protocol import Policy, Text

HOOKS = ("enact", "repeal", "each_month", "adjust", "amend")
"""Methods that the simulation calls."""
ENTRY_POINTS = "borgerflow.policies"
"""Entry-point group in which an installed package names its policies."""


class Registry(Mapping[str, type[Policy]]):
    """All known policies by name."""

    def __init__(self, files: Iterable[Path | str] = ()) -> None:
        self._known: dict[str, type[Policy]] = {}
        self._where: dict[str, str] = {}
        self.files = tuple(Path(f) for f in files)
        for module in pkgutil.iter_modules(policies.__path__):
            self._add(_policies_in(importlib.import_module(f"policies.{module.name}")), f"policies/{module.name}.py")
        for point in entry_points(group=ENTRY_POINTS):
            self._add([_installed(point)], f"plug-in {point.value}")
        for file in self.files:
            self._add(_policies_in_file(file), str(file))

    def _add(self, found: list[type[Policy]], where: str) -> None:
        for policy in found:
            name = getattr(policy, "name", None)
            if not isinstance(name, str):
                raise Mistake(f"{where}: policy class {policy.__name__} has no name")
            if not isinstance(getattr(policy, "label", None), Text):
                raise Mistake(f"{where}: policy {name!r} has no label; write label = Text(en=..., da=...)")
            if name in self._known:
                raise Mistake(f"{where}: a policy called {name!r} is known already from {self._where[name]}")
            _refuse_misspelt_hook(policy, f"{where}: policy {name!r}")
            self._known[name] = policy
            self._where[name] = where

    def __getitem__(self, name: str) -> type[Policy]:
        try:
            return self._known[name]
        except KeyError:
            raise self._not_known(name) from None

    def _not_known(self, name: str, where: str = "") -> Mistake:
        hint = "" if self.files else "; one of your own comes with --policy FILE.py"
        return Mistake(f"{unknown('policy', name, self._known, where=where)}{hint}")

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __iter__(self) -> Any:
        return iter(sorted(self._known))

    def __len__(self) -> int:
        return len(self._known)

    def source(self, name: str) -> str:
        """Where a policy comes from."""
        self[name]
        return self._where[name]

    def make(self, name: str, values: Mapping[str, Any], *, where: str) -> Policy:
        """A policy with its parameters. Raises Mistake naming place, policy, key, value and what is allowed."""
        if name not in self:
            raise self._not_known(name, where)
        kind = self[name]
        for key in values:
            if key not in kind.model_fields:
                raise unknown(f"parameter of policy {name!r}", key, kind.model_fields, where=where)
        try:
            return kind(**values)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(map(str, first["loc"])) or "start, end"
            message = first["msg"].removeprefix("Value error, ")
            raise Mistake(f"{where}: policy {name!r}: {key} = {first['input']!r}: {message}") from None

    def digest(self) -> str:
        """A hash of the content of plug-ins, files and installed ones, so that a changed plug-in is a different run."""
        content = hashlib.blake2b(digest_size=16)
        for name in self:
            if not self._where[name].startswith("policies/"):
                source = inspect.getsourcefile(self._known[name])
                content.update(name.encode() + (Path(source).read_bytes() if source else b""))
        return content.hexdigest()


def _refuse_misspelt_hook(policy: type[Policy], where: str) -> None:
    """Raises Mistake for a method that looks like a hook and is none: nothing would call it, and the policy would do nothing."""
    own = {name for name in vars(policy) if not name.startswith("_") and callable(getattr(policy, name))}
    for name in sorted(own - set(dir(Policy))):
        meant = get_close_matches(name, [hook for hook in HOOKS if hook not in own], n=1, cutoff=0.8)
        if meant:
            raise Mistake(f"{where} has a method {name!r}, which nothing calls; did you mean {meant[0]!r}?")


@dataclass(frozen=True)
class Conflict:
    """Two policies of which only one can be in force: both set ``rule``, or one stands twice (``rule`` is empty)."""

    first: Policy
    second: Policy
    rule: str = ""


def conflicts(chosen: Iterable[Policy]) -> Iterator[Conflict]:
    """Policies that cannot be in force in the same months, each pair once, in the order in which they stand."""
    seen: list[Policy] = []
    for policy in chosen:
        for other in seen:
            if not _overlap(policy, other):
                continue
            both = sorted(set(policy.sets) & set(other.sets))
            if policy.name == other.name or both:
                yield Conflict(other, policy, "" if policy.name == other.name else both[0])
        seen.append(policy)


def refuse_conflicts(chosen: Iterable[Policy]) -> None:
    """Raise Mistake naming both when two policies set the same rule, or one stands twice, at the same time."""
    for found in conflicts(chosen):
        if not found.rule:
            raise Mistake(f"policy {found.second.name!r} stands twice for the same months")
        raise Mistake(f"policies {found.first.name!r} and {found.second.name!r} both set the rule {found.rule!r}; keep one")


def _overlap(a: Policy, b: Policy) -> bool:
    first, last = "0000-01", "9999-12"
    return (a.start or first) <= (b.end or last) and (b.start or first) <= (a.end or last)


def _installed(point: EntryPoint) -> type[Policy]:
    """The policy class that an installed package names."""
    try:
        found = point.load()
    except (Exception, SystemExit) as error:
        raise Mistake(f"plug-in {point.value} cannot be loaded: {type(error).__name__}: {error}") from error
    if not (isinstance(found, type) and issubclass(found, Policy)):
        raise Mistake(f"plug-in {point.value} is not a policy: it must name a subclass of policies.Policy")
    return found


def _policies_in(module: object) -> list[type[Policy]]:
    found = [v for v in vars(module).values() if isinstance(v, type) and issubclass(v, Policy) and v is not Policy]
    return [v for v in found if v.__module__ == getattr(module, "__name__", None)]


class _FromSource(SourceFileLoader):
    """Reads a user's file as it stands: leaves no bytecode beside it and never believes an older one."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def _policies_in_file(file: Path) -> list[type[Policy]]:
    if not file.is_file():
        raise Mistake(f"policy file {file} does not exist or is not a file")
    name = "borgerflow_plugin_" + hashlib.blake2b(str(file.resolve()).encode(), digest_size=6).hexdigest()
    if file.suffix != ".py":
        raise Mistake(f"policy file {file} is not a Python file (*.py)")
    loader = _FromSource(name, str(file))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise Mistake(f"policy file {file} cannot be loaded: {type(error).__name__}: {error}") from error
    found = _policies_in(module)
    if not found:
        raise Mistake(f"policy file {file} holds no policy: no subclass of policies.Policy")
    return found
