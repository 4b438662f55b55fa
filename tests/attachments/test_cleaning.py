"""What a file carries unseen is left behind; what is no photo, scan or recording is not taken."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from typing import Any

import av
import pikepdf
import pytest
from pikepdf import Pdf
from PIL import Image

from domain.attachment import MediaType
from hub.attachments.cleaner import Cleaner, CleaningFailed
from hub.attachments.cleaning import cleaned
from hub.attachments.jpeg import jp2_without_metadata, without_metadata
from hub.attachments.limits import AttachmentRules
from hub.attachments.refusal import WORDS, NotTaken
from hub.attachments.types import type_of
from hub.policies import load_policies
from tests.adversary.scan import Scanner, readable
from tests.attachments.files import (
    FILES,
    PLANTED,
    PLANTED_CHINESE,
    jpeg,
    pdf,
    picture,
    png,
    voice,
)

RULES = load_policies().attachments
SCANNER = Scanner([PLANTED, PLANTED_CHINESE])


def clean(content: bytes, **limits: object) -> bytes:
    """Clean in this process, under the policy's limits but for those given."""
    found = type_of(content)
    assert found is not None
    return cleaned(content, found, RULES.type[found].model_copy(update=limits))


def refused(content: bytes, **limits: object) -> str:
    with pytest.raises(NotTaken) as raised:
        clean(content, **limits)
    assert raised.value.text
    return raised.value.code


def unfolded(content: bytes) -> bytes:
    """The content, and for a PDF also every stream and string of it, decoded."""
    if not content.startswith(b"%PDF-"):
        return content
    parts = [content]
    with Pdf.open(io.BytesIO(content)) as found:
        for each in found.objects:
            parts.append(bytes(repr(each), "utf-8"))
            if isinstance(each, pikepdf.Stream):
                parts += [each.read_raw_bytes()]
                if each.get("/Subtype") != "/Image":
                    parts.append(each.read_bytes())
    return b"\n".join(parts)


def test_every_type_has_a_file_here_and_a_limit() -> None:
    assert set(FILES) == {each.value for each in MediaType} == set(RULES.type)


@pytest.mark.parametrize("media_type", FILES)
def test_a_file_is_told_by_its_content(media_type: str) -> None:
    content = FILES[media_type]()
    assert type_of(content) == media_type
    assert type_of(clean(content)) == media_type


@pytest.mark.parametrize("media_type", sorted(set(FILES) - {"audio/amr"}))
def test_where_and_with_what_it_was_taken_is_left_behind(media_type: str) -> None:
    content = FILES[media_type]()
    assert SCANNER.bytes("as sent", unfolded(content)), "the file carries something"
    assert readable(SCANNER.bytes("cleaned", unfolded(clean(content)))) == {}


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp"])
def test_a_photo_keeps_its_picture_and_nothing_else(media_type: str) -> None:
    found = Image.open(io.BytesIO(clean(FILES[media_type]())))
    assert found.size == (64, 48)
    assert not found.getexif()
    of_the_format = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background"}
    assert set(found.info) <= of_the_format
    middle = found.convert("RGB").getpixel((32, 24))
    expected = picture().getpixel((32, 24))
    assert isinstance(middle, tuple)
    assert isinstance(expected, tuple)
    assert all(abs(a - b) < 24 for a, b in zip(middle, expected, strict=True))


def test_a_photo_is_turned_the_way_it_was_taken() -> None:
    assert Image.open(io.BytesIO(clean(jpeg(turned=True)))).size == (48, 64)


def test_a_phones_photo_with_a_second_picture_behind_it_is_taken() -> None:
    """Phones hang a gain map or a preview behind the photo (MPO); the photo is what counts."""
    written = io.BytesIO()
    picture().save(written, "MPO", save_all=True, append_images=[picture(16, 12)])
    assert Image.open(io.BytesIO(clean(written.getvalue()))).size == (64, 48)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_a_picture_of_any_mode_is_taken(mode: str) -> None:
    written = io.BytesIO()
    image = picture().convert("L") if mode == "I;16" else picture()
    image.convert(mode).save(written, "PNG")
    assert Image.open(io.BytesIO(clean(written.getvalue()))).size == (64, 48)


def test_a_scan_keeps_its_pages_with_what_they_draw() -> None:
    with Pdf.open(io.BytesIO(clean(pdf(pages=3)))) as found:
        assert len(found.pages) == 3
        assert set(found.Root.keys()) == {"/Type", "/Pages"}
        assert not found.trailer.get("/Info")
        for page in found.pages:
            drawn = b"".join(each.read_bytes() for each in page.obj.Contents)
            assert b"/Photo Do" in drawn
            assert b"/Fx" in drawn, "a field that was filled in is drawn onto its page"
            assert set(page.obj.keys()) <= {
                "/Type", "/Parent", "/MediaBox", "/Resources", "/Contents",
            }  # fmt: skip
            photo = page.obj.Resources.XObject.Photo
            assert Image.open(io.BytesIO(photo.read_raw_bytes())).size == (64, 48)


def test_a_photo_within_a_scan_that_is_packed_twice_is_cleaned() -> None:
    content = pdf(filter_twice=True)
    assert readable(SCANNER.bytes("cleaned", unfolded(clean(content)))) == {}


def test_a_photo_between_a_pages_instructions_is_not_taken() -> None:
    with Pdf.new() as made:
        page = made.add_blank_page()
        page.Contents = made.make_stream(
            b"BI /W 1 /H 1 /CS /RGB /BPC 8 /F /DCT ID \xff\xd8\xff\xe1\x00\x10Exif\0\0abcdefgh EI"
        )
        written = io.BytesIO()
        made.save(written)
    assert refused(written.getvalue()) == "UNREADABLE"


@pytest.mark.parametrize("form", ["ipod", "mp3", "wav", "amr", "ogg"])
def test_a_recording_sounds_as_long_as_before_and_has_no_tags(form: str) -> None:
    content = voice(form, seconds=2)
    with av.open(io.BytesIO(clean(content)), "r") as found:
        assert not {*found.metadata} - {"major_brand", "minor_version", "compatible_brands"}
        (sound,) = found.streams
        assert not {*sound.metadata} - {"language", "handler_name", "vendor_id"}
        seconds = sum(f.samples / f.sample_rate for f in found.decode(audio=0))
    assert seconds == pytest.approx(2, abs=0.2)


# What is not taken


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a" + bytes(40),
        b"MZ" + bytes(60),
        b"PK\x03\x04" + bytes(40),
        b"<html><script>1</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x00\x00\x00\x18ftypheic" + bytes(40),
        b"\x1aE\xdf\xa3" + bytes(40),
        b"ID",
    ],
)
def test_another_type_is_not_taken_whatever_it_is_called(content: bytes) -> None:
    assert type_of(content) is None


@pytest.mark.parametrize(
    "media_type", sorted(set(FILES) - {"audio/amr", "audio/mpeg", "audio/wav"})
)
def test_a_file_cut_off_is_not_taken(media_type: str) -> None:
    """A recording that is a row of frames has no end to miss: it is only shorter."""
    content = FILES[media_type]()
    assert refused(content[: len(content) // 3]) in {"UNREADABLE", "EMPTY", "CODEC", "PAGES"}


@pytest.mark.parametrize("media_type", FILES)
def test_a_file_that_only_begins_like_one_is_not_taken(media_type: str) -> None:
    content = FILES[media_type]()[:12] + b"<script>" * 64
    assert refused(content) in {"UNREADABLE", "EMPTY", "CODEC"}


def test_a_picture_that_unfolds_too_far_is_not_taken() -> None:
    """A few bytes that say of themselves to be 60,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )
    assert refused(bomb) == "PIXELS"
    assert refused(png(), max_pixels=64 * 48 - 1) == "PIXELS"
    assert refused(pdf(), max_pixels=64 * 48 - 1) == "PIXELS"


def test_an_animation_is_not_taken() -> None:
    for form in ("PNG", "WEBP"):
        written = io.BytesIO()
        other = Image.new("RGB", (64, 48), "white")
        picture().save(written, form, save_all=True, append_images=[other], duration=100)
        assert refused(written.getvalue()) == "ANIMATED"


def test_a_document_with_a_password_or_too_many_pages_is_not_taken() -> None:
    written = io.BytesIO()
    with Pdf.open(io.BytesIO(pdf())) as found:
        found.save(written, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert refused(written.getvalue()) == "PASSWORD"
    written = io.BytesIO()
    with Pdf.open(io.BytesIO(pdf())) as found:
        found.save(written, encryption=pikepdf.Encryption(owner="a", user=""))
    assert refused(written.getvalue()) == "PASSWORD"
    assert refused(pdf(pages=3), max_pages=2) == "PAGES"


def test_a_film_a_long_or_an_unknown_recording_is_not_taken() -> None:
    assert refused(voice("mp3", seconds=3), max_seconds=2) == "SECONDS"
    assert refused(voice("ogg", codec="flac")) == "CODEC"
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as target:
        film = target.add_stream("mpeg4", rate=5, width=32, height=32, pix_fmt="yuv420p")
        for _ in range(5):
            target.mux(film.encode(av.VideoFrame(32, 32, "yuv420p")))
        target.mux(film.encode(None))
    assert refused(written.getvalue()) == "VIDEO"


# The process of its own


def test_the_cleaner_cleans_in_a_process_of_its_own() -> None:
    media_type, content = Cleaner(RULES).clean(jpeg())
    assert media_type is MediaType.JPEG
    assert content == clean(jpeg())


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "EMPTY"), (b"MZ", "TYPE"), (b"\xff\xd8\xff\xe0 nothing", "UNREADABLE")],
)
def test_the_cleaner_says_in_chinese_what_is_wrong(content: bytes, code: str) -> None:
    with pytest.raises(NotTaken) as raised:
        Cleaner(RULES).clean(content)
    assert raised.value.code == code
    assert raised.value.text == WORDS[code]


def _limited(**changes: object) -> AttachmentRules:
    return RULES.model_copy(update=changes)


def test_a_file_over_its_types_size_is_not_looked_at() -> None:
    limits = RULES.type[MediaType.JPEG].model_copy(update={"max_bytes": 100})
    rules = _limited(type={**RULES.type, MediaType.JPEG: limits})
    with pytest.raises(NotTaken, match="BYTES"):
        Cleaner(rules).clean(jpeg())


@pytest.mark.slow
def test_a_file_that_takes_too_much_memory_is_not_taken() -> None:
    """The picture is within its pixels, and the process may not hold so many."""
    rules = _limited(clean_memory_bytes=400 * 1024 * 1024)
    with pytest.raises(NotTaken) as raised:
        Cleaner(rules).clean(jpeg(size=(6000, 6000)))
    assert raised.value.code == "TOO_MUCH"


def test_a_cleaner_that_does_not_work_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(CleaningFailed):
        Cleaner(RULES).clean(jpeg())


def test_the_process_is_told_nothing_of_where_keys_are(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    run = subprocess.run

    def watched(*arguments: Any, **options: Any) -> Any:
        given.update(options)
        return run(*arguments, **options)

    monkeypatch.setenv("HUB_PASSPHRASE_FILE", "/somewhere")
    monkeypatch.setattr(subprocess, "run", watched)
    Cleaner(RULES).clean(jpeg())
    assert set(given["env"]) == {"PYTHONPATH", "PATH", "OMP_NUM_THREADS"}
    assert given["cwd"] == "/"


# Pictures within documents


def test_a_compressed_picture_loses_its_segments_and_not_its_pixels() -> None:
    content = jpeg()
    kept = without_metadata(content)
    assert readable(SCANNER.bytes("kept", kept)) == {}
    assert Image.open(io.BytesIO(kept)).tobytes() == Image.open(io.BytesIO(content)).tobytes()


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\x00\x01", b"\xff\xd8abc"])
def test_what_is_no_picture_within_a_document_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="JPEG"):
        without_metadata(content)


def test_boxes_beside_the_picture_are_dropped() -> None:
    written = io.BytesIO()
    picture().save(written, "JPEG2000")
    content = written.getvalue()
    words = PLANTED.encode()
    with_words = content + struct.pack(">I", 8 + len(words)) + b"xml " + words
    assert jp2_without_metadata(with_words) == content
    with pytest.raises(ValueError, match="JPEG 2000"):
        jp2_without_metadata(with_words[:-3])
