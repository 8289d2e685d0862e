"""Letters on a machine without SMTP: kept whole, newest first, and readable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from portal.gateways import mailbox
from portal.gateways.smtp import Outgoing, Permanent, Temporary

LETTER = Outgoing(
    to="carla@cantina.example",
    subject="Você foi convidada",
    text="Olá.\n",
    html='<img src="cid:logo@letter">',
    from_address="no-reply@aurora.localhost",
    from_name="Aurora",
    message_id_domain="aurora.localhost",
    images={"logo@letter": b"\x89PNG"},
)


def settings(folder, *, smtp_url=None, production=False):
    secret = SecretStr(smtp_url) if smtp_url else None
    return SimpleNamespace(smtp_url=secret, production=production, data_dir=folder)


def test_a_kept_letter_can_be_read_with_its_pictures(tmp_path):
    mailbox.post(LETTER, settings(tmp_path))
    (listed,) = mailbox.list_messages(tmp_path / "mail")
    letter = mailbox.read_message(tmp_path / "mail", listed.id)
    assert (letter.subject, letter.to) == ("Você foi convidada", "carla@cantina.example")
    assert letter.sender == "Aurora <no-reply@aurora.localhost>" and letter.text == "Olá.\n"
    assert letter.html.strip() == '<img src="data:image/png;base64,iVBORw==">'
    assert ("Auto-Submitted", "auto-generated") in letter.headers
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0


def test_the_newest_letter_is_first_and_the_oldest_make_room(tmp_path, monkeypatch):
    monkeypatch.setattr(mailbox, "_KEPT", 3)
    for number in range(5):
        mailbox.keep(replace(LETTER, subject=f"Letter {number}"), tmp_path)
    assert [letter.subject for letter in mailbox.list_messages(tmp_path)] == ["Letter 4", "Letter 3", "Letter 2"]
    assert len(mailbox.list_messages(tmp_path, limit=2)) == 2


@pytest.mark.parametrize("name", ["", "..", "../portal", "x", "0" * 20 + "-../../ab", "0" * 20 + "-01234567"])
def test_only_letters_can_be_read(tmp_path, name):
    (tmp_path / "portal.eml").write_text("secret")
    assert mailbox.read_message(tmp_path, name) is None


def test_an_empty_mailbox_is_empty(tmp_path):
    assert mailbox.list_messages(tmp_path / "mail") == []


def test_a_letter_that_cannot_be_built_leaves_nothing_behind(tmp_path):
    with pytest.raises(Permanent):
        mailbox.keep(replace(LETTER, subject="a\nb"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_no_letter_keeps_it_waiting(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Temporary, match="No space left"):
        mailbox.keep(LETTER, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_with_smtp_nothing_is_kept(tmp_path, mailserver):
    mailbox.post(LETTER, settings(tmp_path, smtp_url=mailserver.url))
    assert len(mailserver.letters) == 1 and not (tmp_path / "mail").exists()


def test_in_production_a_letter_waits_for_a_server(tmp_path):
    with pytest.raises(Temporary, match="PORTAL_SMTP_URL"):
        mailbox.post(LETTER, settings(tmp_path, production=True))
    assert not (tmp_path / "mail").exists()
