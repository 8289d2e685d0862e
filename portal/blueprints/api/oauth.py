"""Tokens for machines."""

from __future__ import annotations

import json
from functools import partial

from flask import Response, request

from portal import clock
from portal.blueprints.api.pace import keep_pace
from portal.blueprints.api.problems import resource
from portal.domain import accounts
from portal.domain.accounts import Credential
from portal.gateways import token_server
from portal.web.access import public

bp = resource("oauth", __name__)


@bp.post("/oauth/token")
@public("machines prove themselves with id and secret", on="platform", forgeable=False)
def token() -> Response:
    now = clock.now()

    def save_token(credential: Credential, scopes: list[str]) -> tuple[str, int]:
        keep_pace(credential.id)
        return accounts.issue_access_token(credential, scopes, now=now)

    status, body, headers = token_server.issue(
        request.method,
        request.url,
        request.form.to_dict(flat=False),
        dict(request.headers),
        lookup=partial(accounts.verify_credential, now=now),
        save_token=save_token,
    )
    return Response(json.dumps(body), status, headers)
