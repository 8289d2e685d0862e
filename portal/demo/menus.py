"""What the demo's restaurants serve."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain import publishing
from portal.domain.audit import Actor
from portal.domain.publishing import Dish
from portal.domain.tenants import App

Menu = dict[str, tuple[tuple[str, int, str, tuple[str, ...]], ...]]
"""By category: name, price in minor units, description, allergens of each dish."""

CANTINA: Menu = {
    "Entradas": (
        ("Pastel de camarão", 2_800, "Seis unidades, massa fina e pimenta da casa", ("gluten", "crustaceans", "egg")),
        ("Caldinho de feijão", 1_600, "Com torresmo e couve crocante", ()),
        ("Casquinha de siri", 3_200, "Gratinada na concha", ("crustaceans", "milk", "gluten")),
    ),
    "Pratos da casa": (
        ("Moqueca da praça", 8_900, "Peixe do dia, leite de coco, dendê e pirão; serve duas pessoas", ("fish",)),
        ("Bobó de camarão", 7_600, "Com arroz branco e farofa de dendê", ("crustaceans",)),
        ("Feijoada de sábado", 6_400, "Completa, só aos sábados até as 16h", ()),
        ("Nhoque de banana-da-terra", 5_200, "Ao molho de queijo da serra", ("milk", "gluten", "egg")),
    ),
    "Sobremesas": (
        ("Pudim de leite", 1_800, "Calda escura", ("milk", "egg")),
        ("Cocada cremosa", 1_600, "Feita no dia", ("milk",)),
    ),
    "Bebidas": (
        ("Suco de cajá", 1_400, "", ()),
        ("Caipirinha de limão-cravo", 2_600, "", ()),
        ("Água de coco", 1_000, "Servida no coco", ()),
    ),
}

HARBOUR: Menu = {
    "Breakfast": (
        ("Porridge with stewed plums", 650, "Oats, cinnamon, toasted almonds", ("gluten", "milk", "nuts")),
        ("Eggs on sourdough", 890, "Two eggs as you like them", ("gluten", "egg")),
        ("Smoked mackerel and egg", 1_150, "Horseradish, rye toast", ("fish", "egg", "gluten", "milk")),
    ),
    "Lunch": (
        ("Harbour fish soup", 1_250, "Today's catch, fennel, saffron", ("fish", "crustaceans", "celery")),
        ("Crab sandwich", 1_490, "Brown bread, lemon, leaves", ("crustaceans", "gluten", "egg")),
        ("Roast squash salad", 1_080, "Seeds, feta, honey dressing", ("milk", "sesame", "mustard")),
    ),
    "Cakes and coffee": (
        ("Orange and almond cake", 480, "Made without flour", ("egg", "nuts")),
        ("Flat white", 320, "", ("milk",)),
    ),
}

_MENUS = {"cantina-da-praca": CANTINA, "harbour-cafe": HARBOUR}


def serve(app: App, *, by: Actor, published: datetime, edited: datetime) -> None:
    """Write the app's menu and publish it; a dish marked sold out later waits for the next publication."""
    menu = _MENUS.get(app.slug)
    if menu is None:
        return
    rows: list[Dish] = []
    for name, dishes in menu.items():
        category = publishing.add_category(app, name, by=by, now=published - timedelta(minutes=95))
        for dish, price, description, allergens in dishes:
            row = publishing.add_dish(
                app,
                category,
                dish,
                price=price,
                description=description,
                allergens=allergens,
                by=by,
                now=published - timedelta(minutes=90 - 6 * len(rows)),
            )
            rows.append(row)
    publishing.publish_menus(app, by=by, now=published)
    publishing.set_sold_out(app, rows[0], sold_out=True, by=by, now=edited)
