"""Scans: a PDF's pages put into a new document, with what makes a page a page and nothing else.

What to keep is listed, not what to drop: embedded files, scripts, actions, forms' data, XMP,
measures of places and whatever a later version of the format adds are left behind unnamed.
"""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, StreamDecodeLevel

from hub.attachments.jpeg import jp2_without_metadata, without_metadata
from hub.attachments.limits import TypeLimits
from hub.attachments.refusal import NotTaken

_PAGE = frozenset(
    {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/UserUnit", "/Group"}
)
_RESOURCES = frozenset(
    {"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/ProcSet"}
)
_DROPPED = frozenset(
    {
        *("/A", "/AA", "/JS", "/EF", "/UF", "/AF", "/Ref", "/Alternates", "/OPI"),
        *("/Metadata", "/PieceInfo", "/LastModified", "/StructParent", "/StructParents"),
        *("/Measure", "/PtData", "/LGIDict", "/Properties", "/OC"),
    }
)
"""Of the objects that a page draws with: keys that say something of them and draw nothing."""
_IN_PICTURES = (b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0")
_LAYERS = 64
"""How deep forms drawn by forms may lie."""


def clean_document(content: bytes, limits: TypeLimits) -> bytes:
    """The pages and what they draw, as they look: fields filled in and stamps are drawn onto
    their page first. Raises NotTaken, and whatever pikepdf raises for what it cannot read."""
    try:
        source = Pdf.open(io.BytesIO(content), attempt_recovery=False)
    except pikepdf.PasswordError:
        raise NotTaken("PASSWORD") from None
    with source, Pdf.new() as fresh:
        if len(source.pages) > limits.max_pages:
            raise NotTaken("PAGES")
        if not len(source.pages):
            raise NotTaken("EMPTY")
        if source.is_encrypted:
            raise NotTaken("PASSWORD")
        source.generate_appearance_streams()
        source.flatten_annotations("screen")
        for page in source.pages:
            _keep(page.obj, _PAGE)
            resources = page.obj.get("/Resources")
            if resources is not None:
                _keep(resources, _RESOURCES)
        fresh.pages.extend(source.pages)
        for each in list(fresh.objects):
            _clean(fresh, each, limits)
        written = io.BytesIO()
        # What nothing refers to any more is not written; nor is a date, and the identifier is made
        # of the content.
        fresh.save(written, fix_metadata_version=False, deterministic_id=True)
    return written.getvalue()


def _keep(dictionary: Object, names: frozenset[str]) -> None:
    for name in list(dictionary.keys()):
        if name not in names:
            del dictionary[name]


def _clean(owner: Pdf, each: Object, limits: TypeLimits) -> None:
    _without(each)
    if not isinstance(each, Stream):
        return
    if each.get("/Subtype") == Name.Form and "/Resources" in each:
        _keep(each["/Resources"], _RESOURCES)
    if each.get("/Subtype") == Name.Image:
        _clean_image(owner, each, limits)
    elif any(mark in each.read_bytes(StreamDecodeLevel.generalized) for mark in _IN_PICTURES):
        # A picture drawn in the middle of a page's own instructions, with its place in it.
        raise NotTaken("UNREADABLE")


def _without(each: object, depth: int = 0) -> None:
    """Takes the dropped keys out of a dictionary and what is written inside it."""
    if depth > _LAYERS:
        raise NotTaken("TOO_MUCH")
    if isinstance(each, Dictionary | Stream):
        for name in list(each.keys()):
            if name in _DROPPED:
                del each[name]
            else:
                _inside(each[name], depth)
    elif isinstance(each, Array):
        for item in each:
            _inside(item, depth)


def _inside(value: object, depth: int) -> None:
    if isinstance(value, Object) and not value.is_indirect:
        _without(value, depth + 1)


def _clean_image(owner: Pdf, image: Stream, limits: TypeLimits) -> None:
    if int(image.get("/Width", 0)) * int(image.get("/Height", 0)) > limits.max_pixels:
        raise NotTaken("PIXELS")
    filters = image.get("/Filter")
    names = list(filters) if isinstance(filters, Array) else [] if filters is None else [filters]
    if not names or names[-1] not in (Name.DCTDecode, Name.JPXDecode):
        return
    picture = image.read_raw_bytes()
    if len(names) > 1:
        # Packed once more: the outer filters are undone by themselves, the picture is left.
        outer = image.get("/DecodeParms")
        packed = Stream(owner, picture)
        packed.Filter = Array(names[:-1])
        if isinstance(outer, Array) and len(outer) == len(names):
            packed.DecodeParms = Array(list(outer)[:-1])
        picture = packed.read_bytes(StreamDecodeLevel.generalized)
    if names[-1] == Name.DCTDecode:
        _replace(image, without_metadata(picture), Name.DCTDecode)
    else:
        _replace(image, jp2_without_metadata(picture), Name.JPXDecode)


def _replace(image: Stream, picture: bytes, by: Name) -> None:
    found = image.get("/DecodeParms")
    if isinstance(found, Array):
        # One for each filter; the outer ones are gone.
        found = found[-1] if len(found) else None
    image.write(picture, filter=by, decode_parms=found if isinstance(found, Dictionary) else None)
