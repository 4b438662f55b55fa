"""Which type a file is, by its first bytes alone: a name or a stated type can say anything."""

from __future__ import annotations

from domain.attachment import MediaType

LOOKED_AT = 16
"""Bytes that decide."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"%PDF-", MediaType.PDF),
    (b"#!AMR\n", MediaType.AMR),
    (b"OggS", MediaType.OGG),
    (b"ID3", MediaType.MP3),
)
_RIFF = {b"WEBP": MediaType.WEBP, b"WAVE": MediaType.WAV}
_AUDIO_BRANDS = frozenset({b"M4A ", b"mp42", b"isom", b"mp41", b"iso2"})


def type_of(content: bytes) -> MediaType | None:
    """The type, or None for one that is not taken. What follows is for the parser to believe."""
    for beginning, found in _BEGINNINGS:
        if content.startswith(beginning):
            return found
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12])
    if content[4:8] == b"ftyp" and content[8:12] in _AUDIO_BRANDS:
        return MediaType.M4A
    # A frame of MPEG-1 or -2, layer III: eleven bits of synchronisation, then the version.
    if len(content) > 1 and content[0] == 0xFF and content[1] in (0xFB, 0xFA, 0xF3, 0xF2):
        return MediaType.MP3
    return None
