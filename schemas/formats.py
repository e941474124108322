"""A row of a registry of formats: the module that reads or writes one, imported when it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Generic, TypeVar, cast

Module = TypeVar("Module")


@dataclass(frozen=True)  # no slots: Python 3.11 cannot subscript a frozen generic that has them
class Format(Generic[Module]):
    """`name` is what the user types, `title` what people call it.

    The module in `package` has the same name, or is `module` where one writes several versions of a format.
    """

    package: str
    name: str
    title: str
    module: str = ""
    ending: str = ".zip"

    def load(self) -> Module:
        """The module, which is what the registry says its modules are."""
        return cast("Module", import_module(f"{self.package}.{self.module or self.name}"))
