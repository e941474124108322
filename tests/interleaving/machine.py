"""One author, two tenants, learners, and whoever publishes: any of them may act next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from loaders.content.compare import compare
from loaders.content.drift.find import find
from loaders.content.drift.local import OnDrift
from loaders.content.severity import BREAKING
from loaders.content.staging.area import Areas
from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from pipeline import publishing, rollback
from pipeline.consent import Consent
from pipeline.publishing import Opened, Outcome
from pipeline.pull.pulling import Pulled, pull
from schemas.findings import Finding, RefusedError
from schemas.model import Bundle
from tests.interleaving import tenant_side
from tests.interleaving.addresses import told
from tests.interleaving.authoring import next_bundle
from tests.interleaving.folder import Folder, comments
from tests.interleaving.model import Cell, Model, TakenError, Then
from tests.interleaving.published import Published
from tests.interleaving.rows import FIELDS, Connection, Held, Row, digests, emptied
from tests.interleaving.touching import touched
from tests.publishing import PUBLISHER, learn
from tests.strategies import MemoryFiles, Sample, bundles

_ANYTHING = Consent(accept=frozenset(rule.code for rule in BREAKING), allow_archive=1_000_000)
_places = st.integers(0, 1)
_policies: st.SearchStrategy[OnDrift] = st.sampled_from(("refuse", "keep", "overwrite"))
_MOVED = {"CW232", "CW233", "CW234", "CW235"}


@dataclass(frozen=True, slots=True)
class World:
    """Two tenants in one database, one account that learns, a folder for the bundle, and what was seen."""

    tenants: tuple[Tenant, Tenant]
    connection: Connection
    users: dict[str, int]
    learner: int
    folder: Folder
    seen: Counter[str] = field(default_factory=Counter)


class Interleaving(RuleBasedStateMachine):
    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.folder = world, world.folder
        self.models: tuple[Model, ...] = ()
        self.versions: list[Sample] = []

    @initialize(sample=bundles())
    def begin(self, sample: Sample) -> None:
        for tenant in self.world.tenants:
            emptied(self.world.connection, tenant.schema)
        self.models = tuple(
            Model(tenant, self.world.connection, "academy", self.world.users) for tenant in self.world.tenants
        )
        self._save(Sample(replace(sample.bundle, key="academy"), sample.files))
        self._publish((0, 1), "refuse")
        for model in self.models:
            learn(model.tenant, self.world.learner)

    # ── the author ───────────────────────────────────────────────────────────────────────────────

    def _author(self, data: st.DataObject) -> None:
        past, now = data.draw(st.sampled_from(self.versions)), self.versions[-1]
        files = MemoryFiles({**past.files.contents, **now.files.contents})
        self._save(data.draw(next_bundle(Sample(now.bundle, files), past.bundle)))

    def _author_touches(self, model: Model, data: st.DataObject) -> None:
        """What was edited: chance alone would hardly bring both to one row."""
        rows = sorted({row for row, _ in model.edits(model.look())})
        if rows:
            _, address = told(data.draw(st.sampled_from(rows)), model.live())
            self._save(data.draw(touched(self.versions[-1], address)))

    def _save(self, sample: Sample) -> None:
        """Not when `check` finds that moves and addresses contradict each other."""
        try:
            self.folder.write(sample)
        except RefusedError as refused:
            if not (self.versions and _codes(refused) <= _MOVED):
                raise
        else:
            self.versions.append(sample)

    # ── whoever publishes ────────────────────────────────────────────────────────────────────────

    @rule(places=st.sampled_from(((0,), (1,), (0, 1))), policy=_policies, data=st.data())
    def publish(self, places: tuple[int, ...], policy: OnDrift, data: st.DataObject) -> None:
        for _ in range(data.draw(st.sampled_from((0, 1, 1, 2)))):
            self._author(data)
        self._publish(places, policy)

    def _publish(self, places: tuple[int, ...], policy: OnDrift) -> None:
        """Tenants share what is made of a bundle once, and the rows of new courses are staged for both."""
        models = [self.models[place] for place in places]
        tenants = [model.tenant for model in models]
        with publishing.opened(self.folder.path) as bundle, Areas(tenants, _unseen) as areas:
            for model in models:
                if not self._published(model, bundle, policy, areas):
                    self._save(replace(self.versions[-1], bundle=replace(bundle.reading.bundle, moved=())))

    @rule(place=_places, policy=_policies, data=st.data())
    def roll_back(self, place: int, policy: OnDrift, data: st.DataObject) -> None:
        """And perhaps publishes the files of today once more."""
        model = self.models[place]
        then = data.draw(st.sampled_from(model.releases[:-1] or model.releases))
        self._published(model, _release(model, then.number), policy, back_to=then)
        if data.draw(st.booleans()):
            self._publish((place,), policy)

    def _published(
        self,
        model: Model,
        bundle: Opened,
        policy: OnDrift,
        areas: Areas | None = None,
        back_to: Then | None = None,
    ) -> bool:
        """False when an address is taken."""
        wanted = bundle.reading.bundle
        moves = model.way_back(back_to) if back_to else model.pending(wanted.moved)
        try:
            rows, made = model.moved(moves, None if back_to else wanted)
        except TakenError:
            self._is_refused(model, bundle, policy, "CW413" if back_to else "CW412")
            return False
        before = model.look()
        if outcome := self._attempt(model, bundle, rows, policy, areas):
            Published(
                model=model, bundle=wanted, moves=moves, rows=rows, made=made, before=before, policy=policy,
                release=outcome.release.id if outcome.release else None, back_to=back_to,
            ).check()  # fmt: skip
            self._nothing_is_left(model, wanted)
        return True

    def _attempt(
        self, model: Model, bundle: Opened, rows: dict[str, int], policy: OnDrift, areas: Areas | None
    ) -> Outcome | None:
        """None when it is refused for an edit that is there, and then nothing at all has changed."""
        now, others = model.look(), self._others(model)
        edits, clashes = (
            model.disputed(bundle.reading.bundle, rows, now) if model.releases else (set(), set())
        )
        what = "rollback" if bundle.back_to else "publish"
        try:
            outcome = _publish(model, bundle, policy, areas)
        except RefusedError as refused:
            self._saw(f"{what}, {policy}, refused", **dict.fromkeys(_codes(refused), True))
            if not _codes(refused) <= {"CW450", "CW451"}:
                raise
            assert clashes if policy == "keep" else policy == "refuse" and (edits or model.hidden)
            assert model.look() == now, "it was refused and something changed"
            return None
        finally:
            assert self._others(model) == others, "another tenant was touched"
        self._saw(f"{what}, {policy}", edits=bool(edits), clashes=bool(clashes), moves=rows != model.rows)
        assert policy == "overwrite" or not clashes, f"an edit was overwritten: {clashes}"
        return outcome

    def _is_refused(self, model: Model, bundle: Opened, policy: OnDrift, code: str) -> None:
        self._saw("refused", **{code: True})
        before = model.look()
        with pytest.raises(RefusedError) as refused:
            _publish(model, bundle, policy)
        assert _codes(refused.value) == {code}, refused.value
        assert model.look() == before

    def _others(self, model: Model | None) -> list[dict[str, str]]:
        return [digests(other.connection, other.tenant.schema) for other in self.models if other is not model]

    def _nothing_is_left(self, model: Model, wanted: Bundle) -> None:
        """To publish; after a rollback the files may say again what was moved since, the release does not."""
        bundle = model.base if model.pending(wanted.moved) else wanted
        with connect(model.tenant) as connection:
            plan = compare(connection, model.tenant, bundle)
        assert plan.empty, plan.changes
        assert plan.work.empty
        self._drift_is_told(model)

    # ── the tenants, and learners ────────────────────────────────────────────────────────────────

    @rule(place=_places, policy=st.none() | _policies, data=st.data())
    def edit(self, place: int, policy: OnDrift | None, data: st.DataObject) -> None:
        """A tenant edits, and perhaps the author as well, and somebody publishes."""
        model = self.models[place]
        for _ in range(data.draw(st.integers(1, 4))):
            tenant_side.edit(data.draw, model, model.look())
        self._drift_is_told(model)
        if policy:
            self._author_touches(model, data)
            self._publish((place,), policy)

    @rule(place=_places, what=st.sampled_from(("archive", "add", "lose", "learn")), data=st.data())
    def meddle(self, place: int, what: str, data: st.DataObject) -> None:
        model = self.models[place]
        match what:
            case "archive":
                tenant_side.archive(data.draw, model, model.look())
            case "add":
                tenant_side.add(data.draw, model)
            case "lose":
                self._lose_a_row(model, data)
            case _:
                learn(model.tenant, self.world.learner, every=data.draw(st.integers(1, 3)))
        self._drift_is_told(model)

    def _lose_a_row(self, model: Model, data: st.DataObject) -> None:
        """It is never published anew in silence, since its learners' records went with it."""
        rows = sorted(row for row in model.look().archived if row in model.live_rows())
        row = data.draw(st.sampled_from(rows))
        backup = tenant_side.lose(model, row)
        last = _release(model, model.releases[-1].number)
        self._is_refused(model, last, "overwrite", "CW420")
        tenant_side.bring_back(model, row, backup)

    def _drift_is_told(self, model: Model) -> None:
        """`drift` names exactly the cells that were edited, and what was archived by hand."""
        with connect(model.tenant, snapshot=True) as connection:
            found = find(connection, model.tenant, model.base)
        live = model.live()
        fields = {(edit.kind, edit.address, change.name) for edit in found for change in edit.fields}
        assert fields == {(*told(row, live), FIELDS[row[0], name]) for row, name in model.edits(model.look())}
        archived = {(edit.kind, edit.address) for edit in found if edit.state == "archived"}
        assert archived == {told(row, live) for row in model.hidden if row in model.live_rows()}

    # ── back into the files ──────────────────────────────────────────────────────────────────────

    @rule(place=_places, data=st.data())
    def pull_and_publish(self, place: int, data: st.DataObject) -> None:
        if data.draw(st.booleans()):
            self.edit(place, None, data)
        self._pull(self.models[place])
        if data.draw(st.booleans()):
            self._publish((place,), "refuse")

    def _pull(self, model: Model) -> None:
        """An author puts the files back when the tenant has a value that no author may write."""
        files, was, tenants = self.folder.files(), self.folder.read(), self._others(None)
        pulled = pull(self.folder.path, model.tenant)
        assert self._others(None) == tenants, "a pull wrote to a tenant"
        self._only_named(pulled, files, self.folder.files())
        try:
            bundle = self.folder.read()
        except RefusedError as refused:
            if not all(map(_of_a_value, refused.findings)):
                raise
            self.folder.restore(files)
        else:
            self._took(model, was, bundle, pulled)
            self.versions.append(Sample(bundle, self.versions[-1].files))

    def _only_named(self, pulled: list[Pulled], before: dict[str, bytes], now: dict[str, bytes]) -> None:
        """Files that were not named are as they were, and all comments are there."""
        for one in pulled:
            self._saw(f"pull {one.fate}")
        named = {Path(one.file) for one in pulled if one.fate == "pulled"}
        assert {self.folder.path / name for name in now if now[name] != before.get(name)} <= named
        assert all(comments(now[name]) == comments(before[name]) for name in now if name.endswith(".yaml"))

    def _took(self, model: Model, was: Bundle, bundle: Bundle, pulled: list[Pulled]) -> None:
        """The files changed in fields that were edited, to the tenant's values; in all, if all were pulled."""
        try:
            rows, _ = model.moved(model.pending(bundle.moved), bundle)
        except TakenError:
            return
        before, after, now = model.wanted(was, rows), model.wanted(bundle, rows), model.look()
        edits = {cell for cell in model.edits(now) if not _follows(*cell)}
        for row, cells in after.items():
            for name, value in cells.items():
                if value != before[row].get(name) and not _follows(row, name):
                    assert (row, name) in edits, f"{row} {name} was not edited"
                    assert now.cells[row][name] == value, f"{row} {name}"
        if was == model.base and all(one.fate == "pulled" for one in pulled):
            assert not _unlike(edits, now, after)

    def _saw(self, what: str, **more: bool) -> None:
        self.world.seen[" ".join([what, *(name for name, there in sorted(more.items()) if there)])] += 1


def _publish(model: Model, bundle: Opened, policy: OnDrift, areas: Areas | None = None) -> Outcome:
    return publishing.publish(
        bundle, model.tenant, user=PUBLISHER, dry_run=False, show=_unseen, on_drift=policy, consent=_ANYTHING,
        areas=areas,
    )  # fmt: skip


def _unseen(_told: object) -> None:
    """What people are shown meanwhile."""


def _codes(refused: RefusedError) -> set[str]:
    return {finding.rule.code for finding in refused.findings}


def _follows(row: Row, name: str) -> bool:
    """What no author says, because it follows from another field."""
    return FIELDS[row[0], name] in ("html", "isPublished", "instructors")


def _unlike(edits: set[Cell], now: Held, after: dict[Row, dict[str, object]]) -> set[Cell]:
    return {(row, name) for row, name in edits if now.cells[row][name] != after[row][name]}


def _of_a_value(finding: Finding) -> bool:
    """The tables take values that `check` refuses; but a file that `pull` wrote is always sound YAML."""
    in_page = finding.rule.code == "CW102" and finding.location.file.endswith(".md")
    return in_page or "CW140" <= finding.rule.code < "CW300"


def _release(model: Model, number: int) -> Opened:
    return rollback.Releases(model.key, rollback.Target(str(number))).of(model.tenant)
