from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, current_app, render_template

from portal.blueprints.office import wording
from portal.domain import billing
from portal.domain.accounts import Member
from portal.domain.errors import NotFound
from portal.gateways import documents
from portal.web.access import contributor

bp = Blueprint("statements", __name__, url_prefix="/statements")


@bp.get("/")
@contributor(may="statements")
def index(member: Member) -> str:
    found = billing.statements_of_client(member.client)
    return render_template("office/statements/index.html", member=member, statements=found)


@bp.get("/<uuid:statement_id>/")
@contributor(may="statements")
def show(member: Member, statement_id: UUID) -> str:
    statement = billing.statement_of_client(member.client, statement_id)
    return render_template(
        "office/statements/show.html", member=member, statement=statement, frozen=statement.frozen, words=wording
    )


@bp.get("/<uuid:statement_id>.pdf")
@contributor(may="statements")
def pdf(member: Member, statement_id: UUID) -> Response:
    statement = billing.statement_of_client(member.client, statement_id)
    content = documents.read(current_app.config["SETTINGS"], statement)
    if content is None:
        raise NotFound
    answer = Response(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{statement.number}.pdf"'
    return answer
