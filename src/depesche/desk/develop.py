"""Bytes that somebody calls a picture become pictures that are safe to show.

In: uploaded bytes and two limits. Out: a master and its renditions as WebP, upright, in sRGB, without EXIF, GPS or any
other metadata; or Unusable, which says why and what to do. Pure. Never: a name or a declared type believed, a pixel
decoded before its number is known, an original byte passed on.
"""

from __future__ import annotations

import hashlib
import io
import struct
from typing import TypeAlias

from msgspec import Struct
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from depesche.render.pictures import share_width, widths

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
"""What browsers and cameras make. TIFF, EPS, PDF and the others have too many ways to be hostile for their use."""
MOST_SIDE = 16_000
"""Pixels of one side: WebP holds at most 16,383."""
MASTER_SIDE = 2560
"""Longest side of what is kept: enough for a later release to make larger renditions, a tenth of a camera's bytes."""
QUALITY, MASTER_QUALITY, SHARE_QUALITY = 80, 90, 82
"""Of 100. At 80 the eye finds no difference beside the original; the master gets more, as it is encoded twice."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by EXIF's orientation (tag 0x0112)."""
_BROKEN = (OSError, SyntaxError, ValueError, RuntimeError, EOFError, IndexError, struct.error)
"""What Pillow's decoders raise on damaged files: the first four in 300,000 damaged files."""
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)

REASONS: dict[str, str] = {
    "picture_empty": "The file is empty. Choose it again.",
    "picture_too_big": "The file has {size} MB, at most {most} MB are taken. Save it smaller and upload that.",
    "picture_svg": "SVG isn't taken: it can carry scripts. Export the drawing as PNG and upload that.",
    "picture_unknown": "This isn't a picture that can be shown. JPEG, PNG, WebP, GIF and AVIF are taken.",
    "picture_broken": "The picture is damaged: it can't be read to its end. Export or fetch it again.",
    "picture_too_many_pixels": (
        "The picture has {width} × {height} pixels, at most {most} million are taken. Scale it down and upload that."
    ),
    "picture_unkept": "The picture can't be kept: the disk is full or can't be written. Make room, then send it again.",
    "picture_bomb": "The picture has too many pixels; at most {most} million are taken. Scale it down and upload that.",
}
"""English text of each reason by its code; the interface translates it (gettext msgid)."""


class Unusable(Struct, frozen=True):
    """Why a file is not taken as a picture."""

    code: str
    params: dict[str, str | int] = {}

    @property
    def reason(self) -> str:
        """The English sentence for people."""
        return REASONS[self.code].format_map(self.params)


class Developed(Struct, frozen=True):
    """A picture ready to be kept: `id` is the SHA-256 (hex) of `master`, sizes are pixels of the master.

    `files` has the bytes by file name ("960.webp"); `still` is True where only the first picture of an animation
    was taken.
    """

    id: str
    width: int
    height: int
    master: bytes
    files: dict[str, bytes]
    still: bool = False


Answer: TypeAlias = Developed | Unusable


def develop(data: bytes, *, most_bytes: int, most_pixels: int) -> Answer:
    """Check, turn upright, convert to sRGB, scale and encode. Takes a few seconds for 24 megapixels."""
    refused = _refuse_bytes(data, most_bytes)
    if refused:
        return refused
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            refused = _refuse_size(image.size, most_pixels)
            if refused:
                return refused
            still = bool(getattr(image, "is_animated", False))
            picture = _upright_srgb(image)
    except _TOO_LARGE:
        return Unusable("picture_bomb", {"most": most_pixels // 1_000_000})
    except UnidentifiedImageError:
        return Unusable("picture_unknown")
    except _BROKEN:
        return Unusable("picture_broken")
    return _encoded(picture, still=still)


def again(master: bytes, *, most_bytes: int, most_pixels: int) -> Answer:
    """The renditions of a picture that was developed before, from its master, which stays as it is."""
    refused = _refuse_bytes(master, most_bytes)
    if refused:
        return refused
    try:
        with Image.open(io.BytesIO(master), formats=("WEBP",)) as image:
            refused = _refuse_size(image.size, min(most_pixels, MASTER_SIDE * MASTER_SIDE))
            if refused:
                return refused
            image.load()
            picture = image.convert("RGBA" if image.has_transparency_data else "RGB")
    except _TOO_LARGE:
        return Unusable("picture_bomb", {"most": most_pixels // 1_000_000})
    except UnidentifiedImageError:
        return Unusable("picture_unknown")
    except _BROKEN:
        return Unusable("picture_broken")
    made = _encoded(picture, still=False)
    return Developed(hashlib.sha256(master).hexdigest(), made.width, made.height, master, made.files)


def _refuse_bytes(data: bytes, most: int) -> Unusable | None:
    if not data:
        return Unusable("picture_empty")
    if len(data) > most:
        return Unusable("picture_too_big", {"size": -(-len(data) // 1_000_000), "most": most // 1_000_000})
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<") and b"<svg" in start:
        return Unusable("picture_svg")
    return None


def _refuse_size(size: tuple[int, int], most: int) -> Unusable | None:
    width, height = size
    if width * height > most or max(size) > MOST_SIDE:
        return Unusable("picture_too_many_pixels", {"width": width, "height": height, "most": most // 1_000_000})
    return None


def _upright_srgb(image: Image.Image) -> Image.Image:
    """The first frame as RGB or RGBA in sRGB, turned as its EXIF says, at most MASTER_SIDE long."""
    image.draft("RGB", (MASTER_SIDE, MASTER_SIDE))  # a JPEG is then decoded at a half or a quarter of its size
    profile = image.info.get("icc_profile")
    image = _upright(image)
    image = _to_srgb(_plain_mode(image), profile)
    image.thumbnail((MASTER_SIDE, MASTER_SIDE), Image.Resampling.LANCZOS)
    return image


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF says. Pillow's own function writes the rest of the EXIF anew, and fails on what it can't."""
    image.load()
    turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    return image if turn is None else image.transpose(turn)


def _plain_mode(image: Image.Image) -> Image.Image:
    """One of the modes that a colour profile can speak about: L, RGB, RGBA, CMYK."""
    if image.mode.startswith("I"):  # 16 bits of grey; convert() would clip all above 255 to white
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("L", "RGB", "CMYK") and not image.has_transparency_data:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            given = ImageCms.getOpenProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            converted = None  # a damaged profile, or one for another kind of picture: as if there were none
        if converted is not None:
            return converted
    return image.convert(mode)


def _encoded(picture: Image.Image, *, still: bool) -> Developed:
    picture.info = {}  # EXIF, XMP, comments, profiles: encoders write what they find here
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    master = _webp(picture, MASTER_QUALITY)
    files = {f"{width}.webp": _webp(_scaled(picture, width), QUALITY) for width in widths(picture.width)}
    width = share_width(picture.width)
    files[f"{width}.jpg"] = _jpeg(_scaled(picture, width))
    name = hashlib.sha256(master).hexdigest()
    return Developed(name, picture.width, picture.height, master, files, still)


def _scaled(picture: Image.Image, width: int) -> Image.Image:
    if width >= picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _webp(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    """For the cards of other sites, some of which show no WebP; transparency becomes white."""
    if picture.mode == "RGBA":
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=SHARE_QUALITY, progressive=True, optimize=True)
    return out.getvalue()
