from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from portal.db import lock_row, transaction
from portal.domain import audit, rights, texts
from portal.domain.accounts import Member
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, Refused
from portal.domain.support import letters
from portal.domain.support.catalogue import (
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    MOST_A_DAY,
    MOST_MESSAGES,
    MOST_WAITING,
    Side,
    State,
)
from portal.domain.support.models import SupportMessage, SupportThread
from portal.domain.tenants import Client

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_TWICE = timedelta(minutes=10)
_DAY = timedelta(days=1)


def write(member: Member, subject: str, text: str, *, now: datetime) -> SupportThread:
    """Begin a conversation with the operator. The same words of the same person within ten minutes are one.

    Raises Invalid at `subject` or `text`; Refused while direct support is off, and while too many wait or were begun.
    """
    subject, text = _checked_subject(subject), _checked_text(text)
    with transaction():
        lock_row(Client, member.client.id.hex)
        _check_on(member)
        if twin := _same(member, subject, text, now):
            return twin
        _check_pace(member, now)
        row = SupportThread.create(
            agency=member.agency,
            client=member.client,
            app=member.app,
            code=_code(),
            subject=subject,
            language=member.person.language,
            begun_by=member.person.id,
            begun_name=member.person.shown_name,
            state=State.OPEN.value,
            created_at=now,
            moved_at=now,
        )
        message = _say(row, _side(member), member.actor, text, now)
        letters.tell_operators(row, [message], now=now)
        _record("support.written", row, by=member.actor, now=now)
    return row


def reply(thread: SupportThread, text: str, *, by: Member, now: datetime) -> None:
    """Write on in a conversation; it waits for the operator again, also when it was closed.

    `thread` comes from a look-up that started at the member. Raises as `write` does.
    """
    text = _checked_text(text)
    with transaction():
        lock_row(Client, by.client.id.hex)
        _check_on(by)
        last = _last(thread)
        if last and last.by_id == by.person.id and last.text == text and now - last.at < _TWICE:
            return
        _check_room(thread)
        _move(thread, State.OPEN, now)
        letters.tell_more(_say(thread, _side(by), by.actor, text, now), now=now)
        _record("support.written", thread, by=by.actor, now=now)


def answer(thread: SupportThread, text: str, *, by: Actor, now: datetime) -> None:
    """The operator's answer; whoever wrote in the conversation is told that there is one.

    Raises Invalid at `text`, Refused for a conversation that is too long.
    """
    text = _checked_text(text)
    with transaction():
        lock_row(Client, thread.client_id.hex)
        _check_room(thread)
        _move(thread, State.ANSWERED, now)
        message = _say(thread, Side.OPERATOR, by, text, now)
        letters.tell_writers(thread, message, now=now)
        _record("support.answered", thread, by=by, now=now)


def close(thread: SupportThread, *, by: Actor, now: datetime) -> None:
    """Say that it is solved; a second time changes nothing."""
    with transaction():
        if _move(thread, State.CLOSED, now):
            _record("support.closed", thread, by=by, now=now)


def _check_on(member: Member) -> None:
    rights.stay(member)
    if not rights.is_available(member.client, "support"):
        raise Refused("support_off")


def _check_pace(member: Member, now: datetime) -> None:
    mine = SupportThread.select().where(SupportThread.app == member.app)
    if mine.where(SupportThread.state == State.OPEN.value).count() >= MOST_WAITING:
        raise Refused("support_full", most=MOST_WAITING)
    begun = (SupportThread.moved_at > now - _DAY) & (SupportThread.created_at > now - _DAY)  # the first is indexed
    if mine.where(begun).count() >= MOST_A_DAY:
        raise Refused("support_many", most=MOST_A_DAY)


def _check_room(thread: SupportThread) -> None:
    if SupportMessage.select().where(SupportMessage.thread == thread).count() >= MOST_MESSAGES:
        raise Refused("support_long", most=MOST_MESSAGES)


def _checked_subject(subject: str) -> str:
    subject = texts.tidy(subject)
    if not subject:
        raise Invalid({"subject": ("support_subject_missing", {})})
    if len(subject) > LONGEST_SUBJECT:
        raise Invalid({"subject": ("too_long", {"most": LONGEST_SUBJECT})})
    if not texts.is_readable(subject):
        raise Invalid({"subject": ("bad_characters", {})})
    return subject


def _checked_text(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid({"text": ("support_text_missing", {})})
    if len(text) > LONGEST_TEXT:
        raise Invalid({"text": ("too_long", {"most": LONGEST_TEXT})})
    if not texts.is_readable(text, lines=True):
        raise Invalid({"text": ("bad_characters", {})})
    return text


def _same(member: Member, subject: str, text: str, now: datetime) -> SupportThread | None:
    """What this person sent a moment ago, word for word."""
    mine = (SupportThread.app == member.app) & (SupportThread.begun_by == member.person.id)
    lately = (SupportThread.subject == subject) & (SupportThread.created_at > now - _TWICE)
    query = SupportThread.select().join(SupportMessage).where(mine & lately & (SupportMessage.text == text))
    return query.order_by(SupportThread.id.desc()).first()


def _last(thread: SupportThread) -> SupportMessage | None:
    of_it = SupportMessage.select().where(SupportMessage.thread == thread)
    return of_it.order_by(SupportMessage.at.desc(), SupportMessage.id.desc()).first()


def _move(thread: SupportThread, state: State, now: datetime) -> bool:
    """Whether the conversation was in another state; an open one is moved by each message."""
    wanted = SupportThread.id == thread.id
    if state != State.OPEN:
        wanted &= SupportThread.state != state.value
    moved = bool(SupportThread.update(state=state.value, moved_at=now).where(wanted).execute())
    thread.state = state.value
    return moved


def _say(thread: SupportThread, side: Side, by: Actor, text: str, now: datetime) -> SupportMessage:
    return SupportMessage.create(thread=thread, side=side.value, by_id=by.id, by_name=by.name, text=text, at=now)


def _side(member: Member) -> Side:
    return Side.STAFF if member.is_staff else Side.CONTRIBUTOR


def _code() -> str:
    """As in `K7M2-9QXD`: easily read out, never guessed."""
    signs = [secrets.choice(_LETTERS) for _ in range(8)]
    return "".join(signs[:4]) + "-" + "".join(signs[4:])


def _record(action: str, thread: SupportThread, *, by: Actor, now: datetime) -> None:
    audit.record(
        action,
        by=by,
        now=now,
        agency_id=thread.agency_id,
        client_id=thread.client_id,
        app_id=thread.app_id,
        subject=thread.client.name,
        code=thread.code,
        title=thread.subject,
    )
