"""`deploy/Caddyfile` under the real Caddy on loopback, with its internal authority. HO-05, HO-07, HO-09, HO-10."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from flask import request
from werkzeug.serving import WSGIRequestHandler, make_server

from portal import create_app
from portal.domain import tenants
from portal.domain.hosts import OwnHost
from portal.gateways import probing
from portal.web import access
from tests.databases import free_port
from tests.factories import NOW, ROOT, make_agency

PLATFORM, SUB, OWN, OTHER = "portal.test", "aurora.portal.test", "clientes.aurora.example", "nobody.example"
_MISSING = "caddy is missing: run bin/test once, which unpacks it into .tools"
_ANY_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: where a machine's clock is set back, a fresh certificate is not yet valid."""

_TRAIL = ("caddy", "werkzeug", "gunicorn", "python", "ribalta")


class _Quiet(WSGIRequestHandler):
    def log(self, *_arguments: object) -> None:
        """Nothing: the tests look at what comes back."""


@dataclass
class Front:
    """Caddy at work; `tls` asks it for a page of a host, `plain` without TLS."""

    https: int
    http: int
    authority: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.authority))
        context.verify_flags |= _ANY_TIME
        return context

    def tls(self, host, path="/", *, method="GET", body=None, headers=None, context=None):
        with socket.create_connection(("127.0.0.1", self.https), timeout=20) as line:
            with (context or self.context()).wrap_socket(line, server_hostname=host) as secure:
                return _asked(secure, host, path, method, body, headers or {})

    def plain(self, host, path="/", *, method="GET"):
        with socket.create_connection(("127.0.0.1", self.http), timeout=20) as line:
            return _asked(line, host, path, method, None, {})


def _asked(line, host, path, method, body, headers):
    connection = http.client.HTTPConnection(host)
    connection.sock = line
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read().decode(errors="replace")


@pytest.fixture
def installation(settings, database):
    """The portal behind a proxy, at a port of its own; Aurora is met at its own domain, and asks for nothing else."""
    aurora = make_agency("aurora", "Aurora")
    tenants.note_host(aurora, OWN)
    changes = {"public_url": f"https://{PLATFORM}", "platform_host": PLATFORM, "agency_host_suffix": f".{PLATFORM}"}
    app = create_app(settings.model_copy(update=changes | {"trusted_proxies": 1}))
    told = access.public("test", on="any", forgeable=False)(_told)
    app.add_url_rule("/told", "probe.told", told, methods=["GET", "POST"])
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _told():
    """What the portal believes of a request."""
    request.get_data()
    believed = {
        "address": request.remote_addr,
        "scheme": request.scheme,
        "host": request.host,
        "root": request.root_path,
    }
    return json.dumps(believed)


@pytest.fixture
def front(installation, tmp_path):
    program = shutil.which("caddy") or shutil.which("caddy", path=str(ROOT / ".tools/usr/bin"))
    assert program, _MISSING
    https, plain, store = free_port(), free_port(), tmp_path / "store"
    here = f"{{\nhttp_port {plain}\nhttps_port {https}\nlocal_certs\nskip_install_trust\nstorage file_system {store}\n"
    file = tmp_path / "Caddyfile"
    file.write_text((ROOT / "deploy/Caddyfile").read_text().replace("{\n", here, 1))
    process = subprocess.Popen(
        [program, "run", "--config", file, "--adapter", "caddyfile"],
        env={**os.environ, "HOME": str(tmp_path), "PORTAL_PORT": str(installation.server_port)},
        stdout=subprocess.DEVNULL,
        stderr=(tmp_path / "said").open("wb"),
    )
    authority = store / "pki/authorities/local/root.crt"
    for _ in range(400):
        if authority.exists() and _answers(https) and _answers(plain):
            break
        assert process.poll() is None, (tmp_path / "said").read_text()
        time.sleep(0.05)
    yield Front(https, plain, authority)
    process.terminate()
    process.wait(20)


def _answers(port):
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_a_certificate_is_made_for_names_that_are_served_and_for_no_others(front, settings):
    for host in (PLATFORM, OWN):
        status, headers, text = front.tls(host, "/sign-in")
        assert status == 200 and headers["Set-Cookie"].startswith("__Host-session="), host
        assert ("Aurora" in text) == (host == OWN)
    assert front.tls(SUB, "/sign-in")[1]["Location"] == f"https://{OWN}/sign-in"
    for host in (OTHER, "x." + OWN, "nobody." + PLATFORM):
        with pytest.raises(ssl.SSLError):
            front.tls(host)
    asked = OwnHost.create(
        agency=tenants.agency_by_slug("aurora"), host=OTHER, proof="p", state="pending_dns", asked_at=NOW, due_at=NOW
    )
    with pytest.raises(ssl.SSLError):
        front.tls(OTHER)
    OwnHost.update(state="verified").where(OwnHost.id == asked.id).execute()
    assert front.tls(OTHER, "/sign-in")[0] == 404, "proven: reached, but nobody's host yet"
    assert front.tls(OTHER, "/.well-known/host-proof/" + probing.question(OTHER, settings))[0] == 200


def test_every_header_comes_once_and_none_says_what_serves(front):
    for host, path in ((OWN, "/sign-in"), (OWN, "/nothing"), (PLATFORM, "/sign-in")):
        _, headers, _ = front.tls(host, path)
        names = [name.lower() for name in headers if name.lower() not in ("set-cookie", "vary", "link")]
        assert len(names) == len(set(names)), names
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert headers["Cache-Control"] == "no-store" and "Server" not in headers
        said = str(headers).lower()
        assert not [word for word in _TRAIL if word in said and not (word == "ribalta" and host == PLATFORM)]


def test_what_a_visitor_says_of_himself_is_thrown_away(front):
    lies = {
        "X-Forwarded-For": "192.0.2.66",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Prefix": "/evil",
        "X-Real-IP": "192.0.2.66",
        "Forwarded": "for=192.0.2.66;host=evil.test;proto=http",
    }
    believed = json.loads(front.tls(OWN, "/told", headers=lies)[2])
    assert believed["address"] == "127.0.0.1" and believed["scheme"] == "https"
    assert believed["host"].partition(":")[0] == OWN and believed["root"] == ""


def test_what_only_the_proxy_asks_is_not_asked_through_it(front):
    assert front.tls(OWN, f"/tls-ask?domain={OWN}")[0] == 404


def test_pages_without_tls_are_led_to_it_and_machines_are_refused(front):
    status, headers, _ = front.plain(OWN, "/office/cantina/home/?x=1")
    assert status == 308 and headers["Location"] == f"https://{OWN}/office/cantina/home/?x=1"
    status, headers, _ = front.plain(PLATFORM, "/api/v1/usage", method="POST")
    assert (status, headers["Location"]) == (403, None)
    assert "Server" not in headers


def test_old_kinds_of_tls_are_refused(front):
    def spoken(least, most):
        context = front.context()
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = least, most
        with socket.create_connection(("127.0.0.1", front.https), timeout=20) as line:
            with context.wrap_socket(line, server_hostname=OWN) as secure:
                return secure.version()

    version = ssl.TLSVersion
    assert spoken(version.TLSv1_2, version.TLSv1_2) == "TLSv1.2"
    assert spoken(version.TLSv1_2, version.TLSv1_3) == "TLSv1.3"
    with pytest.raises(ssl.SSLError), pytest.warns(DeprecationWarning, match="TLSv1"):
        spoken(version.TLSv1, version.TLSv1_1)


def test_what_is_too_large_and_a_portal_that_is_away_are_answered_by_nobody_in_particular(front, installation):
    announced = {"Content-Length": str(7 * 1024 * 1024)}  # nothing of it is waited for
    status, headers, text = front.tls(OWN, "/told", method="POST", headers=announced)
    assert status == 413 and not [word for word in _TRAIL if word in (text + str(headers)).lower()]
    installation.shutdown()
    installation.server_close()
    status, headers, text = front.tls(OWN, "/sign-in")
    assert (status, text) == (502, "Back in a moment.") and headers["Retry-After"] == "10"
    assert headers["Cache-Control"] == "no-store" and "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff" and "Server" not in headers
    assert not [word for word in _TRAIL if word in str(headers).lower()]
