"""Leaks planted on purpose, one of each kind: what a scan has to find."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from flask import Flask, Response, request
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import RectangleObject

from portal.gateways import pdf
from tests.factories import ROOT

AURORA_LOGO = (ROOT / "brand_themes/aurora/logo.png").read_bytes()
VENDOR_ICON = "data:image/svg+xml;base64," + b64encode((ROOT / "brand_themes/_vendor/icon.svg").read_bytes()).decode()

Change = Callable[[Response], None]


@dataclass(frozen=True)
class Plant:
    """What is planted on a path, and as what it must be found: the leak, its place, the address it is told under."""

    name: str
    path: str
    change: Change
    leak: str
    place: str
    address: str


def body(html: str, *, before: str = "</main>") -> Change:
    """Put something into a page."""

    def change(answer: Response) -> None:
        if answer.mimetype != "application/pdf":
            answer.set_data(answer.get_data(as_text=True).replace(before, f"{html}{before}", 1))

    return change


def more(text: str) -> Change:
    """Put something at the end of a file."""

    def change(answer: Response) -> None:
        if answer.mimetype != "application/pdf":
            answer.set_data(answer.get_data() + text.encode())

    return change


def header(name: str, value: str) -> Change:
    return lambda answer: answer.headers.add(name, value)


def only(data: bytes) -> Change:
    return lambda answer: answer.set_data(data)


def smaller(data: bytes) -> bytes:
    """The picture drawn anew: another size, other bytes."""
    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    out = io.BytesIO()
    picture.resize((picture.width * 2 // 3, picture.height * 2 // 3), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


HOME, SIGN_IN = "/office/harbour-cafe/home/", "/sign-in"
PLANTS = (
    Plant("a text", SIGN_IN, body("<p>Made with Ribalta</p>"), "name", "text", "account.sign_in.show"),
    Plant("an entity", "/forgotten", body("<p>Rib&#97;lta</p>"), "name", "text", "account.forgotten.index"),
    Plant("a hidden mark", "/account/", body("<p>Rib\u200balta</p>"), "name", "text", "account.profile.index"),
    Plant("a title", HOME, body("Ribalta", before="</title>"), "name", "title", "office.home.index"),
    Plant(
        "a meta", HOME, body('<meta name="author" content="ribalta">', before="</head>"), "name", "meta", "office.home"
    ),
    Plant("a comment", HOME, body("<!-- ribalta -->"), "name", "comment", "office.home"),
    Plant("a class name", HOME, body('<p class="ribalta-box"></p>'), "name", "class name", "office.home"),
    Plant(
        "an alternative", HOME, body('<img src="/favicon.ico" alt="Ribalta">'), "name", "attribute alt", "office.home"
    ),
    Plant("a data attribute", HOME, body('<p data-ribalta="1"></p>'), "name", "attribute name", "office.home"),
    Plant(
        "an asset path", HOME, body('<img src="/assets/ribalta.svg" alt="">'), "name", "attribute src", "office.home"
    ),
    Plant("a script in the page", HOME, body("<script>Ribalta.go()</script>"), "name", "script", "office.home"),
    Plant(
        "a generator",
        HOME,
        body('<meta name="generator" content="Werkzeug">', before="</head>"),
        "tool",
        "meta",
        "office.home",
    ),
    Plant("a header", HOME, header("X-Made-By", "Ribalta"), "name", "header X-Made-By", "office.home"),
    Plant("a server", HOME, header("Server", "gunicorn/27"), "tool", "header Server", "office.home"),
    Plant("a cookie", HOME, header("Set-Cookie", "ribalta_session=1"), "name", "header Set-Cookie", "office.home"),
    Plant(
        "a policy",
        "/account/notices",
        header("Content-Security-Policy", "img-src https://cdn.example.net"),
        "host",
        "header Content-Security-Policy",
        "account.notices.index",
    ),
    Plant(
        "a preload",
        HOME,
        header("Link", "<https://fonts.example.org/a.woff2>; rel=preload"),
        "host",
        "header Link",
        "office.home",
    ),
    Plant(
        "a third party",
        HOME,
        body('<script src="https://cdn.example.net/a.js"></script>'),
        "host",
        "attribute src",
        "office.home",
    ),
    Plant(
        "a third party without scheme",
        "/office/harbour-cafe/services/",
        body('<img src="//cdn.example.net/a" alt="">'),
        "host",
        "<img src>",
        "office.services.index",
    ),
    Plant(
        "the platform",
        HOME,
        body('<a href="http://localhost:8000/agency/">x</a>'),
        "host",
        "attribute href",
        "office.home",
    ),
    Plant(
        "another agency's host",
        "/office/harbour-cafe/menus/",
        body('<a href="http://aurora.localhost:8000/">x</a>'),
        "host",
        "attribute href",
        "office.menus.index",
    ),
    Plant(
        "another agency's name",
        "/office/harbour-cafe/team/",
        body("<p>Aurora</p>"),
        "name",
        "text",
        "office.team.index",
    ),
    Plant(
        "another agency's address",
        "/office/harbour-cafe/settings/",
        body("<p>oi@aurora.example</p>"),
        "name",
        "text",
        "office.settings.index",
    ),
    Plant(
        "the vendor's address",
        "/office/harbour-cafe/services/",
        body("<p>support@ribalta.example</p>"),
        "name",
        "text",
        "office.services.index",
    ),
    Plant(
        "the operator",
        "/office/harbour-cafe/statements/",
        body("<p>Palco Pagamentos Ltda.</p>"),
        "name",
        "text",
        "office.statements.index",
    ),
    Plant(
        "a picture in the page", HOME, body(f'<img alt="" src="{VENDOR_ICON}">'), "picture", "<img src>", "office.home"
    ),
    Plant("another agency's logo", "/favicon.ico", only(AURORA_LOGO), "picture", "picture", "brand.files.favicon"),
    Plant(
        "a style sheet's comment",
        "/assets/office-",
        more("/* Ribalta */"),
        "name",
        "style sheet comment",
        "brand.files.asset",
    ),
    Plant(
        "a class of the style sheet",
        "/assets/office-",
        more(".ribalta{color:red}"),
        "name",
        "style sheet",
        "brand.files.asset",
    ),
    Plant(
        "a style sheet's import",
        "/assets/office-",
        more('@import "https://cdn.example.net/a.css";'),
        "host",
        "style sheet",
        "brand.files.asset",
    ),
    Plant(
        "a source map",
        "/assets/office-",
        more("/*# sourceMappingURL=office.css.map */"),
        "source",
        "source map",
        "brand.files.asset",
    ),
    Plant(
        "a script's banner",
        "/assets/office-",
        more("\n// \\u0052ibalta"),
        "name",
        "script comment",
        "brand.files.asset",
    ),
    Plant(
        "a drawing",
        "/brand/",
        body("<title>Ribalta</title>", before="</svg>"),
        "name",
        "drawing",
        "brand.files.picture",
    ),
    Plant(
        "a redirect",
        "/",
        header("HX-Redirect", "http://localhost:8000/sign-in"),
        "host",
        "header HX-Redirect",
        "account.start.index",
    ),
    Plant("an error page", "/no-such-page", body("<p>Ribalta</p>"), "name", "text", "/no-such-page"),
    Plant("a fragment", "/office/no-such-app/", more("<p>Ribalta</p>"), "name", "text", "office.home.index"),
    Plant(
        "a CSV file",
        "/office/harbour-cafe/team/matrix.csv",
        more("Ribalta,1\n"),
        "name",
        "CSV file",
        "office.team_matrix.export",
    ),
    Plant(
        "a file name",
        "/office/harbour-cafe/team/matrix.csv",
        header("Content-Disposition", "attachment; filename=ribalta.csv"),
        "name",
        "file name",
        "office.team_matrix.export",
    ),
    Plant("data", "/.well-known/jwks.json", more('{"iss": "Ribalta"}'), "name", "data", "well_known.jwks.show"),
)


def plant(app: Flask, plants: tuple[Plant, ...]) -> Callable[[Response], Response]:
    """What `app.process_response` becomes."""
    original = app.process_response

    def process(response: Response) -> Response:
        answer = original(response)
        for one in plants:
            if request.path == one.path or (
                len(one.path) > 1 and one.path.endswith(("-", "/")) and request.path.startswith(one.path)
            ):
                fits = not answer.is_streamed and answer.mimetype != "font/woff2"
                if fits and _is_right(one, answer):
                    one.change(answer)
        return answer

    return process


def _is_right(one: Plant, answer: Response) -> bool:
    """Not a style sheet's leak into a script."""
    if one.path.startswith("/assets/"):
        return ("script" in one.name) == ("javascript" in answer.mimetype) and answer.mimetype.startswith("text/")
    return True


def spoil_letter(letter: EmailMessage) -> EmailMessage:
    """A letter as it must not leave."""
    for name, value in LETTER_HEADERS.items():
        del letter[name]
        letter[name] = value
    for part in letter.walk():
        if part.get_content_type() == "text/plain":
            part.set_content(part.get_content() + "\nhttp://localhost:8000/agency/\n")
        elif part.get_content_type() == "text/html":
            part.set_content(part.get_content().replace("</body>", "<!-- Ribalta --></body>"), subtype="html")
        elif part.get_content_maintype() == "image":
            name = part["Content-ID"]
            part.set_content(smaller(AURORA_LOGO), "image", "png", cid=name, filename="ribalta.png")
    return letter


LETTER_HEADERS = {
    "Subject": "Ribalta: an invitation",
    "From": "Ribalta <no-reply@northwind.localhost>",
    "Reply-To": "support@ribalta.example",
    "Message-ID": "<1@localhost>",
    "X-Mailer": "Ribalta 1.0",
}
IN_LETTERS = (
    ("name", "header Subject"),
    ("name", "header From"),
    ("name", "header Reply-To"),
    ("host", "header Message-ID"),
    ("name", "header X-Mailer"),
    ("host", "text"),
    ("name", "comment"),
    ("picture", "picture"),
    ("name", "file name"),
)


def spoiled_paper(folder: Path) -> bytes:
    """A statement as it must not be printed."""
    html = '<p>Ribalta <a href="http://localhost:8000/x">x</a></p><img src="asset:logo" width="200" alt="">'
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf.render(html, {"logo": smaller(AURORA_LOGO)}))))
    writer.add_metadata({"/Producer": "WeasyPrint 70", "/Author": "Ribalta"})
    writer.add_attachment("ribalta.txt", b"x")
    writer.add_annotation(0, Link(rect=RectangleObject((0, 0, 9, 9)), url="https://ribalta.example/"))
    file = folder / "paper.pdf"
    with file.open("wb") as out:
        writer.write(out)
    return file.read_bytes() + b"\n% made with Ribalta\n"


IN_PAPERS = (
    ("name", "document"),
    ("host", "link of the document"),
    ("picture", "picture of the document"),
    ("tool", "property Producer"),
    ("name", "property Author"),
    ("name", "attachment"),
    ("name", "comment of the document"),
)
