"""Pictures that somebody sends: judged by their content, made anew, refused with a reason (UP-01 to UP-05, UP-13)."""

import base64
import contextlib
import gzip
import io
import re
import resource
import struct
import time
import zipfile
import zlib

import pytest
from PIL import Image, ImageOps

from portal.domain.branding import DrawingRefused, drawings, raster
from portal.domain.branding.drawings import draw
from portal.domain.branding.uploads import judged
from portal.domain.errors import Invalid

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">{}</svg>'
SHAPE = '<rect width="40" height="20" fill="#b23a18"/>'


def picture(kind, size=(64, 48), mode="RGB", **how):
    out = io.BytesIO()
    Image.new(mode, size, "#b23a18").save(out, kind, **how)
    return out.getvalue()


def drawing(inside, **parts):
    return SVG.format(inside).encode(**parts)


def refusal(data, role="logo", crop=None):
    began = time.monotonic()
    with pytest.raises(Invalid) as refused:
        judged(data, role, crop)
    assert time.monotonic() - began < 1.5
    [(field, (code, _values))] = refused.value.problems.items()
    assert field == role
    return code


def opened(upload):
    return Image.open(io.BytesIO(upload.data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_pictures_of_pixels_become_png_or_a_photograph(kind):
    assert judged(picture(kind), "logo", None).extension == "png"
    login = judged(picture(kind), "login", None)
    assert login.extension == "jpg" and opened(login).size == (64, 48)


def test_what_shows_through_stays_a_png():
    login = judged(picture("PNG", mode="RGBA"), "login", None)
    assert login.extension == "png" and opened(login).mode == "RGBA"


def test_an_icon_file_becomes_its_largest_picture():
    icon = judged(picture("ICO", (64, 64), sizes=[(16, 16), (48, 48)]), "favicon", None)
    assert icon.extension == "png" and opened(icon).size == (48, 48)
    assert refusal(picture("ICO", (64, 64)), "logo") == "brand_picture_kind"


def test_large_pictures_are_made_smaller_and_stand_upright():
    turned = Image.Exif()
    turned[0x0112] = 6
    photograph = judged(picture("JPEG", (4000, 1000), exif=turned), "login", None)
    assert opened(photograph).size == (640, 2560)
    assert opened(judged(picture("PNG", (3000, 1500)), "logo", None)).size == (1600, 800)


def test_text_in_letters_that_nothing_here_can_draw_is_refused_not_lost():
    assert judged(drawing("<title>東京</title><text y='9'>São João <tspan>&amp; Łódź</tspan></text>"), "logo", None)
    for letters in ("東京", "Ωmega", "Café ☕", "Nova <tspan>Эра</tspan>"):
        assert refusal(drawing(f"<text y='9'>{letters}</text>")) == "brand_drawing_letters"


def test_a_part_of_a_picture_is_cut_out():
    whole = Image.new("RGB", (100, 50), "red")
    whole.paste("blue", (50, 0, 100, 50))
    out = io.BytesIO()
    whole.save(out, "PNG")
    part = opened(judged(out.getvalue(), "icon", (0.5, 0, 0.5, 1)))
    assert part.size == (50, 50) and part.getcolors() == [(2500, (0, 0, 255))]


@pytest.mark.parametrize(
    "crop",
    [(-0.1, 0, 1, 1), (0, 0, 1.1, 1), (0.5, 0, 0.6, 1), (0, 0, 0, 1), (0, 0, float("nan"), 1), (2, 0, 1, 1)],
)
def test_a_part_outside_the_picture_is_refused(crop):
    assert refusal(picture("PNG"), crop=crop) == "brand_crop_wrong"


def test_a_part_of_a_drawing_is_cut_out():
    half = drawing('<rect width="20" height="20" fill="#f00"/><rect x="20" width="20" height="20" fill="#00f"/>')
    cut = judged(half, "icon", (0.5, 0, 0.5, 1))
    assert b' xmlns="http://www.w3.org/2000/svg"' in cut.data and b"ns0" not in cut.data, "or browsers show nothing"
    seen = Image.open(io.BytesIO(draw(cut.data, 20)))
    assert seen.size == (20, 20) and seen.convert("RGB").getpixel((2, 10)) == (0, 0, 255)


POLYGLOTS = {
    "PNG and HTML": picture("PNG") + b"<script>alert(1)</script>",
    "PNG with a text": picture("PNG", pnginfo=None) + b"<?php system('id');",
    "GIF and JavaScript": b"GIF89a/*" + picture("GIF")[8:] + b"*/=1;alert(1)//",
    "JPEG and ZIP": picture("JPEG") + b"PK\x03\x04secret.txt",
}


@pytest.mark.parametrize("data", POLYGLOTS.values(), ids=POLYGLOTS)
def test_nothing_of_a_second_file_survives(data):
    try:
        kept = judged(data, "logo", None).data
    except Invalid:
        return
    for foreign in (b"script", b"alert", b"php", b"PK\x03\x04", b"secret"):
        assert foreign not in kept


def test_where_a_photograph_was_taken_is_not_kept():
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825)[2] = (23.0, 33.0, 1.0)
    for role in ("login", "logo"):
        kept = judged(picture("JPEG", exif=exif, comment=b"a comment"), role, None)
        assert not opened(kept).getexif() and b"CameraMaker" not in kept.data and b"comment" not in kept.data
    noted = judged(picture("PNG", icc_profile=b"a profile of a printer", dpi=(300, 300)), "logo", None)
    assert not opened(noted).info


FOREIGN = {
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "PDF": b"%PDF-1.7\n1 0 obj\n",
    "PSD": b"8BPS\x00\x01" + bytes(20),
    "TIFF": picture("TIFF"),
    "TIFF the other way": b"MM\x00*" + bytes(40),
    "FPX": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "WMF": b"\xd7\xcd\xc6\x9a" + bytes(40),
    "EMF": b"\x01\x00\x00\x00" + bytes(36) + b" EMF" + bytes(40),
    "BMP": picture("BMP"),
    "TGA": picture("TGA"),
    "PPM": b"P6 9 9 255 " + bytes(243),
    "CUR": b"\x00\x00\x02\x00" + picture("ICO", (32, 32))[4:],
    "ICNS": b"icns" + bytes(40),
    "JPEG 2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(40),
    "AVIF": b"\x00\x00\x00\x1cftypavif" + bytes(40),
    "HEIC": b"\x00\x00\x00\x1cftypheic" + bytes(40),
    "MP4": b"\x00\x00\x00\x18ftypmp42" + bytes(40),
    "ZIP": b"PK\x03\x04" + bytes(40),
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "XHTML": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
    "JavaScript": b"alert(1)",
    "a program": b"\x7fELF" + bytes(40),
    "compressed SVG": gzip.compress(drawing(SHAPE)),
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("data", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("role", ["logo", "favicon"])
def test_every_other_kind_is_refused_before_a_decoder_sees_it(monkeypatch, data, role):
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("opened"))
    assert refusal(data, role) == "brand_picture_kind"


def test_a_decoder_reads_its_own_kind_alone(monkeypatch):
    """30 pairs: five beginnings that are allowed, before the content of six other kinds."""
    formats = []
    real = Image.open
    monkeypatch.setattr(Image, "open", lambda file, **how: formats.append(how) or real(file, **how))
    starts = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff", "GIF": b"GIF89a", "WEBP": b"RIFF\0\0\0\0WEBP"}
    starts["ICO"] = b"\x00\x00\x01\x00"
    for kind, start in starts.items():
        for inside in ("EPS", "PDF", "PSD", "TIFF", "BMP", "HTML"):
            assert refusal(start + FOREIGN[inside], "favicon") == "brand_picture_broken", (kind, inside)
    assert all(len(how["formats"]) == 1 for how in formats)


def png_of(width, height, *, chunks=b""):
    """A PNG whose head promises a size; its pixels are zeros, packed tightly."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress(bytes((width // 8 + 1) * height), 9)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunks + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_flood_of_pixels_is_refused_before_it_is_decoded(monkeypatch):
    flood = png_of(12_000, 12_000)
    assert len(flood) < 20_000
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("decoded"))
    assert refusal(flood) == "brand_picture_pixels"
    assert refusal(png_of(6_001, 8)) == "brand_picture_pixels"
    assert refusal(png_of(5_000, 5_000)) == "brand_picture_pixels"


def test_the_largest_picture_there_may_be_takes_little_time_and_memory():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out = io.BytesIO()
    Image.new("RGBA", (5000, 3300)).save(out, "PNG")
    assert judged(out.getvalue(), "login", None).extension == "png"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000, "KiB"


def test_one_picture_is_decoded_at_a_time(monkeypatch):
    held = []
    monkeypatch.setattr(ImageOps, "exif_transpose", lambda *_, **__: held.append(raster.decoding.locked()))
    judged(picture("PNG"), "login", None)
    assert held == [True] and not raster.decoding.locked()


def test_what_moves_is_refused():
    frames = [Image.new("L", (16, 16), at % 255) for at in range(300)]
    for kind in ("GIF", "PNG", "WEBP"):
        out = io.BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:])
        assert refusal(out.getvalue()) == "brand_picture_moves"
    gif = picture("GIF", (16, 16))
    assert refusal(gif[:-1] + gif[gif.index(b",") : -1] * 10_000 + b";") == "brand_picture_moves"


def icon_file(entries, bodies=b""):
    return struct.pack("<HHH", 0, 1, len(entries)) + b"".join(struct.pack("<BBBBHHII", *e) for e in entries) + bodies


HUGE = png_of(12_000, 12_000)
ICONS = {
    "a huge PNG inside": icon_file([(0, 0, 0, 0, 1, 32, len(HUGE), 22)], HUGE),
    "a thousand entries": icon_file([(16, 16, 0, 0, 1, 32, 40, 22)] * 1000, bytes(4000)),
    "no entry": icon_file([]),
    "an entry past the end": icon_file([(16, 16, 0, 0, 1, 32, 4_000_000_000, 22)]),
    "an entry that begins past the end": icon_file([(16, 16, 0, 0, 1, 32, 9, 4_000_000_000)]),
    "an empty entry": icon_file([(16, 16, 0, 0, 1, 32, 0, 22)]),
    "nothing but a head": b"\x00\x00\x01\x00",
    "a bitmap that promises 30,000 rows": icon_file(
        [(0, 0, 0, 0, 1, 32, 60, 22)],
        struct.pack("<IiiHHIIiiII", 40, 30_000, 60_000, 1, 32, 0, 0, 0, 0, 0, 0) + bytes(20),
    ),
}


@pytest.mark.parametrize("data", ICONS.values(), ids=ICONS)
def test_icon_files_that_lie_are_refused(data):
    assert refusal(data, "favicon") in ("brand_picture_broken", "brand_picture_pixels")


ACTIVE = {
    "a script": "<script>alert(1)</script>",
    "a script of its own name space": '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    "a handler": '<rect onload="alert(1)"/>',
    "a handler in capitals": '<rect OnLoad="alert(1)"/>',
    "a page": "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
    "an animation": '<a><animate attributeName="href" values="javascript:alert(1)"/></a>',
    "a setter": '<set attributeName="onmouseover" to="alert(1)"/>',
    "a frame": '<iframe src="https://evil.example"/>',
}
OUTSIDE = {
    "a link that runs": '<a href="javascript:alert(1)"><rect/></a>',
    "a use from elsewhere": '<use href="https://evil.example/x.svg#a"/>',
    "a use from elsewhere, old": '<use xlink:href="//evil.example/x.svg#a"/>',
    "an image from elsewhere": '<image href="https://evil.example/x.png"/>',
    "an image from the disk": '<image href="file:///etc/passwd"/>',
    "an image beside it": '<image href="login.html"/>',
    "a drawing inside": '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
    "a page inside": '<image href="data:text/html;base64,PHN2Zy8+"/>',
    "a fill from elsewhere": '<rect fill="url(https://evil.example/#a)"/>',
    "a fill from elsewhere, quoted": "<rect fill=\"url('https://evil.example/#a')\"/>",
    "a style from elsewhere": "<style>@import 'https://evil.example/x.css';</style>",
    "a font from elsewhere": "<style>@font-face{font-family:x;src:url(x.woff)}</style>",
    "a background": "<style>rect{background:url( 'https://evil.example')}</style>",
    "a style that hides": r"<style>rect{fill:u\72l(https://evil.example)}</style>",
    "a style around an element": "<style>a{}<g/>@import 'https://evil.example/x.css';</style>",
    "an expression": '<rect style="width:expression(alert(1))"/>',
    "a set of images": "<rect style=\"background:image-set('https://evil.example' 1x)\"/>",
}
HEAVY = {
    "six thousand shapes": "<g/>" * 6000,
    "deep": "<g>" * 100 + "</g>" * 100,
    "noise": '<filter id="f"><feTurbulence numOctaves="999999999"/></filter><rect filter="url(#f)"/>',
    "itself": '<g id="a"><use href="#a"/></g>',
    "each other": '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
    "patterns of themselves": '<pattern id="p"><rect fill="url(#p)"/></pattern><rect fill="url(#p)"/>',
    "a billion copies": "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 10))
    + '<g id="g0"><rect/></g><use href="#g9"/>',
    "a billion patterns": "".join(
        f'<pattern id="p{n}">' + f'<rect fill="url(#p{n - 1})"/>' * 10 + "</pattern>" for n in range(1, 10)
    )
    + '<pattern id="p0"><rect/></pattern><rect fill="url(#p9)"/>',
    "blur upon blur": '<filter id="f"><feGaussianBlur stdDeviation="9999"/></filter><rect filter="url(#f)"/>',
    "a blur": '<g filter="blur(2) blur(2)"/>',
    "a blur by a style": '<g style="FILTER/**/:blur(5px)"/>',
    "a blur by a style sheet": "<style>g{filter:blur(5px)}</style>",
    "a gradient that begins again": '<linearGradient x2="1e-6" spreadMethod="repeat"/>',
    "a gradient that turns back": '<radialGradient r="1e-6" spreadMethod="reflect"/>',
    "many letters": f"<text>{'abcdefgh ' * 400}</text>",
    "copies of letters": f'<text id="t">{"a" * 200}</text>' + '<use href="#t"/>' * 20,
    "a mark at every corner": '<marker id="m"><rect/></marker><path d="M0 0L9 9" marker-mid="url(#m)"/>',
    "a pattern by a style": "<style>rect{fill:url(#a)}</style><clipPath id='a'><rect/></clipPath>",
    "layers": '<g opacity=".5">' * 30 + "</g>" * 30,
    "layers by a style": "<style>g{opacity:.5}</style>" + "<g>" * 30 + "</g>" * 30,
    "masks": '<mask id="a"><rect/></mask>' + '<g mask="url(#a)"/>' * 30,
    "drawings in drawings": '<svg width="1000000" height="1000000"><rect/></svg>',
    "dashes without number": '<circle r="1e8" stroke="red" stroke-dasharray="1e-9"/>',
    "dashes by a style": "<style>circle{stroke-dasharray:1}</style>",
    "a style of everything": "<style>" + ".a .b .c .d{fill:red}" * 200 + "</style>" + "<rect/>" * 1500,
    "more than a megabyte": f"<desc>{'x' * 1_100_000}</desc>",
}
CODES = {"brand_drawing_active": ACTIVE, "brand_drawing_outside": OUTSIDE, "brand_drawing_heavy": HEAVY}


@pytest.mark.parametrize(
    ("code", "inside"),
    [pytest.param(code, inside, id=name) for code, cases in CODES.items() for name, inside in cases.items()],
)
def test_a_drawing_that_acts_reaches_out_or_never_ends_is_refused(code, inside):
    assert refusal(drawing(SHAPE + inside)) == code


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITIES = {
    "a billion laughs": f'<!DOCTYPE svg [<!ENTITY l0 "ha">{LAUGHS}]>',
    "a file": '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "parameters": '<!DOCTYPE svg [<!ENTITY % x SYSTEM "https://evil.example/x.dtd"> %x;]>',
}


@pytest.mark.parametrize("head", ENTITIES.values(), ids=ENTITIES)
def test_entities_are_refused_before_anything_is_parsed(monkeypatch, head):
    monkeypatch.setattr("portal.domain.branding.drawings.parsed", lambda _: pytest.fail("parsed"))
    assert refusal(head.encode() + drawing(SHAPE + "<text>&l9;&x;</text>")) == "brand_drawing_entity"


def test_encodings_hide_nothing():
    for encoding in ("utf-16", "utf-7"):
        head = f'<?xml version="1.0" encoding="{encoding}"?>'
        data = (head + SVG.format("<script>alert(1)</script>")).encode(encoding)
        assert refusal(data) in ("brand_drawing_broken", "brand_picture_kind")
    said = b'<?xml version="1.0" encoding="UTF-7"?>' + drawing("+ADw-script+AD4-alert(1)+ADw-/script+AD4-")
    assert refusal(said) == "brand_drawing_broken"


def test_a_drawing_that_the_drawer_trips_over_is_refused():
    line = '<path d="M-1e9 -1e9 L1e9 1e9 L-1e8 1e9" stroke="red" stroke-width="1e7" fill="none"/>'
    with contextlib.suppress(Invalid):
        judged(drawing(line * 500), "logo", None)
    for stroke in ("1e7", "1e38", "nan"):
        with contextlib.suppress(Invalid):
            judged(drawing(line.replace("1e7", stroke)), "logo", None)


def test_a_drawing_is_tried_once_as_large_as_it_is_ever_drawn(monkeypatch):
    tried = []

    def drawer(svg, width, seconds):
        tried.append((width, seconds))
        raise DrawingRefused("brand_drawing_heavy")

    monkeypatch.setattr(drawings, "_drawers", [drawer])
    assert refusal(drawing(SHAPE)) == refusal(drawing(SHAPE), crop=(0, 0, 0.25, 1)) == "brand_drawing_heavy"
    assert tried == [(960, 1), (480, 1)]


def test_a_drawing_is_as_large_as_what_it_shows_whatever_it_says():
    data = drawing(SHAPE).replace(b"<svg ", b'<svg width="1" height="1000000" ')
    kept = judged(data, "logo", None).data
    assert b'width="40"' in kept and b'height="20"' in kept and b'viewBox="0 0 40 20"' in kept
    assert Image.open(io.BytesIO(draw(data, 80))).size == (80, 40), "whoever wrote it into the folder"


def test_units_of_length_are_read():
    data = drawing(SHAPE).replace(b'viewBox="0 0 40 20"', b'width="1in" height="15mm"')
    assert b'viewBox="0 0 96 56.6929"' in judged(data, "logo", None).data
    assert refusal(data.replace(b"1in", b"100%")) == "brand_drawing_frame"


def test_a_part_is_held_to_the_same_frame_as_a_whole():
    tall = drawing('<rect width="100%" height="100%"/>').replace(b"0 0 40 20", b"0 0 1000 40000")
    assert judged(tall, "favicon", None)
    assert refusal(tall, "favicon", (0, 0, 0.2, 1)) == "brand_drawing_frame"
    for box in (b"0 0 .5 .5", b"1e999 0 40 20"):
        assert refusal(drawing(SHAPE).replace(b"0 0 40 20", box), crop=(0, 0, 0.01, 0.01)) == "brand_drawing_frame"


@pytest.mark.parametrize("data", [b"<svg", b"<svg></svg", b"<!-- <svg> -->", drawing("&nbsp;"), b"<svg:svg/>"])
def test_broken_drawings_are_refused(data):
    assert refusal(data) in ("brand_drawing_broken", "brand_drawing_frame")


def test_a_drawing_says_how_large_it_is():
    assert refusal(b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>') == "brand_drawing_frame"
    assert refusal(SVG.format(SHAPE).replace("40 20", "4000 1").encode()) == "brand_drawing_frame"


def test_what_drawing_programs_write_is_taken_and_cleaned():
    kept = judged(
        b'<?xml version="1.0" encoding="UTF-8" standalone="no"?><!-- Creator: CorelDRAW -->'
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        + drawing(
            '<metadata>a secret</metadata><defs><linearGradient id="g"><stop stop-color="#f00"/></linearGradient>'
            '<clipPath id="c"><rect width="20" height="20"/></clipPath></defs>'
            '<g clip-path="url(#c)"><rect width="9" height="9" '
            'style="color-interpolation-filters:sRGB;fill:url(#g);filter:none"/></g>'
            f'<image width="4" height="4" href="data:image/png;base64,{base64.b64encode(picture("PNG")).decode()}"/>'
        ),
        "logo",
        None,
    )
    assert kept.extension == "svg"
    for left in (b' xmlns="http://www.w3.org/2000/svg"', b"linearGradient", b"clip-path", b"data:image/png"):
        assert left in kept.data
    for gone in (b"secret", b"Corel", b"DOCTYPE"):
        assert gone not in kept.data


def test_pictures_inside_a_drawing_are_judged_too():
    def with_picture(data, kind):
        return drawing(f'{SHAPE}<image href="data:image/{kind};base64,{base64.b64encode(data).decode()}"/>')

    assert judged(with_picture(picture("PNG"), "png"), "logo", None)
    assert refusal(with_picture(HUGE, "png")) == "brand_drawing_embedded"
    assert refusal(with_picture(FOREIGN["EPS"], "png")) == "brand_drawing_embedded"
    assert refusal(with_picture(picture("GIF"), "jpeg")) == "brand_drawing_embedded"
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    for kind in ("png", "jpeg"):
        kept = judged(with_picture(picture(kind, exif=exif) + b"<script>PK", kind), "logo", None).data
        [found] = re.findall(rb"data:image/" + kind.encode() + rb";base64,([^\"]+)", kept)
        inside = base64.b64decode(found)
        assert Image.open(io.BytesIO(inside)).size == (64, 48) and not Image.open(io.BytesIO(inside)).getexif()
        assert b"CameraMaker" not in inside and b"<script>" not in inside


def test_sizes_have_a_floor_and_a_ceiling():
    assert refusal(b"") == "brand_picture_empty"
    assert refusal(bytes(5 * 1024 * 1024 + 1)) == "brand_picture_large"
    assert refusal(picture("PNG", (8, 8))) == "brand_picture_small"
    assert refusal(picture("PNG", (1000, 16))) == "brand_picture_small"
    assert refusal(picture("PNG"), "banner") == "brand_role_unknown"
    assert refusal(picture("PNG"), "badge") == "brand_role_unknown"
    noise = Image.effect_noise((2400, 1800), 100).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=40)
    assert judged(out.getvalue(), "login", None).extension == "jpg"


def test_a_zip_that_calls_itself_a_picture_is_none():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("logo.svg", drawing(SHAPE))
    assert refusal(out.getvalue()) == "brand_picture_kind"
