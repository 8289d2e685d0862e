"""The two calls to the portal: what a client may use, and using it. After a lost answer the same is asked again."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import Any

import urllib3

PAUSES = (0.2, 0.5, 1.0, 2.0)  # seconds before each further try
LONGEST_PAUSE = 5.0


class NoAnswer(Exception):
    """The portal did not answer. Whether it counted is not known: ask again under the same id."""


class Refused(Exception):
    """The portal answered, and counted nothing. `code` is one of its own: ceiling_reached, service_disabled …"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Account:
    """A credential of one agency (scopes usage:read and usage:write), and the token it was changed for."""

    client_id: str
    client_secret: str
    token: str = ""


class Portal:
    def __init__(self, address: str, accounts: dict[str, Account]) -> None:
        self.api = f"{address}/api/v1"
        self.accounts = accounts
        self._lock = threading.Lock()
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=10), retries=False)

    def entitlement(self, agency: str, client: str, service: str) -> dict[str, Any]:
        return self._ask("GET", agency, f"/clients/{client}/services/{service}", None)

    def consume(self, agency: str, client: str, service: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask and count in one step. `body` holds `id` and `quantity`, or `value` for a level."""
        return self._ask("POST", agency, f"/clients/{client}/services/{service}/consume", body)

    def _ask(self, method: str, agency: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        for pause in (*PAUSES, None):
            answer = self._try(method, agency, path, body)
            if answer is not None and answer.status not in (401, 429) and answer.status < 500:
                return self._read(answer)
            if answer is not None and answer.status == 401:
                self.accounts[agency].token = ""  # it has ended: the next try gets another one
            if pause is None:
                break
            asked = answer.headers.get("Retry-After", "") if answer is not None else ""
            time.sleep(min(float(asked), LONGEST_PAUSE) if asked.isdigit() else pause)
        raise NoAnswer

    def _try(self, method: str, agency: str, path: str, body: dict[str, Any] | None) -> urllib3.BaseHTTPResponse | None:
        try:
            headers = {"Authorization": f"Bearer {self._token(agency)}", "Content-Type": "application/json"}
            data = json.dumps(body).encode() if body is not None else None
            return self._http.request(method, self.api + path, body=data, headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError:
            return None

    def _token(self, agency: str) -> str:
        account = self.accounts[agency]
        with self._lock:
            if not account.token:
                headers = urllib3.make_headers(basic_auth=f"{account.client_id}:{account.client_secret}")
                fields = {"grant_type": "client_credentials"}
                answer = self._http.request(
                    "POST", f"{self.api}/oauth/token", fields=fields, encode_multipart=False, headers=headers
                )
                if answer.status != 200:
                    raise urllib3.exceptions.HTTPError(f"no token: {answer.status}")
                account.token = answer.json()["access_token"]
            return account.token

    @staticmethod
    def _read(answer: urllib3.BaseHTTPResponse) -> dict[str, Any]:
        try:
            body = answer.json()
        except ValueError:
            raise NoAnswer from None
        if answer.status == 200:
            return body
        raise Refused(body.get("code", "invalid"))
