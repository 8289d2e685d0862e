"""A change is made by the session's own pages and by nobody else's."""

from __future__ import annotations

import pytest

PATHS = ("/agency/probe/", "/account/", "/account/preferences", "/sign-out", "/sign-in")
FOREIGN = [
    {"Origin": "http://evil.test"},
    {"Origin": "null"},
    {"Origin": "http://aurora.localhost:8000"},
    {"Origin": "http://localhost:8000.evil.test"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"},
    {"Sec-Fetch-Site": "same-site", "Origin": "null"},
]


@pytest.fixture
def ana(browse, world):
    found = browse(world.ana)
    found.get("/account/")
    return found


@pytest.mark.parametrize("path", PATHS)
def test_a_change_without_its_token_is_refused_and_said_so(ana, path):
    page = ana.request("POST", path, data={"name": "Another"})
    assert page.status == 400
    assert page.has("recarregue a página")
    assert ana.get("/account/").has("Ana Prado")


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_change_from_another_origin_is_refused_though_the_token_is_right(ana, headers):
    page = ana.post("/account/preferences", {"language": "en"}, headers=headers)
    assert page.status == 400
    assert ana.get("/account/").tree.get("lang") == "pt-BR"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost:8000"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
def test_a_change_from_our_own_page_is_taken(ana, headers):
    assert ana.post("/account/preferences", {"language": "en"}, headers=headers).status == 303
    assert ana.get("/account/").tree.get("lang") == "en"


def test_the_token_of_somebody_else_of_another_host_or_in_the_address_is_none(ana, browse, world):
    bruno, carla = browse(world.bruno), browse(world.carla)
    bruno.get("/account/")
    carla.get("/account/")
    for wrong in (bruno.token(), carla.token(), ana.token()[:-1], "x" * 90, ""):
        assert ana.post("/account/preferences", {"csrf_token": wrong, "language": "en"}).status == 400
    assert ana.request("POST", f"/account/preferences?csrf_token={ana.token()}").status == 400


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_no_kind_of_body_gets_around_the_token(ana, kind):
    page = ana.request("POST", "/account/preferences", data=b'{"language": "en"}', headers={"Content-Type": kind})
    assert page.status == 400


def test_htmx_carries_the_token_in_a_header(ana):
    assert ana.post("/agency/part", htmx=True).status == 200
    page = ana.request("POST", "/agency/part", htmx=True)
    assert page.status == 400
    assert page.headers["HX-Retarget"] == "#alerts"


def test_the_session_ended_is_told_before_the_token_is_missed(platform, world):
    page = platform.request("POST", "/agency/part", htmx=True)
    assert (page.status, page.headers["HX-Redirect"]) == (401, "/sign-in")


def test_reading_needs_no_token_and_machines_need_none(ana, platform):
    assert ana.request("GET", "/agency/probe/").status == 200
    assert platform.request("POST", "/api/v1/probe", headers={"Origin": "http://evil.test"}).status == 401
