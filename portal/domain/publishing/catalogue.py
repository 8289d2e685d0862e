from portal.languages import N_

ALLERGENS: dict[str, str] = {
    "gluten": N_("Gluten"),
    "crustaceans": N_("Crustaceans"),
    "egg": N_("Egg"),
    "fish": N_("Fish"),
    "peanut": N_("Peanut"),
    "soya": N_("Soya"),
    "milk": N_("Milk"),
    "nuts": N_("Nuts"),
    "celery": N_("Celery"),
    "mustard": N_("Mustard"),
    "sesame": N_("Sesame"),
    "sulphites": N_("Sulphites"),
    "lupin": N_("Lupin"),
    "molluscs": N_("Molluscs"),
}
"""The fourteen allergens that have to be declared in the European Union (Regulation 1169/2011, annex II)."""
