"""Direct support at the command line: what waits, one conversation, an answer, the end of it."""

from __future__ import annotations

import sys

import click

from portal import clock
from portal.cli.group import CONSOLE, portal, speaks_plainly
from portal.domain import support as desk
from portal.domain.errors import NotFound
from portal.domain.support import State, SupportThread


@portal.group("support")
def support() -> None:
    """Conversations with people of the clients."""


@support.command("list")
@click.option("--all", "every", is_flag=True, help="Also what is answered or closed.")
def list_(every: bool) -> None:
    """What waits for an answer, whoever waits longest first."""
    found = desk.queue(None if every else State.OPEN)
    for thread in found:
        click.echo(
            f"{thread.code}  {thread.state:<8}  {thread.moved_at:%Y-%m-%d %H:%M}  {_whose(thread)}: {_subject(thread)}"
        )
    if not found:
        click.echo("Nothing waits.")


@support.command("show")
@click.argument("code")
@speaks_plainly
def show(code: str) -> None:
    """One conversation, message by message."""
    thread = _thread(code)
    click.echo(f"{thread.code}  {thread.state}  {_whose(thread)}, writes {thread.language}\n{_subject(thread)}")
    for message in desk.messages_of(thread):
        click.echo(f"\n{message.at:%Y-%m-%d %H:%M} UTC  {message.by_name} ({message.side})")
        for line in message.text.splitlines():
            click.echo(f"  | {line}")  # so that nobody writes a line that looks like somebody else's message


@support.command("answer")
@click.argument("code")
@click.option("--text", help="The answer; without it, it is read from standard input.")
@speaks_plainly
def answer(code: str, text: str | None) -> None:
    """Answer a conversation; whoever wrote in it gets a letter that there is an answer."""
    thread = _thread(code)
    words = text if text is not None else sys.stdin.read()
    desk.answer(thread, words, by=CONSOLE, now=clock.now())
    click.echo(f"{thread.code} is answered.")


@support.command("close")
@click.argument("code")
@speaks_plainly
def close(code: str) -> None:
    """Say that a conversation is solved."""
    thread = _thread(code)
    desk.close(thread, by=CONSOLE, now=clock.now())
    click.echo(f"{thread.code} is closed.")


def _thread(code: str) -> SupportThread:
    try:
        return desk.thread_by_code(code)
    except NotFound:
        raise click.ClickException(f"There is no conversation {code}; `support list --all` names them.") from None


def _whose(thread: SupportThread) -> str:
    return f"{thread.client.name} ({thread.client.agency.slug}), {thread.begun_name}"


def _subject(thread: SupportThread) -> str:
    return str(thread.subject)
