"""The description: whole, true, and held against the API by whatever schemathesis can think of."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from portal.blueprints.api import openapi, pace
from portal.blueprints.api.answers import ELSEWHERE
from portal.blueprints.api.operations import OPERATIONS
from portal.blueprints.api.pace import Pace
from portal.blueprints.api.problems import PROBLEMS
from portal.domain import billing
from portal.web.access import stamp_of
from tests.factories import AFTER_GRACE, TESTER, brand_of, make_agency, make_example

CASES = 24
"""Requests that are made up for each call; as many again come from the checks themselves."""


@pytest.fixture
def document(browser):
    page = browser.request("GET", "/api/v1/openapi.json")
    assert (page.status, page.headers["Content-Type"]) == (200, "application/json")
    return page.json


def operations(document):
    return {operation["operationId"]: operation for verbs in document["paths"].values() for operation in verbs.values()}


def test_every_route_is_described_with_its_verb_and_its_scope(app, document):
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert len(rules) > 10
    for rule in rules:
        for verb in rule.methods - {"HEAD", "OPTIONS"}:
            found = document["paths"][openapi.path_of(rule)][verb.lower()]
            scope = getattr(stamp_of(app.view_functions[rule.endpoint]), "scope", None)
            said = [scopes for need in found["security"] for name, scopes in need.items() if name == "token"]
            assert said == ([[scope]] if scope else []), f"{verb} {rule.rule}"
            assert {each["name"] for each in found.get("parameters", []) if each["in"] == "path"} == rule.arguments


def test_nothing_is_described_that_does_not_exist(app, document):
    verbs = {
        (openapi.path_of(rule), verb.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for verb in rule.methods
    }
    assert {(path, verb) for path, calls in document["paths"].items() for verb in calls} <= verbs
    assert {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")} == set(OPERATIONS)


def test_every_call_names_its_refusals_as_problem_documents(document):
    for name, operation in operations(document).items():
        refusals = {status: each for status, each in operation["responses"].items() if status >= "400"}
        wanted = {"401", "403", "429", "500", "503"} if operation["security"][:1] and name != "oauth.token" else {"500"}
        assert wanted <= refusals.keys(), name
        for status, each in refusals.items():
            kinds = {"application/json"} if name == "oauth.token" and status in ("400", "401") else None
            assert each["content"].keys() == (kinds or {"application/problem+json"}), f"{name} {status}"


def test_every_code_of_the_api_is_described(document):
    said = {
        code
        for operation in operations(document).values()
        for answer in operation["responses"].values()
        for code in answer["description"].partition(": ")[2].replace("`", "").split(", ")
        if code
    }
    assert said == set(PROBLEMS) | set(ELSEWHERE)


def test_what_can_be_asked_with_a_body_says_what_is_wrong_with_one(document):
    for operation in operations(document).values():
        if "application/json" in operation.get("requestBody", {}).get("content", {}):
            assert {"400", "413", "415", "422"} <= operation["responses"].keys()


def test_every_example_is_as_its_schema_says(document):
    seen = 0
    for operation in operations(document).values():
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (each for body in bodies for each in body.get("content", {}).values()):
            if "example" in content:
                schema = content["schema"] | {"components": document["components"]}
                jsonschema_rs.Draft202012Validator(schema).validate(content["example"])
                seen += 1
    assert seen >= 15


def test_every_reference_leads_somewhere(document):
    text = json.dumps(document)
    kinds = {kind: set(document["components"][kind]) for kind in ("schemas", "headers")}
    for kind, names in kinds.items():
        used = {part.partition('"')[0] for part in text.split(f"#/components/{kind}/")[1:]}
        assert used == names, f"used and described {kind} differ"


def test_the_description_is_of_the_platform_host_alone(browser, settings):
    elsewhere = browser.at(settings.agency_host(make_agency().slug))
    assert elsewhere.request("GET", "/api/v1/openapi.json").status == 404
    assert elsewhere.request("GET", "/api/v1/docs").status == 404


def test_the_page_shows_every_call_with_what_to_send_and_what_comes(browser, document):
    page = browser.request("GET", "/api/v1/docs")
    assert page.status == 200
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            call = page.by_id(operation["operationId"].replace(".", "-"))
            text = call.text_content()
            assert path in text and verb.upper() in text and operation["summary"] in text
            assert f"curl {'-X PATCH ' if verb == 'patch' else ''}$API/" in text
            for status in operation["responses"]:
                assert status in text
            assert page.select(f"//nav//a[@href='#{call.get('id')}']")
    assert page.has("services.*.limit", "rejected[].code", "AUR-2026-000004")


def test_the_frame_of_the_page_speaks_the_readers_language(browser):
    english = browser.request("GET", "/api/v1/docs")
    assert (english.tree.get("lang"), english.has("The API for machines", "When it is refused")) == ("en", True)
    portuguese = browser.request("GET", "/api/v1/docs", headers={"Accept-Language": "pt-BR,en;q=0.5"})
    assert (portuguese.tree.get("lang"), portuguese.has("A API para máquinas", "Quando é recusado")) == ("pt-BR", True)


def test_the_language_can_be_chosen_on_the_page(browser):
    page = browser.request("GET", "/api/v1/docs")
    answer = page.form("account.preferences.save").submit(button="language=pt-BR")
    assert (answer.status, answer.location) == (303, "/api/v1/docs")
    assert answer.follow().tree.get("lang") == "pt-BR"


def _taken(statuses):
    """What a request may get that fits the schema, for some rules say more than a schema can.

    A ceiling below its limit, a currency that there is not (422); a cursor of one's own making (400).
    """
    return {"positive_data_acceptance": {"expected-statuses": statuses}}


@pytest.fixture
def tried(monkeypatch, machine_of, app):
    """The document with names that exist, and a machine that may do everything."""
    monkeypatch.setattr(pace, "_pace", Pace(burst=10**6))
    client = make_example(make_agency("aurora", "Aurora", prefix="AUR"))
    billing.close_month(client.agency, "2026-06", brand_of=brand_of, by=TESTER, now=AFTER_GRACE)
    config = schemathesis.Config.from_dict(
        {
            "checks": _taken(["2xx", "401", "403", "404", "409", "422"]),
            "operations": [
                {"include-name-regex": "^GET .*(clients|statements)$", "checks": _taken(["2xx", "400", "404"])}
            ],
        }
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
    _name(schema.raw_schema, client=[client.slug, str(client.id)], number=["AUR-2026-000001", "AUR-A-2026-000001"])
    return schema, machine_of(client.agency)


def _name(document, **names):
    """Nobody guesses a name: let the paths offer some that are there."""
    for parameters in (call.get("parameters", []) for verbs in document["paths"].values() for call in verbs.values()):
        for each in parameters:
            if each["in"] == "path" and each["name"] in names:
                each["schema"] = {"enum": names[each["name"]]}


def _modes(endpoint):
    """Good requests and bad ones, where the call takes anything that could be bad.

    What is wrong with single events is said in an answer of 200, whatever it is.
    """
    if endpoint in ("api.usage.create", "api.description.page"):
        return [GenerationMode.POSITIVE]
    return [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@pytest.mark.parametrize("endpoint", sorted(set(OPERATIONS) - {"api.description.document"}))
def test_no_request_gets_an_answer_that_is_not_described(tried, endpoint):
    schema, machine = tried
    name = endpoint.removeprefix("api.")
    [operation] = [each.ok() for each in schema.get_all_operations() if each.ok().definition.raw["operationId"] == name]
    headers = machine.bearer if endpoint != "api.oauth.token" else {"Authorization": machine.basic}

    @given(case=st.one_of([operation.as_strategy(generation_mode=mode) for mode in _modes(endpoint)]))
    @settings(
        max_examples=CASES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def try_out(case):
        case.call_and_validate(headers=headers)

    try_out()
