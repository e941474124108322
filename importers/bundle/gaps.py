"""What was left out of a damaged document, so that the rest of it can be judged by the ordinary rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from importers.bundle.faults import Path

ANY = ""
"""Stands for a field whose name is not known: a misspelled one may have been meant as any other."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """`lost` are the paths of what is not there any more; with ANY at the end, an entry or an unknown field.

    `origins` has, for lists that became shorter, the index that each of the remaining entries had. Both are
    in paths of what remains.
    """

    lost: frozenset[Path] = frozenset()
    origins: Mapping[Path, Sequence[int]] = field(default_factory=dict)

    def lacks(self, path: Path, *fields: str) -> bool:
        """Whether one of the fields of the mapping at `path`, or anything in it, was left out."""
        if not self.lost:
            return False
        places = {(*path, name) for name in fields}
        return any(gap[: len(path) + 1] in places for gap in self.lost)

    def original(self, path: Path) -> Path:
        """The same place in the document as it was written."""
        return tuple(self._step(path[:n], step) for n, step in enumerate(path))

    def _step(self, above: Path, step: str | int) -> str | int:
        kept = self.origins.get(above)
        return step if kept is None or not isinstance(step, int) else kept[step]


WHOLE = Gaps()
