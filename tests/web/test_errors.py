"""Every refusal has its status, says what to do, and wears the brand of the host."""

from __future__ import annotations

import pytest

from portal.web import errors, messages
from tests.web.conftest import ERRORS

STATUS = {
    "not-found": 404,
    "forbidden": 403,
    "refused": 422,
    "invalid": 422,
    "conflict": 409,
    "often": 429,
    "crash": 500,
    "busy": 503,
    "slip": 500,
}
CANARIES = ("canary", "Traceback", "ZeroDivision", "database is locked", "no such column")


@pytest.mark.parametrize("kind", ERRORS)
def test_a_page_for_every_refusal_in_the_brand_of_its_host(platform, aurora, kind):
    for browser, own, foreign in ((platform, "Ribalta", "Aurora"), (aurora, "Aurora", "ibalta")):
        page = browser.get(f"/fails/{kind}")
        assert page.status == STATUS[kind]
        assert own in page.html
        assert foreign not in page.html
        assert not [word for word in CANARIES if word in page.html]
        assert page.tree.get("lang") == "pt-BR"


@pytest.mark.parametrize("kind", ERRORS)
def test_a_fragment_for_htmx_that_goes_where_failures_are_shown(platform, world, kind):
    page = platform.get(f"/fails/{kind}", htmx=True)
    assert page.status == STATUS[kind]
    assert page.headers["HX-Retarget"] == "#alerts"
    assert not page.is_whole


def test_history_and_boosted_links_get_a_whole_page(platform, world):
    for extra in ("HX-History-Restore-Request", "HX-Boosted"):
        page = platform.get("/fails/conflict", htmx=True, headers={extra: "true"})
        assert page.is_whole


@pytest.mark.parametrize("kind", ERRORS)
def test_a_problem_document_for_machines(platform, world, kind):
    answer = platform.get(f"/api/v1/fails/{kind}")
    assert answer.status == STATUS[kind]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= answer.json.keys()
    assert answer.json["status"] == STATUS[kind]
    assert not [word for word in CANARIES if word in answer.text]


def test_every_field_that_is_wrong_is_named_to_a_machine(platform, world):
    found = platform.get("/api/v1/fails/invalid").json["errors"]
    assert {problem["field"] for problem in found} == {"email", "name"}


def test_later_is_said_in_seconds(platform, world):
    assert platform.get("/fails/often").headers["Retry-After"] == "61"
    assert platform.get("/fails/busy").headers["Retry-After"] == "5"
    assert platform.get("/fails/often").has("2 min")


def test_a_crash_shows_the_number_of_its_request_and_nothing_else(platform, world, caplog):
    page = platform.get("/fails/crash")
    assert page.headers["X-Request-Id"] in page.text
    assert "canary-of-a-crash" in caplog.text


def test_too_much_is_refused_before_it_is_read(platform, world):
    platform.get("/sign-in")
    page = platform.request("POST", "/reads", data={"text": "x" * (1024 * 1024), "csrf_token": platform.token()})
    assert page.status == 413
    assert page.has("menor")


def test_thousands_of_fields_are_refused(platform, world):
    platform.get("/sign-in")
    body = (
        "".join(f'--b\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\nx\r\n' for n in range(3000)) + "--b--\r\n"
    )
    page = platform.request("POST", "/reads", data=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert page.status == 413


def test_a_refusal_says_nothing_about_what_was_asked_for(platform, world):
    one, other = platform.get("/nothing/here"), platform.get("/nothing/there")
    token = platform.tokens["localhost"]
    assert one.status == other.status == 404
    assert len(one.html) == len(other.html)
    assert "nothing/" not in one.html
    assert token not in one.html or token != ""


def test_bad_bytes_are_never_our_fault(platform, aurora):
    for browser in (platform, aurora):
        for path in (
            "/%ff",
            "/%00",
            "/sign-in?next=%ff%00",
            "/setup/%ff",
            "/%c0%ae/",
            "/brand/%0d%0a.css",
            "/" + "a" * 4000,
        ):
            assert browser.request("GET", path).status < 500, path
        headers = {"Cookie": "session=%ff; session=x; =__Host-session=y", "User-Agent": "\xff\x7f", "HX-Target": "\xff"}
        assert browser.request("GET", "/sign-in", headers=headers).status == 200


def test_every_sentence_says_what_to_do():
    for code, text in {**messages.MESSAGES, **errors.TEXTS}.items():
        sentences = str.__str__(text).rstrip(".").split(". ")
        asks = any(sentence.split()[0].rstrip(",") in _ASKS for sentence in sentences)
        assert asks or ";" in text or any(word in text for word in ("can't be", "already", "should")), (code, text)


_ASKS = set(
    "Add Ask Begin Change Check Choose Close Compare Correct Create Delete End Enter Give Go Hand Have Leave Lock Look "
    "Make Move Nothing Open Reload Remove Request Resume Save Say Send Set Shorten Sign Split Take Tick To Type Use "
    "Wait Write".split()
)
