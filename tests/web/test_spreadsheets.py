"""Files that are downloaded: their names (IJ-04)."""

from __future__ import annotations

import re

import pytest

from portal.web.spreadsheets import csv_file, file_name


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("cantina-equipe.csv", "cantina-equipe.csv"),
        ("Clínica São José.csv", "Clinica-Sao-Jose.csv"),
        ('a".csv', "a.csv"),
        ("a\r\nSet-Cookie: x=1.csv", "a-Set-Cookie-x-1.csv"),
        ("../../etc/passwd", "etc-passwd"),
        ("\u202egnp.exe", "gnp.exe"),
        ("日本語", "file"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_file_name_is_plain(name, becomes):
    assert file_name(name) == becomes
    assert re.fullmatch(r"[A-Za-z0-9._-]+", file_name(name))


def test_a_long_name_is_cut_and_keeps_its_ending():
    assert len(file_name("x" * 300 + ".csv")) <= 100 and file_name("x" * 300 + ".csv").endswith(".csv")


def test_the_name_makes_one_header_and_no_second(settings, app):
    with app.test_request_context("/"):
        answer = csv_file('a"\r\nSet-Cookie: x=1;.csv', ["a"], [["1"]])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a-Set-Cookie-x-1.csv"'
    assert "Set-Cookie" not in answer.headers
