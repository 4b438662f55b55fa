"""Voice recordings: the sound's own packets put into a new file, without what came with them."""

from __future__ import annotations

import io
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from domain.attachment import MediaType
from hub.attachments.limits import TypeLimits
from hub.attachments.refusal import NotTaken

_FORMATS = {
    MediaType.M4A: ("mov", "ipod"),
    MediaType.MP3: ("mp3", "mp3"),
    MediaType.WAV: ("wav", "wav"),
    MediaType.AMR: ("amr", "amr"),
    MediaType.OGG: ("ogg", "ogg"),
}
"""What each type is read and written as."""

_PLAIN = {"fflags": "+bitexact", "id3v2_version": "0", "write_id3v1": "0", "write_xing": "0"}
"""Neither the program's own name nor a tag in the new file."""


def clean_voice(content: bytes, media_type: MediaType, limits: TypeLimits) -> bytes:
    """The recording without title, place, time, device, picture or chapters. Every packet is
    decoded once, to see that it is sound and how long it really lasts. Raises NotTaken, and
    whatever PyAV raises for what it cannot read."""
    reading, writing = _FORMATS[media_type]
    written = io.BytesIO()
    with av.open(io.BytesIO(content), "r", format=reading, metadata_errors="ignore") as source:
        sound = _sound(source, limits)
        with av.open(written, "w", format=writing, options=_options(writing)) as target:
            copy = target.add_stream_from_template(sound)
            copy.metadata.clear()
            seconds = 0.0
            for packet in source.demux(sound):
                for frame in packet.decode():
                    if isinstance(frame, AudioFrame):
                        seconds += frame.samples / frame.sample_rate
                if seconds > limits.max_seconds:
                    raise NotTaken("SECONDS")
                if packet.dts is not None:
                    packet.stream = copy
                    target.mux(packet)
            if not seconds:
                raise NotTaken("EMPTY")
    return written.getvalue()


def _options(form: str) -> dict[str, str]:
    wanted = _PLAIN if form == "mp3" else {"fflags": _PLAIN["fflags"]}
    return dict(wanted)


def _sound(source: Any, limits: TypeLimits) -> AudioStream:
    for each in source.streams.video:
        if not each.disposition & av.stream.Disposition.attached_pic:
            raise NotTaken("VIDEO")
    found = list(source.streams.audio)
    if len(found) != 1:
        raise NotTaken("UNREADABLE")
    sound: AudioStream = found[0]
    if sound.codec_context.name not in limits.codecs:
        raise NotTaken("CODEC")
    return sound
