"""Statements on paper: printed once from what was frozen, and kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal import rendering
from portal.domain import billing
from portal.domain.outbox import Message
from portal.gateways import documents
from portal.gateways.pdf import Press
from portal.jobs.context import Context


def print_statement(message: Message, context: Context, press: Press, *, now: datetime) -> None:
    """Render one statement's PDF and keep it. Printing twice gives the same file and changes nothing.

    Raises RenderFailed (worth a retry) or RenderRefused.
    """
    statement = billing.statement_by_id(UUID(message.payload["statement"]))
    if statement.is_ready:
        return
    html = rendering.render_statement_html(statement.frozen)
    content = press.printed(html, billing.assets_of(statement))
    name = documents.name_of(statement)
    sha256 = documents.keep(context.settings, name, content)
    billing.keep_pdf(statement, name=name, sha256=sha256, now=now)
