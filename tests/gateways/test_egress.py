"""What leaves by HTTP: only to the public internet, and whatever comes back does no harm."""

from __future__ import annotations

import socket
import time
import zlib
from ipaddress import ip_address
from urllib.parse import urlsplit

import hypothesis
import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from portal.config import Settings
from portal.gateways import egress
from portal.gateways.addresses import is_public
from portal.gateways.egress import Egress, NoAnswer
from portal.gateways.targets import AddressRefused, Exceptions, read
from tests.sink import answering, dropping

KEY = "a key of forty characters, for tests only"

# WH-01. PORT is the canary's, on loopback.
FORMS = """
http://localhost/  http://localhost:PORT/  http://LOCALHOST:PORT/  http://localhost.:PORT/  http://foo.localhost:PORT/
http://localhost.localdomain:PORT/  http://ip6-localhost:PORT/  http://127.0.0.1/  http://127.0.0.1:PORT/
http://127.0.0.1.:PORT/  http://127.1:PORT/  http://127.0.1:PORT/  http://127.255.255.254:PORT/  http://0:PORT/
http://0.0.0.0:PORT/  http://2130706433:PORT/  http://0x7f000001:PORT/  http://0x7f.0.0.1:PORT/  http://0x7f.1:PORT/
http://017700000001:PORT/  http://0177.0.0.1:PORT/  http://127.0.0.01:PORT/  http://127.0.0.1%00.example.com:PORT/
http://[::]:PORT/  http://[::1]:PORT/  http://[0:0:0:0:0:0:0:1]:PORT/  http://[::ffff:127.0.0.1]:PORT/
http://[::ffff:7f00:1]:PORT/  http://[::127.0.0.1]:PORT/  http://[::7f00:1]:PORT/  http://[64:ff9b::7f00:1]:PORT/
http://[64:ff9b::127.0.0.1]:PORT/  http://[64:ff9b:1::7f00:1]:PORT/  http://[2002:7f00:1::]:PORT/
http://[2001:0:7f00:1::]:PORT/  http://[fe80::1]:PORT/  http://[fe80::1%25lo]:PORT/  http://[fe80::1%lo]:PORT/
http://[fc00::1]:PORT/  http://[fd00:ec2::254]/  http://[ff02::1]:PORT/  http://[2001:db8::1]/  http://[3fff::1]/
http://[5f00::1]/  http://10.0.0.1/  http://172.16.0.1/  http://172.31.255.255/  http://192.168.0.1/
http://169.254.169.254/latest/meta-data/  http://169.254.0.1/  http://100.64.0.1/  http://100.100.100.200/
http://192.0.0.192/  http://168.63.129.16/  http://192.0.2.1/  http://198.18.0.1/  http://198.51.100.1/
http://203.0.113.1/  http://192.88.99.1/  http://224.0.0.1/  http://239.255.255.250/  http://240.0.0.1/
http://255.255.255.255/  http://metadata.google.internal/  http://printer.local/  http://router.lan/  http://intranet/
http://user@127.0.0.1:PORT/  http://user:secret@example.com/  http://example.com@127.0.0.1:PORT/
http://127.0.0.1:PORT@example.com/  http://example.com#@127.0.0.1:PORT/  http://example.com\\@127.0.0.1:PORT/
http://127.0.0.1:PORT\\@example.com/  http://example.com/#fragment  http:127.0.0.1:PORT  http:/127.0.0.1:PORT/
http:///127.0.0.1:PORT/  //127.0.0.1:PORT/  http://127.0.0.1:PORT:80/  http://[127.0.0.1]:PORT/  http://[::1/
http://example.com:22/  http://example.com:25/  http://example.com:5432/  http://example.com:6379/
http://example.com:0/  http://example.com:65536/  http://example.com:-1/  http://example.com:PORT/  http://example..com/
http://-example.com/  http://exa_mple.com/  http://%31%32%37.0.0.1:PORT/  http://１２７.０.０.１:PORT/
http://127。0。0。1:PORT/  http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/  file:///etc/passwd  gopher://127.0.0.1:PORT/_x  ftp://127.0.0.1:PORT/
dict://127.0.0.1:PORT/  ws://127.0.0.1:PORT/  javascript:alert(1)  data:text/plain,x  unix:///var/run/docker.sock
http://  https://  x
""".split()
ODD = [" http://example.com/", "http://example.com/ x", "http://exam\tple.com/", "http://example.com/\r\nX: y", "",
       "http://example.com/" + "x" * 1000]  # fmt: skip


def client(allow: str = "", *, env: str = "development", seconds: float = 10.0) -> Egress:
    return Egress(Settings(_env_file=None, secret_key=KEY, egress_allow=allow, env=env), seconds=seconds)


def resolving(monkeypatch, *answers: list[str]) -> list[str]:
    """Names are these addresses, each question its own; what was asked."""
    asked, left = [], list(answers)

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return left.pop(0) if len(left) > 1 else left[0]

    monkeypatch.setattr(egress, "resolve", resolve)
    return asked


@pytest.fixture
def canary(sinks):
    """A listener that nobody may reach."""
    return sinks()


def test_the_list_is_long_enough():
    assert len({*FORMS, *ODD}) >= 80


@pytest.mark.parametrize("form", [*FORMS, *ODD])
def test_no_form_of_a_forbidden_address_is_sent_to(form, canary, monkeypatch):
    resolving(monkeypatch, ["127.0.0.1"])
    url = form.replace("\\\\", "\\").replace("PORT", str(canary.port))
    with pytest.raises(AddressRefused):
        client().check(url)
    with pytest.raises(AddressRefused):
        client().post(url, b"{}", {})
    assert canary.connections == 0


@pytest.mark.parametrize(
    "text",
    ["0.1.2.3", "10.1.1.1", "100.127.255.255", "127.9.9.9", "168.63.129.16", "169.254.9.9", "172.20.0.1", "192.0.0.8",
     "192.168.9.9", "198.19.0.1", "224.0.0.251", "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::8.8.8.8",
     "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:20::1", "2001:db8::1", "2002:808:808::1", "3fff::1",
     "fc00::1", "fe80::1", "fec0::1", "ff0e::1"],
)  # fmt: skip
def test_an_address_that_is_not_public_is_not(text):
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    ["8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "192.0.1.1", "198.20.0.1", "2606:4700::1111", "2a00::1"],
)
def test_a_public_address_is_one(text):
    assert is_public(ip_address(text))


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1%lo"], ["x"]])
def test_a_name_with_one_private_address_is_refused_whole(found, canary, monkeypatch):
    resolving(monkeypatch, found)
    for act in (client().check, lambda url: client().post(url, b"", {})):
        with pytest.raises(AddressRefused) as refused:
            act("http://hooks.example.com:8080/")
        assert refused.value.code == "address_private"
    assert canary.connections == 0


_WORDS = "http https :// : / // @ # ? % . .. [ ] ::1 127.0.0.1 8.8.8.8 0x7f 1 443 80 localhost example.com user".split()
_PIECES = st.sampled_from([*_WORDS, "\\", "\t", "\n", " ", "\x00", "。", "é", "xn--a", "&", ";"])


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=9).map("".join)), st.booleans())
@hypothesis.settings(max_examples=400, deadline=None)
def test_what_is_accepted_means_the_same_to_every_parser(text, secure):
    for url in (text, f"https://{text}", f"https://example.com{text}"):
        try:
            target = read(url, Exceptions(""), secure=secure)
        except AddressRefused:
            continue
        split, other = urlsplit(url), urllib3.util.parse_url(url)
        hosts = {target.host, split.hostname, (other.host or "").strip("[]")}
        ports = {target.port, split.port or target.port, other.port or target.port}
        assert len(hosts) == len(ports) == 1, (url, hosts, ports)
        assert split.username is None and other.auth is None and not split.fragment
        assert not secure or target.scheme == "https"
        assert target.literal is None or is_public(target.literal)


def test_a_name_that_becomes_private_later_is_refused_when_it_is_sent(monkeypatch):
    resolving(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    hooks = client()
    hooks.check("http://hooks.example.com/")
    with pytest.raises(AddressRefused):
        hooks.post("http://hooks.example.com/", b"{}", {})


def test_the_address_of_the_connected_socket_is_judged_before_a_byte_is_sent(canary, monkeypatch):
    resolving(monkeypatch, ["8.8.8.8"])
    connect = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda _to, **options: connect(("127.0.0.1", canary.port)))
    with pytest.raises(AddressRefused):
        client().post("http://hooks.example.com/", b"{}", {})
    time.sleep(0.1)
    assert [request.line for request in canary.requests] in ([], [""])


def test_a_name_is_asked_once_for_each_sending(canary, monkeypatch):
    asked = resolving(monkeypatch, ["8.8.8.8"])
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_k: (_ for _ in ()).throw(ConnectionRefusedError()))
    with pytest.raises(NoAnswer, match="no_connection"):
        client().post("http://hooks.example.com/", b"{}", {})
    assert asked == ["hooks.example.com"]


def test_what_the_operator_names_is_reached_and_nothing_beside_it(sinks, canary):
    sink = sinks(answering(200, b"taken"))
    hooks = client(f"intranet, {sink.place} ,[::1]:9999")
    answer = hooks.post(sink.url("/a?b=c"), b'{"x":1}', {"X-Word": "y"})
    assert (answer.status, answer.body) == (200, b"taken")
    (request,) = sink.requests
    assert (request.line, request.body) == ("POST /a?b=c HTTP/1.1", b'{"x":1}')
    assert request.headers["host"] == sink.place and request.headers["x-word"] == "y"
    assert request.headers["accept-encoding"] == "identity"
    for url in (canary.url(), f"http://localhost:{sink.port}/", f"http://127.1:{sink.port}/"):
        with pytest.raises(AddressRefused):
            hooks.post(url, b"", {})
    assert canary.connections == 0


def test_production_wants_https_except_where_the_operator_named_it(monkeypatch):
    resolving(monkeypatch, ["8.8.8.8"])
    client(env="production").check("https://hooks.example.com/")
    client("10.0.0.8:80", env="production").check("http://10.0.0.8/")
    with pytest.raises(AddressRefused) as refused:
        client(env="production").check("http://hooks.example.com/")
    assert refused.value.code == "address_plain"


@pytest.mark.parametrize("allow", ["http://x", "a b", "x:y", "127.0.0.1:1:2", "*"])
def test_an_exception_that_is_no_place_stops_the_start(allow):
    with pytest.raises(ValueError, match="host:port"):
        client(allow)


def test_no_proxy_of_the_environment_is_used(sinks, canary, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, canary.url())
    sink = sinks()
    assert client(sink.place).post(sink.url(), b"", {}).status == 204
    assert canary.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(sinks, canary, status):
    sink = sinks(answering(status, b"", f"Location: {canary.url()}\r\n"))
    assert client(f"{sink.place},{canary.place}").post(sink.url(), b"", {}).status == status
    assert (canary.connections, sink.connections) == (0, 1)


def test_a_page_that_refreshes_elsewhere_is_not_followed(sinks, canary):
    page = f'<meta http-equiv="refresh" content="0;url={canary.url()}">'.encode()
    sink = sinks(answering(200, page, f"Refresh: 0;url={canary.url()}\r\n"))
    assert client(f"{sink.place},{canary.place}").post(sink.url(), b"", {}).status == 200
    assert canary.connections == 0


def endless(head: str):
    def play(line, sink):
        line.sendall(head.encode())
        sent = 0
        while not sink.over.is_set():
            sent += line.send(b"x" * 65536)
            sink.sent = sent

    return play


def dribbling(head: str, byte: bytes = b"x"):
    def play(line, sink):
        line.sendall(head.encode())
        while not sink.over.wait(0.05):
            line.sendall(byte)

    return play


OK = "HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize("head", [f"{OK}Content-Length: 1000000000\r\n\r\n", f"{OK}\r\n"])
def test_of_an_endless_answer_only_the_beginning_is_read(sinks, head):
    sink = sinks(endless(head))
    began = time.monotonic()
    answer = client(sink.place).post(sink.url(), b"", {}, most=10**9)
    assert answer.status == 200 and len(answer.body) <= 64 * 1024
    assert time.monotonic() - began < 5
    time.sleep(0.1)
    assert sink.sent < 16_000_000, "the other end goes on sending"


def test_no_more_is_returned_than_was_asked_for(sinks):
    sink = sinks(answering(200, b"y" * 5000))
    assert client(sink.place).post(sink.url(), b"", {}, most=1024).body == b"y" * 1024


def test_a_bomb_stays_packed(sinks):
    packed = zlib.compress(b"\0" * 50_000_000)
    sink = sinks(answering(200, packed, "Content-Encoding: deflate\r\n"))
    assert client(sink.place).post(sink.url(), b"", {}).body == packed


@pytest.mark.parametrize(
    "play",
    [
        dribbling("HTTP/1.1 200 OK\r\nX: "),
        dribbling(""),
        dribbling("HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        lambda line, sink: sink.over.wait(20),
    ],
)
def test_who_dribbles_is_cut_off_in_time(sinks, play):
    sink = sinks(play)
    began = time.monotonic()
    with pytest.raises(NoAnswer) as none:
        client(sink.place, seconds=0.8).post(sink.url(), b"", {})
    assert time.monotonic() - began < 2
    assert none.value.code in ("timeout", "broken")  # a hundred headers may come before the time is up


@pytest.mark.parametrize(
    "head", [f"{OK}Content-Length: 1000\r\n\r\n", f"{OK}\r\n", f"{OK}Transfer-Encoding: chunked\r\n\r\n"]
)
def test_a_body_that_dribbles_leaves_the_status(sinks, head):
    sink = sinks(dribbling(head))
    began = time.monotonic()
    assert client(sink.place, seconds=0.8).post(sink.url(), b"", {}).status == 200
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "head",
    [
        OK + "X: y\r\n" * 10_000 + "\r\n",
        OK + f"X: {'y' * 200_000}\r\n\r\n",
        "x" * 100_000,
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 two hundred\r\n\r\n",
        "\x00\x01\x02",
        "",
    ],
)
def test_what_is_no_answer_is_said_to_be_broken(sinks, head):
    sink = sinks(lambda line, sink: line.sendall(head.encode()))
    with pytest.raises(NoAnswer, match="broken"):
        client(sink.place).post(sink.url(), b"", {})


@pytest.mark.parametrize("chunk", ["zz\r\nhello\r\n", "5\r\nhel", "-5\r\nhello\r\n", "ffffffffffff\r\nhello\r\n"])
def test_a_bad_chunk_leaves_the_status(sinks, chunk):
    head = f"{OK}Transfer-Encoding: chunked\r\n\r\n{chunk}"
    sink = sinks(lambda line, sink: line.sendall(head.encode()))
    assert client(sink.place).post(sink.url(), b"", {}).status == 200


def test_who_hangs_up_gave_no_answer(sinks):
    sink = sinks(dropping)
    with pytest.raises(NoAnswer, match="broken"):
        client(sink.place).post(sink.url(), b"{}", {})
    assert sink.requests[0].body == b"{}"


def test_nobody_there_is_said_so(sinks):
    sink = sinks()
    sink.stop()
    with pytest.raises(NoAnswer, match="no_connection"):
        client(sink.place).post(sink.url(), b"", {})


def test_a_name_that_nobody_knows_is_said_so_when_it_is_sent(monkeypatch):
    def resolve(host, port):
        raise socket.gaierror

    monkeypatch.setattr(egress, "resolve", resolve)
    client().check("https://hooks.example.com/")
    with pytest.raises(NoAnswer, match="no_host"):
        client().post("https://hooks.example.com/", b"", {})


def test_a_slow_name_server_does_not_hold_us(monkeypatch):
    monkeypatch.setattr(egress, "resolve", lambda host, port: time.sleep(3) or ["8.8.8.8"])
    began = time.monotonic()
    with pytest.raises(NoAnswer, match="timeout"):
        client(seconds=0.3).post("https://hooks.example.com/", b"", {})
    assert time.monotonic() - began < 1


def test_tls_is_spoken_with_whom_somebody_vouches_for(sinks, certified, monkeypatch):
    context, pem = certified
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    sink = sinks(answering(200, b"safe"), context=context)
    assert client(sink.place).post(sink.url(), b"{}", {}).body == b"safe"


def test_a_certificate_that_nobody_vouches_for_is_refused(sinks, certified):
    sink = sinks(answering(200), context=certified[0])
    with pytest.raises(NoAnswer, match="no_tls"):
        client(sink.place).post(sink.url(), b"secret", {})
    assert sink.requests == []


def test_a_certificate_of_another_name_is_refused(sinks, certified, monkeypatch):
    context, pem = certified
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    resolving(monkeypatch, ["127.0.0.1"])
    sink = sinks(answering(200), context=context)
    with pytest.raises(NoAnswer, match="no_tls"):
        client("sink.example.com").post(f"https://sink.example.com:{sink.port}/", b"secret", {})
    assert sink.requests == []


def test_a_handshake_that_never_ends_is_cut_off(sinks):
    sink = sinks(lambda line, sink: sink.over.wait(20))
    began = time.monotonic()
    with pytest.raises(NoAnswer, match="timeout"):
        client(sink.place, seconds=0.5).post(sink.url().replace("http:", "https:"), b"", {})
    assert time.monotonic() - began < 2
