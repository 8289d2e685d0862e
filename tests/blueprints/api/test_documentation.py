"""docs/api.md, tried as a newcomer would: every line of shell, word for word, over real HTTP."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from portal import db
from portal.blueprints.api.answers import ELSEWHERE
from portal.blueprints.api.openapi import BEGINNING, path_of
from portal.blueprints.api.problems import PROBLEMS
from portal.domain import billing
from portal.domain.billing.models import Statement
from portal.gateways import documents
from tests.factories import NOW, TESTER, brand_of, make_agency, make_example

TEXT = (Path(__file__).parents[3] / "docs" / "api.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
# What stands for the machine that the page speaks of: its command line, its clock, and a note of every answer.
SURROUNDINGS = """
set -eu
bin/portal() { test "$1" = create-credential; printf 'first line\\n%s\\n' '{CREDENTIAL}'; }
date() { echo 2026-06-15T11:59:59Z; }
curl() { command curl --max-time 20 -w '%{stderr}%{method} %{url} %{http_code}\\n' "$@"; }
"""


@pytest.fixture
def demo(machine_of, settings):
    """Aurora and Cantina as in the demo, May issued."""
    client = make_example(make_agency("aurora", "Aurora", prefix="AUR"))
    billing.close_month(client.agency, "2026-05", brand_of=brand_of, by=TESTER, now=NOW)
    statement = Statement.get(Statement.audience == "client")
    content, name = b"%PDF-1.7 kept", documents.name_of(statement)
    documents.keep(settings, name, content)
    billing.keep_pdf(statement, name=name, sha256=hashlib.sha256(content).hexdigest(), now=NOW)
    return machine_of(client.agency)


@pytest.fixture
def served(app):
    """The portal behind real HTTP on a free port."""

    def closing(environ, start_response):
        try:
            return app(environ, start_response)
        finally:
            db.database.close()

    server = make_server("127.0.0.1", 0, closing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.skipif(not shutil.which("curl"), reason="the page is about curl")
def test_every_line_of_shell_does_what_the_page_says(demo, served, tmp_path):
    credential = json.dumps({"client_id": demo.credential.client_id, "client_secret": demo.secret})
    script = SURROUNDINGS.replace("{CREDENTIAL}", credential) + "\n".join(BLOCKS)
    script = script.replace("http://localhost:8000", served)
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False
    )
    asked = [line.split() for line in done.stderr.splitlines()]
    assert done.returncode == 0 and all(len(each) == 3 for each in asked), done.stderr
    wrong = [each for each in asked if each[2] not in ("200", "201")]
    assert not wrong, f"{wrong}\n{done.stdout}"
    assert len(asked) >= 15
    assert (tmp_path / "statement.pdf").read_bytes() == b"%PDF-1.7 kept"
    assert '"accepted":1,"duplicates":0,"rejected":[]' in done.stdout.replace(" ", "")
    assert '"direct_support":true' in done.stdout.replace(" ", "")


def test_every_call_is_on_the_page(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            for verb in rule.methods - {"HEAD", "OPTIONS"}:
                assert f"`{verb} {BEGINNING}{path_of(rule)}`" in TEXT, f"{verb} {rule.rule} is not in docs/api.md"


def test_every_code_is_on_the_page():
    missing = [code for code in (*PROBLEMS, *ELSEWHERE) if f"`{code}`" not in TEXT]
    assert not missing


def test_every_example_of_json_can_be_read():
    blocks = re.findall(r"^```json\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 10
    for block in blocks:
        json.loads(block)
