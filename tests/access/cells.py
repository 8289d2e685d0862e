"""Every question of the matrix with the answer that its table demands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from tests.access.people import OFFICE, OTHER_OFFICE, PLATFORM, Principal
from tests.access.tables import Line, Route
from tests.access.world import BOXES, World, unknown

SIGN_IN, GONE, NO, FORGED = "in", "404", "403", "400"
HOUSE = {OFFICE: "A", OTHER_OFFICE: "B"}
ROLES = ("owner", "admin", "manager", "billing")
WHERE = {
    "platform": (PLATFORM,),
    "agency": (OFFICE, OTHER_OFFICE),
    "both": (PLATFORM, OFFICE, OTHER_OFFICE),
    "any": (PLATFORM, OFFICE, OTHER_OFFICE, "nobodys.example"),
}


@dataclass(frozen=True)
class Object:
    """What a path names. `place` is the tenant whose path it is; `whole`: everything in it is that tenant's."""

    kind: str
    path: str
    place: str
    whole: bool = True


@dataclass(frozen=True)
class Cell:
    route: Route
    who: Principal
    host: str
    object: Object
    expected: str
    """A status, or `in` for sign-in."""


def objects(world: World, route: Route) -> list[Object]:
    """Own, sibling, foreign, unknown, deleted; and of each below the address of A1, where a path has several parts."""
    names = route.parts
    if not names:
        return [Object("-", route.path, "")]
    held = {tenant: world.values(tenant, route.endpoint) for tenant in ("A1", "A2", "B1")}
    never = {name: unknown(name, held["A1"].get(name)) for name in names}
    deleted = {name: world.deleted[name] for name in names[-1:] if name in world.deleted}
    found = [Object(tenant, route.fill(values), tenant) for tenant, values in held.items()]
    found.append(Object("unknown", route.fill(held["A1"] | never), ""))
    if deleted:
        found.append(Object("deleted", route.fill(held["A1"] | deleted), "A1", whole=False))
    if len(names) > 1:
        top = {names[0]: held["A1"].get(names[0], "")}
        for kind, values in (("A2", held["A2"]), ("B1", held["B1"]), ("unknown", held["A1"] | never)):
            found.append(Object(f"A1/{kind}", route.fill(values | top), "A1", whole=False))
    first: dict[str, Object] = {}
    for one in found:
        first.setdefault(one.path, one)
    return list(first.values())


def cells(
    world: World, people: list[Principal], route: Route, line: Line, *, whole: bool = True, everybody: bool = True
) -> Iterator[Cell]:
    """All cells of one route, those of the hosts included where the path does not exist.

    Without `whole` the objects that differ in kind: own and foreign ones, on the hosts where the path exists.
    Without `everybody` one of those who are the same to a host: see `askers`.
    """
    every = [one for one in objects(world, route) if whole or one.kind in ("-", "A1", "B1")]
    here = _hosts(line)
    for host in (PLATFORM, OFFICE, OTHER_OFFICE, "nobodys.example") if whole else here:
        for who in people if everybody else askers(people, route, line, host):
            for one in every if host in here else every[:1]:
                if _is_news(who, host, one):
                    wanted = expected(line, who, host, one) if host in here else GONE
                    if _forges(line, route, who, host) and wanted != SIGN_IN:
                        wanted = FORGED
                    yield Cell(route, who, host, one, wanted)


def askers(people: list[Principal], route: Route, line: Line, host: str) -> list[Principal]:
    """Everybody who is somebody at the host, and of those who are nobody there one of each kind.

    What they bring differs by kind: nothing, the cookie of another host as one of that rank and house, a token
    for machines. Who of a kind it is changes from route to route, so that all of them are tried at every host.
    """
    kinds: dict[tuple[object, ...], list[Principal]] = {}
    for who in people:
        rank = who.rank_at(host)
        known = rank != "nobody" or line.table == "machines" or who.name in line.own
        other = next(iter(who.rank.values()), "").partition(":")[0]
        kinds.setdefault((who.name,) if known else (bool(who.bearer), who.house, other), []).append(who)
    lot = crc32(f"{route.method} {route.path} {host}".encode())
    return [alike[lot % len(alike)] for alike in kinds.values()]


def expected(line: Line, who: Principal, host: str, one: Object) -> str:
    """What the table demands of this question."""
    return {"dashboard": _dashboard, "office": _office, "machines": _machines, "doors": _doors}[line.table](
        line, who, host, one
    )


def _dashboard(line: Line, who: Principal, host: str, one: Object) -> str:
    rank = who.rank_at(host)
    if rank == "nobody":
        return SIGN_IN
    if rank not in ROLES:
        return GONE
    answer = line.own.get(who.name, line.columns[ROLES.index(rank)])
    return answer if answer in (NO, GONE) or _is_his(who, one) else GONE


def _office(line: Line, who: Principal, host: str, one: Object) -> str:
    rank, _, name = who.rank_at(host).partition(":")
    if rank in ("nobody", "barred"):
        return SIGN_IN if rank == "nobody" else f"{SIGN_IN}|{GONE}"
    box, answer = line.columns
    entered = "A1" if rank == "inside" and HOUSE[host] == "A" else "B1"
    if one.place not in who.tenants or (rank == "inside" and one.place != entered):
        return GONE
    if rank == "person" and not holds(BOXES[name], box):
        return NO
    return line.own.get(who.name, answer) if one.whole else GONE


def holds(boxes: tuple[str, ...], wanted: str) -> bool:
    return wanted == "home" or bool(set(wanted.split("|")) & set(boxes))


def _machines(line: Line, who: Principal, host: str, one: Object) -> str:
    scope, answer = line.columns
    if not who.bearer:
        return "401"
    if scope not in who.scopes:
        return NO
    return answer if _is_his(who, one) else GONE


def _doors(line: Line, who: Principal, host: str, one: Object) -> str:
    _where, nobody, staff, person, inside = line.columns
    rank = who.rank_at(host).partition(":")[0]
    column = {"nobody": nobody, "person": person, "inside": inside, "barred": inside}.get(rank, staff)
    if one.place not in ("", *[t for t in ("A1", "A2", "B1") if t[0] == HOUSE.get(host)]) and host != PLATFORM:
        return column if "alike" in line.flags else GONE
    if "housed" in line.flags and host == PLATFORM:
        return GONE
    if "alike" in line.flags or (one.whole and one.kind != "unknown"):
        return line.own.get(who.name, column) if host == PLATFORM else column
    return GONE


def _forges(line: Line, route: Route, who: Principal, host: str) -> bool:
    """Whether he comes with the cookie of another host, whose token is none here: nothing public takes it."""
    if line.table != "doors" or host not in _hosts(line) or not route.is_unsafe or "cookieless" in line.flags:
        return False
    return bool(who.cookies) and host not in who.cookies and who.rank_at(host) == "nobody"


def _is_his(who: Principal, one: Object) -> bool:
    return one.kind == "-" or (one.whole and one.place in who.tenants)


def _hosts(line: Line) -> tuple[str, ...]:
    if line.table == "doors":
        return WHERE[line.columns[0]]
    return (OFFICE, OTHER_OFFICE) if line.table == "office" else (PLATFORM,)


def _is_news(who: Principal, host: str, one: Object) -> bool:
    """At B's host the people of B, and some of A with cookies of A; elsewhere everybody."""
    if host == OTHER_OFFICE:
        return (who.house == "B" or who.name in ("A1.full", "A.owner")) and one.kind in ("-", "A1", "B1")
    return host != "nobodys.example" or who.name in ("nobody", "A.owner")
