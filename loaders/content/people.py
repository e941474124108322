"""E-mail addresses and the rows of main.users they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from loaders.content.rows.items import Item, Tree
from loaders.tenants.connect import Connection
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError, Finding, Rule
from schemas.model import Location

UNKNOWN = Rule("CW401", "instructor-unknown", "An instructor has no account in the tenant.")
TWICE = Rule("CW402", "instructor-twice", "Two instructors of a program are one account of the tenant.")


@dataclass(slots=True)
class People:
    """`ids` by address as the bundle writes it; `spelled` by id, as the tenant writes it."""

    ids: dict[str, int] = field(default_factory=dict)
    spelled: dict[int, str] = field(default_factory=dict)

    def canonical(self, email: str) -> str:
        """The tenant's spelling, so that Ann@ and ann@ are no change; as written if there is no account."""
        found = self.ids.get(email)
        return email if found is None else self.spelled[found]


def find_people(connection: Connection, emails: Iterable[str]) -> People:
    """Looks addresses up as written, and those not found so without regard to case."""
    people = People()
    missing = set(emails)
    for where in ("email = ANY (%s)", "lower(email) = ANY (SELECT lower(e) FROM unnest(%s::text[]) AS e)"):
        if missing:
            query = f"SELECT id, email FROM main.users WHERE {where} ORDER BY id"
            rows = connection.execute(query, (sorted(missing),)).fetchall()
            found = {email: row_id for row_id, email in reversed(rows)}
            folded = {email.lower(): row_id for email, row_id in found.items()}
            for email in missing:
                row_id = found.get(email, folded.get(email.lower()))
                if row_id is not None:
                    people.ids[email] = row_id
            people.spelled.update((row_id, email) for row_id, email in rows)
            missing -= set(people.ids)
    return people


def spell(connection: Connection, people: People, ids: Iterable[int]) -> None:
    """Learns the addresses of further ids."""
    missing = sorted(set(ids) - set(people.spelled))
    if missing:
        rows = connection.execute("SELECT id, email FROM main.users WHERE id = ANY (%s)", (missing,))
        people.spelled.update((row_id, email) for row_id, email in rows)


def instructors(tree: Tree) -> Iterator[tuple[str, Item]]:
    """Every address with the course or program that names it."""
    for item in tree.items:
        if item.kind == "course":
            yield item.row.instructor, item  # type: ignore[attr-defined]
        elif item.kind == "program":
            yield from ((email, item) for email in item.links["instructors"])


def unknown(tree: Tree, people: People) -> list[Finding]:
    """One finding for each address without an account, naming every place it stands."""
    places: dict[str, list[Location]] = {}
    for email, item in instructors(tree):
        if email not in people.ids:
            places.setdefault(email, []).append(item.location)
    return [
        Finding(
            rule=UNKNOWN,
            location=where[0],
            found=f"no account has the address {email}",
            expected="an e-mail address in main.users of the tenant's database",
            mend="correct the address, have the account created, or set create_users: true for the tenant",
            related=tuple(where[1:]),
        )
        for email, where in places.items()
    ]


def doubled(tree: Tree, people: People) -> list[Finding]:
    """A program names one account twice, in two spellings."""
    findings = []
    for item in tree.items:
        seen: dict[str, str] = {}
        for email in item.links.get("instructors", ()):
            first = seen.setdefault(people.canonical(email).lower(), email)
            if first != email:
                findings.append(_doubled(item, first, email))
    return findings


def _doubled(item: Item, first: str, second: str) -> Finding:
    return Finding(
        rule=TWICE,
        location=item.location,
        found=f"{first} and {second} are the same account",
        expected="every instructor of a program once",
        mend=f"remove {second}",
    )


def publisher(connection: Connection, tenant: Tenant, email: str) -> int:
    """The account that publishes, made if the tenant lets us.

    Raises CoursewrightError when there is none and none may be made.
    """
    found = find_people(connection, [email]).ids.get(email)
    if found is not None:
        return found
    if not tenant.create_users:
        raise CoursewrightError(
            f"Tenant {tenant.name}: no account has the address {email}, which is to publish.",
            "Name an account with --as EMAIL, have this one created, or set create_users: true.",
        )
    row = connection.execute("INSERT INTO main.users (email) VALUES (%s) RETURNING id", (email,)).fetchone()
    assert row is not None
    return int(row[0])
