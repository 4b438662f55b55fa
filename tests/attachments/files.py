"""Invented photos, scans and recordings that carry what phones and offices put into files."""

from __future__ import annotations

import io
import math
import struct
import wave
from collections.abc import Callable, Mapping
from fractions import Fraction

import av
import pikepdf
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image, PngImagePlugin

PLANTED = "PLANTED-31.0303N-121.2277E"
"""What no cleaned file and no store may hold: where a photo was taken, put wherever there is
room for words."""
PLANTED_CHINESE = "示例家长甲的手机"
_GPS = {1: "N", 2: (31.0, 1.0, 49.0), 3: "E", 4: (121.0, 13.0, 39.0)}


def picture(width: int = 64, height: int = 48) -> Image.Image:
    """A gradient: a picture that compression leaves recognisable."""
    image = Image.new("RGB", (width, height))
    image.putdata([(x * 4 % 256, y * 5 % 256, 90) for y in range(height) for x in range(width)])
    return image


def _exif(*, turned: bool = False) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = PLANTED
    exif[0x010E] = PLANTED_CHINESE
    exif[0x8825] = _GPS
    exif[0x0132] = "2025:03:03 09:00:00"
    if turned:
        exif[0x0112] = 6
    return exif


def jpeg(*, turned: bool = False, size: tuple[int, int] = (64, 48)) -> bytes:
    """A phone's photo: place, device, comment, and something hung on behind its end."""
    written = io.BytesIO()
    picture(*size).save(
        written, "JPEG", exif=_exif(turned=turned), comment=PLANTED, xmp=_xmp(), quality=90
    )
    return written.getvalue() + PLANTED.encode()


def _xmp() -> bytes:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{PLANTED}</x:xmpmeta>'.encode()


def png(size: tuple[int, int] = (64, 48)) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Location", PLANTED)
    info.add_itxt("XML:com.adobe.xmp", _xmp().decode())
    written = io.BytesIO()
    picture(*size).save(written, "PNG", pnginfo=info, exif=_exif())
    return written.getvalue()


def webp() -> bytes:
    written = io.BytesIO()
    picture().save(written, "WEBP", exif=_exif(), xmp=_xmp(), lossless=True)
    return written.getvalue()


def pdf(pages: int = 1, *, filter_twice: bool = False) -> bytes:
    """A scan with a photo on each page, a filled-in field, and all that a PDF may carry along."""
    with Pdf.new() as made:
        photo = jpeg()
        photo = photo[: photo.rfind(b"\xff\xd9") + 2]
        made.Root.AcroForm = Dictionary(Fields=Array([]))
        for _ in range(pages):
            page = made.add_blank_page(page_size=(200, 200))
            image = made.make_stream(
                photo,
                Type=Name.XObject, Subtype=Name.Image, Width=64, Height=48,
                ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
            )  # fmt: skip
            if filter_twice:
                image.write(
                    photo.hex().encode() + b">",
                    filter=Array([Name.ASCIIHexDecode, Name.DCTDecode]),
                )
            image.Metadata = made.make_stream(PLANTED.encode(), Type=Name.Metadata)
            page.Resources = Dictionary(
                XObject=Dictionary(Photo=image),
                Properties=Dictionary(MC0=Dictionary(Title=PLANTED)),
            )
            page.Contents = made.make_stream(b"q 100 0 0 100 20 20 cm /Photo Do Q")
            page.obj.LastModified = PLANTED
            page.obj.PieceInfo = Dictionary(App=Dictionary(Private=PLANTED))
            page.obj.Metadata = made.make_stream(PLANTED.encode(), Type=Name.Metadata)
            page.obj.VP = Array([Dictionary(Measure=Dictionary(Subtype=Name.GEO, Note=PLANTED))])
            page.obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=PLANTED))
            drawn = made.make_stream(
                b"0 0 60 12 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 60, 12])
            )
            page.obj.Annots = Array(
                [
                    made.make_indirect(
                        Dictionary(
                            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="f", V=PLANTED,
                            Rect=[10, 150, 70, 162], AP=Dictionary(N=drawn), F=4,
                            A=Dictionary(S=Name.JavaScript, JS=PLANTED),
                        )
                    ),
                    made.make_indirect(
                        Dictionary(
                            Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9],
                            A=Dictionary(S=Name.URI, URI=PLANTED),
                        )
                    ),
                ]
            )  # fmt: skip
            made.Root.AcroForm.Fields.append(page.obj.Annots[0])
        made.docinfo["/Author"] = PLANTED
        with made.open_metadata() as metadata:
            metadata["dc:title"] = PLANTED
        made.attachments["inside.txt"] = pikepdf.AttachedFileSpec(made, PLANTED.encode())
        made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=PLANTED)
        written = io.BytesIO()
        made.save(written)
    return written.getvalue()


_ENCODERS = {
    "ipod": ("aac", 44100, "fltp"),
    "mp3": ("libmp3lame", 44100, "fltp"),
    "wav": ("pcm_s16le", 16000, "s16"),
    "amr": ("libopencore_amrnb", 8000, "s16"),
    "ogg": ("libopus", 48000, "s16"),
}


def voice(form: str, seconds: float = 0.5, codec: str | None = None) -> bytes:
    """A tone, tagged with a place."""
    encoder, rate, layout = _ENCODERS[form]
    written = io.BytesIO()
    with av.open(written, "w", format=form) as target:
        if form != "amr":
            target.metadata.update({"title": PLANTED, "comment": PLANTED_CHINESE})
            target.metadata["location"] = PLANTED
        stream = target.add_stream(codec or encoder, rate=rate, layout="mono")
        assert isinstance(stream, AudioStream)
        step = stream.codec_context.frame_size or 1024
        done = 0
        while done < seconds * rate:
            frame = AudioFrame(format=layout, layout="mono", samples=step)
            tone = [math.sin((done + n) * 880 * math.pi / rate) * 0.3 for n in range(step)]
            packed = (
                struct.pack(f"{step}f", *tone)
                if layout == "fltp"
                else struct.pack(f"{step}h", *(int(each * 32767) for each in tone))
            )
            frame.planes[0].update(packed.ljust(frame.planes[0].buffer_size, b"\0"))
            frame.sample_rate, frame.pts = rate, done
            frame.time_base = Fraction(1, rate)
            target.mux(stream.encode(frame))
            done += step
        target.mux(stream.encode(None))
    return written.getvalue()


def wav_with_words() -> bytes:
    """A recorder's file with a list of words behind the sound."""
    written = io.BytesIO()
    with wave.open(written, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(struct.pack("<4000h", *range(4000)))
    plain = written.getvalue()
    words = PLANTED.encode().ljust(len(PLANTED) + len(PLANTED) % 2, b"\0")
    item = b"ICMT" + struct.pack("<I", len(words)) + words
    listed = b"LIST" + struct.pack("<I", 4 + len(item)) + b"INFO" + item
    whole = plain[8:] + listed
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def spelling(text: str) -> bytes:
    """A recording whose samples spell a text, so that it can be looked for in what is opened."""
    written = io.BytesIO()
    with wave.open(written, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(text.encode().ljust(2000, b"\0"))
    return written.getvalue()


FILES: Mapping[str, Callable[[], bytes]] = {
    "image/jpeg": jpeg,
    "image/png": png,
    "image/webp": webp,
    "application/pdf": pdf,
    "audio/mp4": lambda: voice("ipod"),
    "audio/mpeg": lambda: voice("mp3"),
    "audio/wav": wav_with_words,
    "audio/amr": lambda: voice("amr"),
    "audio/ogg": lambda: voice("ogg"),
}
"""One file of each type."""
