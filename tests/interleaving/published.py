"""What must be true of a tenant's rows right after a publish or a rollback."""

from __future__ import annotations

from dataclasses import dataclass, replace

from loaders.content.drift.local import OnDrift
from schemas.model import Bundle, Move
from tests.interleaving.addresses import above, row_of
from tests.interleaving.model import Model, Then
from tests.interleaving.rows import Cells, Held, Names, Row, items, said
from tests.publishing import row_ids


@dataclass(slots=True, kw_only=True)
class Published:
    """`moves` were to be made, `rows` is where that leads, and `made` what it came to.

    `before` is the tenant as it was, `release` the new one, if there is one, `back_to` the one gone back to.
    """

    model: Model
    bundle: Bundle
    moves: list[Move]
    rows: dict[str, int]
    made: list[Move]
    before: Held
    policy: OnDrift
    release: int | None
    back_to: Then | None = None

    def check(self) -> None:
        """Checks every row, and lets the model remember it."""
        model, now = self.model, self.model.look()
        mapping = self._mapping()
        for address, row in self.rows.items():
            assert mapping[address] == row, f"{address} has another row"
        live = {address: mapping[address] for address, _, _ in items(self.bundle)}
        assert self.back_to is None or live == self.back_to.live, "what was live then has other rows"
        after = said(self.bundle, Names({**mapping, **model.lookups}, model.users))
        self._cells(now, after)
        self._flags(now, mapping, live)
        assert now.learners == self.before.learners
        assert now.totals == {**now.totals, **self.before.totals}
        then = Then(self.release or 0, replace(self.bundle, moved=()), live, self._honoured(), self.made)
        model.remember(then, after, mapping, fresh=self.release is not None)

    def _honoured(self) -> list[tuple[str, str]]:
        if self.back_to:
            return self.back_to.honoured
        return [*self.model.honoured, *((move.old, move.new) for move in self.moves)]

    def _mapping(self) -> dict[str, int]:
        model = self.model
        found = {**row_ids(model.tenant, model.key, live=False), **row_ids(model.tenant, model.key)}
        model.lookups = {address: row for address, row in found.items() if address.startswith("lookup:")}
        return {address: row for address, row in found.items() if address not in model.lookups}

    # ── archived or not ──────────────────────────────────────────────────────────────────────────

    def _flags(self, now: Held, mapping: dict[str, int], live: dict[str, int]) -> None:
        """What is in the bundle is in use, the top of what is not is archived, and nothing else changes."""
        model, now_live = self.model, _named(live)
        returned = {row for row in now_live - _named(model.live()) if not now.archived[row]}
        model.hidden -= now_live if self.policy == "overwrite" else returned
        for row in now_live:
            assert now.archived[row] == (row in model.hidden), f"{row} is archived: {now.archived[row]}"
        for address, row_id in mapping.items():
            row = row_of(address, row_id)
            if row in now_live:
                continue
            if above(address) in (None, *live):
                assert now.archived[row], f"{address} is not in the bundle and not archived"
            else:
                assert now.archived[row] == self.before.archived[row]

    # ── values ───────────────────────────────────────────────────────────────────────────────────

    def _cells(self, now: Held, after: Cells) -> None:
        was_live, adopted = self.model.live_rows(), self.model.adopted(self.rows)
        assert self.before.cells.keys() <= now.cells.keys(), "a row was deleted"
        for row, cells in now.cells.items():
            if row not in after:  # archived, or of the tenant
                assert cells == self.before.cells[row], f"{row} is not in the bundle and was changed"
                continue
            for name, value in cells.items():
                carried = row in adopted and name in ("sectionId", "sortOrder")
                allowed = self._allowed(row, name, after[row][name], known=row in was_live and not carried)
                assert value in allowed, f"{row} {name}: {value!r}, not {allowed}"
            if self.policy != "overwrite" and row not in adopted:
                self._unwritten(row, now)

    def _allowed(self, row: Row, name: str, wanted: object, *, known: bool) -> list[object]:
        there, was = (cells.get(row, {}).get(name) for cells in (self.before.cells, self.model.said))
        if row not in self.before.cells or self.policy == "overwrite":
            return [wanted]
        if known:
            return [wanted if there == was else there]
        return [wanted, there] if was == wanted else [wanted]  # what comes back as it was is not looked at

    def _unwritten(self, row: Row, now: Held) -> None:
        if row in self.before.audit and now.cells[row] == self.before.cells[row]:
            assert now.audit[row] == self.before.audit[row], f"{row} was written and did not change"


def _named(rows: dict[str, int]) -> set[Row]:
    return {row_of(address, row) for address, row in rows.items()}
