"""What the name system says, by a real name server on loopback."""

from __future__ import annotations

import socket
import time

import pytest

from portal.config import Settings
from portal.gateways.dns import Dns, Found

KEY = "a key of forty characters, for tests only"


def dns(place: str, *, seconds: float = 5.0) -> Dns:
    return Dns(Settings(_env_file=None, secret_key=KEY, dns_servers=place), seconds=seconds)


def test_texts_are_whole_however_they_were_cut(nameserver):
    long = "k" * 200
    nameserver.tell(
        'txt-record=a.example,"v=spf1 include:b.example -all"',
        f'txt-record=a.example,"{long}","{long}"',
        'txt-record=a.example,"canção"',
    )
    found = dns(nameserver.place).txt("a.example")
    assert sorted(found.values) == sorted(["v=spf1 include:b.example -all", long + long, "canção"])
    assert found.trouble == "" and found.is_sure


def test_a_name_leads_to_another_and_to_addresses(nameserver):
    nameserver.tell(
        "host-record=there.example,192.0.2.7,2001:db8::7",
        "cname=Here.example,there.example",
        "mx-host=here2.example,second.example,20",
        "mx-host=here2.example,First.example,10",
    )
    asked = dns(nameserver.place)
    assert asked.cname("here.example") == Found(("there.example",))
    assert set(asked.addresses("here.example").values) == {"192.0.2.7", "2001:db8::7"}
    assert asked.mx("here2.example").values == ("first.example", "second.example")


def test_what_is_not_there_is_told_apart_from_what_was_not_said(nameserver):
    nameserver.tell("host-record=bare.example,192.0.2.7")
    asked = dns(nameserver.place)
    assert asked.txt("nobody.example") == Found(trouble="no_name")
    assert asked.addresses("nobody.example") == Found(trouble="no_name")
    assert asked.txt("bare.example") == Found(trouble="no_record")
    assert asked.txt("elsewhere.net") == Found(trouble="failed")  # it refuses what is not its own
    assert asked.txt("nobody.example").is_sure and not asked.txt("elsewhere.net").is_sure


def test_a_server_that_says_nothing_is_waited_for_in_measure():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        began = time.monotonic()
        found = dns(f"127.0.0.1:{mute.getsockname()[1]}", seconds=0.3).txt("a.example")
        assert (found.trouble, found.is_sure) == ("timeout", False)
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "name", ["", "a..example", "x" * 64 + ".example", "a." * 200 + "example", "a\x00b.example", "é" * 300]
)
def test_what_is_no_name_is_no_crash(nameserver, name):
    assert dns(nameserver.place).txt(name).values == ()


def test_the_answer_is_asked_for_anew_each_time(nameserver):
    asked = dns(nameserver.place)
    nameserver.tell('txt-record=a.example,"one"')
    assert asked.txt("a.example").values == ("one",)
    nameserver.tell('txt-record=a.example,"two"')
    assert asked.txt("a.example").values == ("two",)


@pytest.mark.parametrize("wrong", ["name.example", "192.0.2.1:port", "::1", "[::1", "1.2.3.4;5"])
def test_a_name_server_is_an_address(wrong):
    with pytest.raises(ValueError, match="list of addresses"):
        Settings(_env_file=None, secret_key=KEY, dns_servers=wrong)


def test_servers_may_have_ports_and_be_several(nameserver):
    nameserver.tell('txt-record=a.example,"one"')
    assert dns(f"[::1]:{nameserver.port}, {nameserver.place}").txt("a.example").values == ("one",)
