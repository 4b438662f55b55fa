"""The import-linter contract type ``room``: one row of the rooms table.

A room names what it may import of ours; everything else of ours is closed to it. The stock
``forbidden`` type lists what is *not* allowed, so that a package added later would be open to
all until somebody thinks of it, and it fails on a module that is not there yet. Only direct
imports count: an edge reaches the event store through ``hub.application``, and that is the
point of having a door.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def _within(module: str, packages: Iterable[str]) -> bool:
    """Whether ``module`` is one of ``packages`` or lies inside one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


class Room(Contract):
    """What the modules of one room may import of ours, besides each other.

    Options:
        room: the package or module (``hub.audit``), or ``package.*`` for each of its children,
            which are then rooms of their own and closed to each other.
        may_import: packages or modules of ours that are open to the room; empty or absent
            means none. A name that does not exist opens nothing and is not an error.
        except_for: children that ``package.*`` leaves out because they have a row of their own.
    """

    type_name = "room"

    room = fields.StringField()
    may_import = fields.SetField(subfield=fields.StringField(), required=False, default=set())
    except_for = fields.SetField(subfield=fields.StringField(), required=False, default=set())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every direct import that leaves the room.

        Returns:
            Kept if each is allowed; a warning if the room has no module, since a misspelt
            name would otherwise be a contract that cannot fail.
        """
        ours = set(cast(Iterable[str], self.session_options["root_packages"]))
        allowed = cast(set[str], self.may_import)
        rooms = self._rooms(graph)
        broken: list[dict[str, Any]] = []
        for room in rooms:
            for importer in sorted(name for name in graph.modules if _within(name, [room])):
                for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                    if not _within(imported, ours) or _within(imported, {room} | allowed):
                        continue
                    details = graph.get_import_details(importer=importer, imported=imported)
                    lines = [detail["line_number"] for detail in details]
                    broken.append({"importer": importer, "imported": imported, "lines": lines})
        warnings = [] if rooms else [f"{self.room}: there is no such room (yet)."]
        return ContractCheck(kept=not broken, warnings=warnings, metadata={"broken": broken})

    def _rooms(self, graph: ImportGraph) -> list[str]:
        """Names of the rooms this row stands for, as far as they exist."""
        room = cast(str, self.room)
        if room.endswith(".*"):
            parent = room.removesuffix(".*")
            if parent not in graph.modules:
                return []
            return sorted(graph.find_children(parent) - cast(set[str], self.except_for))
        return [room] if room in graph.modules else []

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each import that the table does not allow, with its lines."""
        allowed = ", ".join(sorted(cast(set[str], self.may_import))) or "nothing"
        output.print_error(f"{self.room} may import of ours: {allowed}.")
        output.new_line()
        for item in check.metadata["broken"]:
            lines = ", ".join(f"l.{line}" for line in item["lines"])
            output.print_error(f"- {item['importer']} -> {item['imported']} ({lines})")
        output.new_line()
