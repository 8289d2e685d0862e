"""What the description shows: bodies and answers of the demo's Cantina da Praça."""

from __future__ import annotations

from typing import Any

TOKEN = {
    "access_token": "u2TnQ4yV0kq9…",
    "token_type": "Bearer",
    "expires_in": 3600,
    "scope": "usage:write",
}
BATCH = {
    "events": [
        {
            "id": "run-4711",
            "client": "cantina-da-praca",
            "service": "litmus_test",
            "quantity": 2,
            "at": "2026-06-15T09:30:00-03:00",
        },
        {
            "id": "box-0815",
            "client": "cantina-da-praca",
            "service": "email_sync",
            "value": 4,
            "at": "2026-06-15T12:31:00Z",
        },
    ]
}
OUTCOME = {
    "accepted": 1,
    "duplicates": 0,
    "rejected": [
        {
            "index": 1,
            "id": "box-0815",
            "code": "service_disabled",
            "detail": "The service is switched off for this client.",
        }
    ],
}
CONSUME = {"id": "run-4712", "quantity": 1}
_STAND = {"used": 14, "current": 14, "limit": 10, "ceiling": None, "remaining": 0, "excess": 4, "period": "2026-06"}
CONSUMED = {"client": "cantina-da-praca", "service": "litmus_test", "id": "run-4712", **_STAND}
ENTITLEMENT = {
    "client": "cantina-da-praca",
    "service": "litmus_test",
    "enabled": True,
    "managed_by": "agency",
    "at_limit": "bill",
    "unit_price": 900,
    "block": 1,
    "currency": "BRL",
    **_STAND,
}
CLIENT = {
    "id": "01985a3c-7d60-7c1e-9f0e-5d0c3c1f2a10",
    "slug": "padaria-aurora",
    "name": "Padaria Aurora",
    "email": "contas@padaria.example",
    "currency": "BRL",
    "began_on": "2026-06-15",
    "suspended": False,
}
NEW_CLIENT = {"name": "Padaria Aurora", "slug": "padaria-aurora", "email": "contas@padaria.example"}
_LITMUS: dict[str, Any] = {
    "enabled": True,
    "limit": 10,
    "at_limit": "bill",
    "ceiling": None,
    "alert_at": [80, 100],
    "price": 900,
    "block": 1,
}
SETTINGS = {
    "direct_support": False,
    "payment_option": "client_card",
    "licence_price": 19900,
    "sales_optimizer": {"managed_by": "agency", "enabled": True},
    "services": {"litmus_test": _LITMUS},
    "in_force": {
        "period": "2026-06",
        "payment_option": "client_card",
        "licence_price": 19900,
        "services": {"litmus_test": {"price": 900}},
    },
}
CHANGE = {"services": {"litmus_test": {"limit": 20, "at_limit": "ceiling", "ceiling": 50}}}
STATEMENT = {
    "number": "AUR-2026-000004",
    "audience": "client",
    "client": "cantina-da-praca",
    "period": "2026-06",
    "state": "due",
    "currency": "BRL",
    "payer": "client",
    "payee": "operator",
    "payment_option": "client_card",
    "lines": [
        {"kind": "licence", "label": "Licença", "unit_price": 19900, "amount": 19900},
        {
            "kind": "excess",
            "service": "litmus_test",
            "limit": 10,
            "used": 13,
            "excess": 3,
            "block": 1,
            "blocks": 3,
            "unit_price": 900,
            "amount": 2700,
        },
    ],
    "net": 22600,
    "tax": 1130,
    "total": 23730,
    "due": 23730,
    "paid": 0,
    "outstanding": 23730,
}
