"""Photos: decoded and encoded anew, so that nothing but the picture is left of them."""

from __future__ import annotations

import io
from contextlib import suppress

from PIL import Image, ImageCms, ImageOps

from domain.attachment import MediaType
from hub.attachments.limits import TypeLimits
from hub.attachments.refusal import NotTaken

_FORMATS = {MediaType.JPEG: "JPEG", MediaType.PNG: "PNG", MediaType.WEBP: "WEBP"}
_QUALITY = 92


def clean_image(content: bytes, media_type: MediaType, limits: TypeLimits) -> bytes:
    """The picture, turned the way it was taken, in sRGB, without place, time, device, thumbnail,
    text, profile, or anything before or behind it. Raises NotTaken, and whatever Pillow raises
    for what it cannot read."""
    form = _FORMATS[media_type]
    # Our own limit stands in the place of Pillow's, which only warns.
    Image.MAX_IMAGE_PIXELS = None
    image = Image.open(io.BytesIO(content), formats=[form])
    if image.width * image.height > limits.max_pixels:
        raise NotTaken("PIXELS")
    if media_type is not MediaType.JPEG and getattr(image, "n_frames", 1) > 1:
        raise NotTaken("ANIMATED")
    image.load()
    turned = _in_srgb(ImageOps.exif_transpose(image))
    # Drawn onto a new one: an image carries what its file said of it along into the next file.
    fresh = Image.new(turned.mode, turned.size)
    fresh.paste(turned)
    written = io.BytesIO()
    if media_type is MediaType.PNG:
        fresh.save(written, form, optimize=False)
    else:
        fresh.save(written, form, quality=_QUALITY)
    return written.getvalue()


def _in_srgb(image: Image.Image) -> Image.Image:
    transparent = image.has_transparency_data and image.format != "JPEG"
    mode = "RGBA" if transparent else "L" if image.mode in ("1", "L", "I", "I;16") else "RGB"
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        # A profile that cannot be read leaves the colours as they are.
        with suppress(ImageCms.PyCMSError, OSError):
            found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                image, found, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            if converted is not None:
                image = converted
    return image.convert(mode)
