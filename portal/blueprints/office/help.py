"""The online help: articles about what the reader has, found by words. It carries the vendor's mark."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import rights
from portal.domain.accounts import Member
from portal.domain.errors import NotFound
from portal.web import articles
from portal.web.access import contributor
from portal.web.htmx import fragment_or_page
from portal.web.vendor import vendor

bp = Blueprint("help", __name__, url_prefix="/help")


@bp.get("/")
@contributor(may="help")
def index(member: Member) -> AnyResponse:
    query = request.args.get("q", "").replace("\x00", "").strip()
    shown: dict[str, Any] = {"member": member, "vendor": vendor(), "query": query}
    shown |= {"hits": articles.search(member, query), "found": articles.articles_for(member)}
    return fragment_or_page("office/help/_found.html", "office/help/index.html", **shown)


@bp.get("/<article>/")
@contributor(may="help")
def show(member: Member, article: str) -> str:
    found = articles.article_for(member, article)
    if found is None:
        raise NotFound
    others = [other for other in articles.articles_for(member) if other.key != found.key]
    writes = rights.may(member, "support")
    shown = {"article": found, "others": others, "vendor": vendor(), "writes": writes}
    return render_template("office/help/show.html", member=member, **shown)
