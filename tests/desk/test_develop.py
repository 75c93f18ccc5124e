"""Pictures as they are developed: upright, in sRGB, small enough, without a word about who took them where."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, ImageOps

from depesche.desk.develop import Developed, Unusable, develop
from depesche.render.pictures import share_width, widths

MB = 1_000_000
ROUND, SLOPE = (make("L").resize((40, 30)) for make in (Image.radial_gradient, Image.linear_gradient))
PICTURE = Image.merge("RGB", (ROUND, SLOPE, ROUND))


def encoded(image: Image.Image, kind: str = "JPEG", **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def halves(width: int, height: int, left: object = "red", right: object = "blue", mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, (width, height), left)  # type: ignore[arg-type]
    image.paste(right, (width // 2, 0, width, height))  # type: ignore[arg-type]
    return image


def developed(data: bytes) -> Developed:
    answer = develop(data, most_bytes=20 * MB, most_pixels=40 * MB)
    assert isinstance(answer, Developed), answer
    return answer


def refused(data: bytes, *, most_bytes: int = 20 * MB, most_pixels: int = 40 * MB) -> str:
    answer = develop(data, most_bytes=most_bytes, most_pixels=most_pixels)
    assert isinstance(answer, Unusable)
    assert answer.reason
    return answer.code


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "RGBA"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("WEBP", "RGB"),
        ("GIF", "P"),
        ("AVIF", "RGB"),
    ],
)
def test_what_cameras_and_browsers_make_becomes_webp_and_one_jpeg(kind: str, mode: str) -> None:
    image = Image.new("I;16", (700, 500), 40_000) if mode == "I;16" else halves(700, 500).convert(mode)
    made = developed(encoded(image, kind))
    assert (made.width, made.height) == (700, 500)
    assert set(made.files) == {"480.webp", "700.webp", "700.jpg"}
    assert made.id == hashlib.sha256(made.master).hexdigest()
    for name, data in made.files.items():
        stem, _, suffix = name.partition(".")
        rendition = opened(data)
        assert rendition.width == int(stem)
        assert rendition.format == {"webp": "WEBP", "jpg": "JPEG"}[suffix]


def test_sixteen_bits_of_grey_stay_grey() -> None:
    made = developed(encoded(Image.new("I;16", (60, 40), 0x8000), "PNG"))
    pixel = opened(made.files["60.webp"]).convert("L").getpixel((30, 20))
    assert isinstance(pixel, int | float)
    assert abs(pixel - 128) <= 3


def test_a_photograph_is_turned_upright_and_tells_nothing() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # the camera was held upright: turn by 90 degrees
    exif[ExifTags.Base.Artist] = "Ada Beispiel"
    exif[ExifTags.Base.Make] = "Kamerafabrik"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (51.0, 12.0, 0.0)
    data = encoded(halves(600, 400), exif=exif, comment=b"Ada war hier", dpi=(300, 300))
    assert b"Ada Beispiel" in data
    made = developed(data)
    assert (made.width, made.height) == (400, 600)
    top, bottom = (opened(made.master).convert("RGB").getpixel((200, y)) for y in (50, 550))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > 60 > top[2], "red was left, and is on top after turning"
    assert bottom[2] > 200
    for kept in (made.master, *made.files.values()):
        assert b"Ada" not in kept
        assert b"Kamerafabrik" not in kept
        assert b"Exif" not in kept
        assert not opened(kept).getexif()


@pytest.mark.parametrize("turn", range(1, 9))
def test_each_orientation_is_turned_upright(turn: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn
    upright = ImageOps.exif_transpose(opened(encoded(halves(60, 40), exif=exif)))
    made = opened(developed(encoded(halves(60, 40), exif=exif)).master).convert("RGB")
    assert made.size == upright.size
    for place in ((3, 3), (made.width - 4, made.height - 4), (3, made.height - 4)):
        ours, theirs = made.getpixel(place), upright.getpixel(place)
        assert isinstance(ours, tuple)
        assert isinstance(theirs, tuple)
        assert all(abs(a - b) < 40 for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("entry", [(0x011A, 2, 4, b"abc\0"), (0x010E, 5, 1, bytes(4)), (0x8825, 4, 1, b"\xff" * 4)])
def test_exif_of_the_wrong_kind_costs_no_picture(entry: tuple[int, int, int, bytes]) -> None:
    entries = [(ExifTags.Base.Orientation, 3, 1, b"\6\0\0\0"), entry]
    packed = b"".join(struct.pack("<HHI", *head) + value for *head, value in entries)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(entries)) + packed + bytes(4)
    made = developed(encoded(halves(60, 40), exif=exif))
    assert (made.width, made.height) == (40, 60)


def test_xmp_and_text_of_a_png_are_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Ada Beispiel")
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Ada Beispiel</x:xmpmeta>")
    made = developed(encoded(halves(50, 50), "PNG", pnginfo=info))
    assert all(b"Ada" not in data for data in (made.master, *made.files.values()))


def test_colours_of_another_profile_become_srgb() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"swap", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"swap", b"bXYZ", 1)
    made = developed(encoded(Image.new("RGB", (40, 40), (250, 10, 10)), "PNG", icc_profile=swapped))
    shown = opened(made.files["40.webp"])
    pixel = shown.convert("RGB").getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert pixel[2] > 200 > 60 > pixel[0], "what this profile calls red is blue"
    assert "icc_profile" not in shown.info


def test_a_damaged_profile_is_as_none() -> None:
    made = developed(encoded(Image.new("RGB", (40, 40), (10, 200, 30)), "PNG", icc_profile=b"not a profile" * 20))
    assert opened(made.files["40.webp"]).convert("RGB").getpixel((20, 20)) is not None


def test_transparency_stays_where_it_can_and_is_white_where_it_can_not() -> None:
    made = developed(encoded(halves(100, 60, (255, 0, 0, 0), (0, 0, 255, 255), "RGBA"), "PNG"))
    assert opened(made.files["100.webp"]).mode == "RGBA"
    corner = opened(made.files["100.jpg"]).getpixel((10, 30))
    assert isinstance(corner, tuple)
    assert min(corner) > 240


def test_of_an_animation_the_first_picture_is_taken_and_that_is_said() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    made = developed(data)
    assert made.still
    pixel = opened(made.files["64.webp"]).convert("RGB").getpixel((32, 32))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200 > pixel[1]
    assert not developed(encoded(frames[0])).still


def test_a_large_photograph_has_renditions_for_every_screen() -> None:
    made = developed(encoded(halves(5000, 3000)))
    assert (made.width, made.height) == (2560, 1536)
    assert set(made.files) == {"480.webp", "960.webp", "1600.webp", "1200.jpg"}
    assert opened(made.files["960.webp"]).size == (960, 576)


@pytest.mark.parametrize("width", [1, 20, 479, 480, 481, 600, 960, 1000, 1600, 1601, 2560])
def test_pages_know_the_renditions_from_the_width_alone(width: int) -> None:
    made = developed(encoded(Image.new("RGB", (width, 30), "gray"), "PNG"))
    assert set(made.files) == {f"{each}.webp" for each in widths(width)} | {f"{share_width(width)}.jpg"}


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and has next to nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture_empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "picture_svg"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><!-- x --><SVG onload='alert(1)'/>", "picture_svg"),
        (b"<html><script>alert(1)</script></html>", "picture_unknown"),
        (b"%PDF-1.7 ...", "picture_unknown"),
        (b"MZ\x90\0" * 100, "picture_unknown"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "picture_unknown"),
        (png_of(30_000, 30_000), "picture_bomb"),
        (png_of(7_000, 7_000), "picture_too_many_pixels"),
        (png_of(1, 20_000), "picture_too_many_pixels"),
        (png_of(100, 100), "picture_broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_picture_is_refused_with_a_reason(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_too_many_bytes_are_refused_before_they_are_looked_at() -> None:
    assert refused(b"x" * 101, most_bytes=100) == "picture_too_big"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_an_answer_never_an_error(kind: str, data: st.DataObject) -> None:
    whole = bytearray(encoded(PICTURE, kind))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(whole) - 1))
        if data.draw(st.booleans()):
            whole[place] = data.draw(st.integers(0, 255))
        else:
            del whole[place : place + data.draw(st.integers(1, 40))]
            whole = whole or bytearray(b"x")
    assert isinstance(develop(bytes(whole), most_bytes=MB, most_pixels=MB), Developed | Unusable)
