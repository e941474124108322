"""A tenant's edits into the files of a bundle: three ways, one value at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from loaders.content.drift.edits import shown
from pipeline import drifting
from pipeline.pull.fields import NoPlaceError, field_of, value_of
from pipeline.pull.yaml_edit import UneditableError, with_value
from schemas.findings import CoursewrightError, Report

if TYPE_CHECKING:
    from loaders.content.drift.edits import Edit
    from loaders.content.plan import FieldChange
    from loaders.content.rows.items import Item
    from loaders.tenants.tenant import Tenant
    from schemas.model import Move

Fate = Literal["pulled", "conflict", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What became of one edited field. `note` says why it was left, or what the file has in a conflict."""

    fate: Fate
    address: str
    change: FieldChange | None
    file: str = ""
    note: str = ""
    edit: Edit


@dataclass(slots=True)
class _Files:
    """Texts of files as they will be written; LF inside, their own line ends when written."""

    texts: dict[Path, str] = field(default_factory=dict)

    def text(self, path: Path) -> str:
        if path not in self.texts:
            self.texts[path] = path.read_bytes().decode().replace("\r\n", "\n").removeprefix("\ufeff")
        return self.texts[path]

    def save(self) -> None:
        for path, text in self.texts.items():
            before = path.read_bytes()
            encoded = text.replace("\n", "\r\n").encode() if b"\r\n" in before else text.encode()
            after = b"\xef\xbb\xbf" + encoded if before.startswith(b"\xef\xbb\xbf") else encoded
            if after != before:
                path.write_bytes(after)


def pull(folder: Path, tenant: Tenant) -> list[Pulled]:
    """Writes the edits made in the tenant since the last publish into the files of the bundle in `folder`.

    Fields the files changed as well stay as the files have them and are told as conflicts; edits that no
    single value of a file stands for are left, with the reason. Raises RefusedError when the bundle has
    errors, CoursewrightError when the last release did not keep its bundle.
    """
    from importers import bundle as reader
    from loaders.content.rows.flatten import flatten
    from pipeline.archives import open_source

    if not folder.is_dir():
        raise CoursewrightError(
            f"{folder} is no folder", "unpack the bundle: only a folder's files are edited"
        )
    with open_source(folder) as source:
        bundle = reader.read(source, Report()).bundle
    (drift,) = drifting.find(tenant, bundle.key)
    fresh = [move for move in bundle.moved if move not in drift.base.moved]
    pulling = _Pulling(folder, dict(_places(flatten(bundle).items)), fresh)
    pulled = [one for edit in drift.edits for one in pulling.pulled(edit)]
    pulling.files.save()
    return pulled


def _places(
    items: Iterable[Item], address: str = "", above: Item | None = None
) -> Iterator[tuple[tuple[str, str], tuple[Item, Item | None]]]:
    from loaders.content.known import child_address

    for item in items:
        here = child_address(address, item.kind, item.key)
        yield (item.kind, here), (item, above)
        yield from _places(item.children, here, item)


@dataclass(slots=True)
class _Pulling:
    """`places` has the bundle's items, each with the one above; `moves` what was renamed since."""

    folder: Path
    places: dict[tuple[str, str], tuple[Item, Item | None]]
    moves: Sequence[Move]
    files: _Files = field(default_factory=_Files)

    def pulled(self, edit: Edit) -> Iterator[Pulled]:
        item, above = self.places.get((edit.kind, self._address_now(edit.address)), (None, None))
        if edit.state != "edited":
            note = (
                f"it was {edit.state} there; take it out of the bundle, or publish with --on-drift overwrite"
            )
            yield Pulled(fate="left", address=edit.address, change=None, note=note, edit=edit)
        for change in edit.fields:
            told = Pulled(fate="left", address=edit.address, change=change, edit=edit)
            if item is None:
                yield replace(told, note="the bundle does not have it any more")
            elif value_of(item, change.name) != change.new:  # else both say the same
                yield self._field(item, above, told, change)

    def _address_now(self, address: str) -> str:
        for move in self.moves:
            if address == move.old or address.startswith(f"{move.old}/"):
                address = move.new + address.removeprefix(move.old)
        return address

    def _field(self, item: Item, above: Item | None, told: Pulled, change: FieldChange) -> Pulled:
        try:
            place, path, value = field_of(item, above, change.name, change.new)
            there = value_of(item, change.name)
            if there != change.old:
                return replace(told, fate="conflict", file=place.file, note=shown(there))
            page = (item.paths or {}).get("page") if change.name == "text" else None
            file = self.folder / page if page else Path(place.file)
            text = self.files.text(file)
            self.files.texts[file] = (value or "") if page else with_value(text, path, value)
        except (NoPlaceError, UneditableError) as error:
            return replace(told, note=str(error))
        return replace(told, fate="pulled", file=str(file))
