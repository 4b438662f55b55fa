"""Looks for values in files in every form in which they have leaked from systems like this one.

Clear text in the encodings in use here, full-width digits, escapes of JSON and of addresses, hex,
base64 wherever in a longer text it begins, and names as a keyboard or an index would spell them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pypinyin import Style, lazy_pinyin

from domain.identifiers import name_sounds

_FULL_WIDTH = {ord("0") + n: ord("０") + n for n in range(10)} | {ord("X"): ord("Ｘ")}
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "gb18030": "gb18030",
}
_SHORTEST = 5
"""Bytes of a form below which a hit among random bytes would be chance."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A value that was found: where, and in which form. Shows the form only."""

    place: str
    form: str
    value: str


def base64_cores(data: bytes, alphabet: bytes | None = None) -> list[bytes]:
    """What of ``data`` is the same in base64 wherever it begins in a longer text: three forms,
    each without the characters that depend on what stands beside it."""
    cores = []
    for offset, lost in ((0, 0), (1, 2), (2, 3)):
        encoded = base64.b64encode(bytes(offset) + data, alphabet)
        cores.append(encoded[lost : (offset + len(data)) * 8 // 6])
    return cores


def _spellings(value: str) -> dict[str, str]:
    """A text with Han characters as it is spelt in Latin letters."""
    if not any("\u4e00" <= char <= "\u9fff" for char in value):
        return {}
    plain = lazy_pinyin(value)
    toned = lazy_pinyin(value, style=Style.TONE3, neutral_tone_with_five=True)
    return {
        "pinyin": "".join(plain),
        "pinyin spaced": " ".join(plain),
        "pinyin Title": " ".join(part.title() for part in plain),
        "PINYIN": "".join(plain).upper(),
        "pinyin toned": "".join(toned),
        # As the match index hears a name: a surname in its own reading (曾 is zeng).
        "sounds": name_sounds(value),
        "sounds joined": name_sounds(value).replace(" ", ""),
    }


def forms(value: str) -> dict[str, bytes]:
    """Every form of one value, by name."""
    found: dict[str, bytes] = {}
    for name, encoding in _ENCODINGS.items():
        data = value.encode(encoding)
        found[name] = data
        found[f"hex {name}"] = data.hex().encode()
        found[f"HEX {name}"] = data.hex().upper().encode()
        for kind, alphabet in (("base64", None), ("base64url", b"-_")):
            for offset, core in enumerate(base64_cores(data, alphabet)):
                found[f"{kind} {name} +{offset}"] = core
    wide = value.upper().translate(_FULL_WIDTH)
    if wide != value:
        for name, encoding in _ENCODINGS.items():
            found[f"full-width {name}"] = wide.encode(encoding)
    found["json escape"] = json.dumps(value)[1:-1].encode()
    found["percent escape"] = quote(value, safe="").encode()
    found["reversed"] = value[::-1].encode()
    for name, spelt in _spellings(value).items():
        found[name] = spelt.encode()
    return {name: data for name, data in found.items() if len(data) >= _SHORTEST}


class Needles:
    """Looks for very many byte strings at once: the first bytes of each are looked up at every
    place, so that thousands cost one pass."""

    def __init__(self, gram: int) -> None:
        """``gram`` is how many bytes each has at least."""
        self._gram = gram
        self._by_start: dict[bytes, list[tuple[bytes, str, str]]] = {}
        self._known: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._known)

    def add(self, form: str, data: bytes, value: str) -> None:
        """Look for ``data`` as well; what is looked for already stays what it is."""
        assert len(data) >= self._gram
        if data not in self._known:
            self._known.add(data)
            self._by_start.setdefault(data[: self._gram], []).append((data, form, value))

    def bytes(self, place: str, content: bytes) -> list[Hit]:
        """What is found in some bytes, as often as it stands there."""
        gram, starts = self._gram, self._by_start
        return [
            Hit(place, form, value)
            for at in range(len(content) - gram + 1)
            if content[at : at + gram] in starts
            for data, form, value in starts[content[at : at + gram]]
            if content.startswith(data, at)
        ]


class Scanner:
    """Looks for a set of values."""

    def __init__(self, values: Iterable[str]) -> None:
        self._needles = Needles(_SHORTEST)
        for value in sorted(set(values)):
            for name, data in forms(value).items():
                self._needles.add(name, data, value)

    def bytes(self, place: str, content: bytes) -> list[Hit]:
        """What is found in some bytes, each form once."""
        return list(dict.fromkeys(self._needles.bytes(place, content)))

    def text(self, place: str, content: str) -> list[Hit]:
        """What is found in a text."""
        return self.bytes(place, content.encode("utf-8", "surrogatepass"))

    def folder(self, root: Path) -> list[Hit]:
        """What is found in the files of a folder, their names included."""
        hits = []
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            hits += self.text(f"name of {name}", name)
            if path.is_file():
                hits += self.bytes(name, path.read_bytes())
        return hits


def readable(hits: Iterable[Hit]) -> Mapping[str, list[str]]:
    """Hits for an assertion's message: places and forms."""
    found: dict[str, list[str]] = {}
    for hit in hits:
        found.setdefault(hit.place, []).append(f"{hit.form}: {hit.value}")
    return found
