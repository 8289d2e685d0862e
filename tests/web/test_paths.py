"""Nobody is sent away from the host by an address that he was given."""

from __future__ import annotations

from portal.domain import sign_in
from portal.web.paths import safe_next

WRONG = [
    "",
    "//e",
    "/\\e",
    "\\\\e",
    "\\/e",
    "///e",
    "////e",
    "https:e",
    "http:///e",
    "https://e",
    "%2f%2fe",
    "/%2fe",
    "/%5ce",
    "/%09/e",
    "/%0d%0aLocation:e",
    "/\t/e",
    "/\n/e",
    "/ /e",
    "javascript:alert(1)",
    "JaVaScRiPt:x",
    "data:text/html,x",
    "@e",
    "/@e",
    ".e",
    "a.test.e",
    "localhost:8000/account/",
    "http://localhost:8000/account/",
    "http://localhost/account/",
    "http://aurora.localhost:8000/",
    "//localhost/account/",
    "/account/\\..\\",
    "/%252f%252fe",
    "/%255ce",
    "/account/%00",
    "account/",
    "?next=/",
    "#x",
    "/agency/probe/%0a",
    "/nothing",
    "/office/x/home-probe",
    "/sign-out",
    "/account",
    "//account/",
    "/a\xe7count/",
    "/account/\u2028",
    "/\x7f",
    "/" + "a" * 2000,
]
RIGHT = ["/", "/account/", "/account/?q=1&x=%C3%A7", "/agency/probe/", "/sign-in", "/agency/probe/?next=//e#part"]


def test_only_a_page_of_this_very_host_is_followed(app, world):
    with app.test_request_context("/", base_url="http://localhost:8000"):
        app.preprocess_request()
        assert [wanted for wanted in WRONG if safe_next(wanted, "/default") != "/default"] == []
        assert [wanted for wanted in RIGHT if safe_next(wanted, "/default") != wanted] == []


def test_signing_in_leads_to_no_other_place(at, world, monkeypatch):
    monkeypatch.setattr(
        sign_in,
        "by_password",
        lambda house, *_a, visitor, now, **_k: sign_in.enter(
            world.ana.person, house, strong=False, visitor=visitor, now=now
        ),
    )
    for wanted in WRONG:
        form = at("localhost").get("/sign-in").form("account.sign_in.submit")
        page = form.submit(email="ana@aurora.example", password="-", next=wanted)
        assert page.status == 303
        assert page.location in ("/agency/", "/account/"), wanted  # the latter: an odd space at its end was dropped


def test_signing_in_leads_to_the_page_that_was_asked_for(platform, world):
    page = platform.get("/agency/probe/").follow()
    page = page.form("account.sign_in.submit").submit(email="ana@aurora.example", password="corda de violão 42")
    assert page.location == "/agency/probe/"
