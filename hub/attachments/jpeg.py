"""What a compressed picture inside a document carries along, taken out without decoding it."""

from __future__ import annotations

_START = b"\xff\xd8"
_SCAN = 0xDA
_KEPT = frozenset({0xE0, 0xEE})
"""JFIF and Adobe's colour transform: without them colours change."""
_METADATA = frozenset({*range(0xE0, 0xF0), 0xFE}) - _KEPT
"""Application segments (EXIF, XMP, IPTC) and comments."""

_JP2 = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_JP2_KEPT = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c"})


def without_metadata(data: bytes) -> bytes:
    """A JPEG stream (ISO/IEC 10918-1, Annex B) without its metadata segments. Raises ValueError
    for what is none."""
    if data[:2] != _START:
        raise ValueError("no JPEG")
    kept = [_START]
    at = 2
    while True:
        if at + 4 > len(data) or data[at] != 0xFF:
            raise ValueError("no JPEG segment")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:
            raise ValueError("no JPEG segment")
        if marker not in _METADATA:
            kept.append(data[at : at + 2 + length])
        at += 2 + length
        if marker == _SCAN:
            break
    # What stands behind the end of the picture is no picture.
    end = data.rfind(b"\xff\xd9", at)
    if end < 0:
        raise ValueError("the JPEG does not end")
    return b"".join(kept) + data[at : end + 2]


def jp2_without_metadata(data: bytes) -> bytes:
    """A JPEG 2000 file (ISO/IEC 15444-1, Annex I) with its picture and header boxes alone; a bare
    codestream is left as it is. Raises ValueError for what is neither."""
    if data[:4] == b"\xff\x4f\xff\x51":
        return data
    if not data.startswith(_JP2):
        raise ValueError("no JPEG 2000")
    kept = []
    at = 0
    while at < len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length == 0:
            length = len(data) - at
        elif length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if length < 8 or at + length > len(data):
            raise ValueError("no JPEG 2000 box")
        if kind in _JP2_KEPT:
            kept.append(data[at : at + length])
        at += length
    return b"".join(kept)
