"""Who and what the demo consists of. Names and figures are made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

BEGAN_ON = date(2026, 5, 1)

OPERATOR = {"legal_name": "Palco Pagamentos Ltda.", "address": "Avenida Central, 1500\nSão Paulo, SP"}

COSTS = {
    "BRL": {
        "licence": 12_000,
        "email_sync": 3_000,
        "litmus_test": 500,
        "shutterstock": 800,
        "push_notification": 100,
    },
    "EUR": {
        "licence": 2_400,
        "email_sync": 500,
        "litmus_test": 100,
        "shutterstock": 160,
        "push_notification": 20,
    },
}
"""The operator's price list, in minor units for one block."""


@dataclass(frozen=True)
class DemoClient:
    """One client. `limits` by service (None: no limit); `monthly` is the usual use of a month, (from, to)."""

    slug: str
    name: str
    address: str
    email: str
    payment_option: str
    licence_price: int
    limits: dict[str, int | None]
    monthly: dict[str, tuple[int, int]]
    levels: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    exact: dict[str, dict[str, int]] = field(default_factory=dict)
    at_limit: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    optimizer: tuple[str, bool] = ("agency", False)


@dataclass(frozen=True)
class DemoAgency:
    facts: dict[str, Any]
    prices: dict[str, int]
    clients: tuple[DemoClient, ...]


AURORA = DemoAgency(
    facts={
        "slug": "aurora",
        "name": "Aurora",
        "prefix": "AUR",
        "legal_name": "Aurora",
        "address": "Rua das Laranjeiras, 240\nRio de Janeiro, RJ",
        "email": "financeiro@aurora.example",
        "language": "pt-BR",
        "currency": "BRL",
        "timezone": "America/Sao_Paulo",
        "tax_label": "ISS",
        "tax_rate": 500,
        "payee": "operator",
    },
    prices={"email_sync": 4_900, "litmus_test": 900, "shutterstock": 1_200, "push_notification": 250},
    clients=(
        DemoClient(
            "cantina-da-praca",
            "Cantina da Praça",
            "Praça da Matriz, 18\nParaty, RJ",
            "contato@cantina.example",
            "client_card",
            19_900,
            {"email_sync": 2, "litmus_test": 10, "shutterstock": 5, "push_notification": 10_000},
            {"litmus_test": (8, 13), "shutterstock": (2, 6), "push_notification": (8_200, 12_900)},
            levels={
                "2026-05": ((4, 2),),
                "2026-06": ((3, 3), (16, 4)),
                "2026-07": ((2, 3),),
                "2026-08": ((11, 2),),
                "2026-10": ((6, 3),),
                "2026-11": ((9, 4),),
            },
            exact={
                "2026-06": {"litmus_test": 13, "shutterstock": 5, "push_notification": 12_345},
                "2026-11": {"litmus_test": 13, "shutterstock": 4, "push_notification": 12_000},
            },
            optimizer=("client", True),
        ),
        DemoClient(
            "clinica-horizonte",
            "Clínica Horizonte",
            "Avenida Beira-Mar, 902\nNiterói, RJ",
            "administracao@horizonte.example",
            "agency_card",
            24_900,
            {"email_sync": 6, "litmus_test": 5, "shutterstock": 10, "push_notification": 20_000},
            {"litmus_test": (1, 4), "shutterstock": (5, 12), "push_notification": (6_000, 14_000)},
            levels={"2026-05": ((5, 4),), "2026-08": ((18, 6),), "2026-10": ((12, 5),)},
            optimizer=("agency", True),
        ),
        DemoClient(
            "moda-lume",
            "Moda Lume",
            "Rua Visconde, 77\nSão Paulo, SP",
            "loja@modalume.example",
            "client_card",
            29_900,
            {"email_sync": 3, "litmus_test": 20, "shutterstock": 15, "push_notification": 20_000},
            {"litmus_test": (12, 19), "shutterstock": (9, 18), "push_notification": (15_500, 19_000)},
            levels={"2026-05": ((3, 3),), "2026-09": ((21, 4),), "2026-11": ((4, 3),)},
            at_limit={"push_notification": ("stop", None), "shutterstock": ("ceiling", 30)},
        ),
    ),
)

NORTHWIND = DemoAgency(
    facts={
        "slug": "northwind",
        "name": "Northwind",
        "prefix": "NOR",
        "legal_name": "Northwind Studio",
        "address": "Rua do Alecrim, 41\nLisboa",
        "email": "billing@northwind.example",
        "language": "en",
        "currency": "EUR",
        "timezone": "Europe/Lisbon",
        "tax_label": "VAT",
        "tax_rate": 2_300,
        "payee": "agency",
    },
    prices={"email_sync": 900, "litmus_test": 180, "shutterstock": 250, "push_notification": 50},
    clients=(
        DemoClient(
            "harbour-cafe",
            "Harbour Café",
            "4 Quay Street\nCascais",
            "hello@harbour.example",
            "client_card",
            3_900,
            {"email_sync": 3, "litmus_test": 6, "shutterstock": 8, "push_notification": 5_000},
            {"litmus_test": (3, 7), "shutterstock": (4, 9), "push_notification": (3_500, 6_400)},
            levels={"2026-05": ((6, 3),), "2026-07": ((15, 5),), "2026-09": ((4, 4),)},
            optimizer=("client", False),
        ),
        DemoClient(
            "fjord-outdoor",
            "Fjord Outdoor",
            "12 Harbour Road\nPorto",
            "office@fjord.example",
            "agency_card",
            5_900,
            {"email_sync": 5, "litmus_test": 12, "shutterstock": None, "push_notification": 30_000},
            {"litmus_test": (7, 12), "shutterstock": (10, 30), "push_notification": (18_000, 27_000)},
            levels={"2026-05": ((2, 4),), "2026-10": ((9, 5),)},
            at_limit={"litmus_test": ("ceiling", 20)},
        ),
    ),
)

AGENCIES = (AURORA, NORTHWIND)

SALES = (
    ("aurora", "cantina-da-praca", "Serviço de design", 150_000, 12, date(2026, 6, 10)),
    ("northwind", "harbour-cafe", "Photo day for the menu", 24_000, 12, date(2026, 8, 31)),
)
"""Services the agencies sold: agency, client, name, price, every how many months, first on."""

OFFERS = (
    (
        "aurora",
        "moda-lume",
        "design",
        "Redesenhamos o aplicativo a cada coleção: cores, capa e vitrine.\nVocê aprova antes de publicar.",
        150_000,
        12,
    ),
)
"""Sections locked with an offer: agency, client, section, text, price, every how many months."""
