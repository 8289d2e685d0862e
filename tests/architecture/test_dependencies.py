"""Which way dependencies point: the seven rules of the house, held against the source."""

from __future__ import annotations

import ast
import sys

from tests.architecture.source import calls, imports, modules, where, within

# Each capability imports only those before it.
CAPABILITIES = (
    "audit outbox tenants accounts rights branding mail sending sign_in hosts federation webhooks invitations staffing "
    "settings metering publishing push statistics requests support billing payments reports"
).split()
PURE = (
    "peewee playhouse babel markupsafe argon2 pyotp zxcvbn webauthn email_validator markdown_it nh3 PIL "
    "py_svg_hush icalendar"
).split()
NETWORK = "socket ssl smtplib ftplib http.client urllib.request asyncio subprocess".split()
EDGES = ("web", "blueprints", "jobs", "gateways", "rendering", "cli", "demo", "scan")

# A part of the portal, and what of the portal it may import. What is not named here may import everything.
MAY_IMPORT = {
    "domain": "db domain languages",
    "gateways": "gateways domain config languages formatting",
    "rendering": "domain languages formatting config",
    "limit_words": "domain languages formatting",
    "staff_words": "domain languages formatting",
    "sender_words": "languages",
    "browsers": "languages",
    "audit_words": "audit_words domain languages formatting",
    "web": "web audit_words domain languages formatting clock config",
    "blueprints": "blueprints web gateways rendering limit_words sender_words staff_words audit_words browsers domain "
    "languages formatting clock heartbeat config",
    "jobs": "jobs gateways rendering limit_words sender_words staff_words browsers domain languages formatting "
    "clock heartbeat config db",
    "scan": "scan web jobs gateways domain languages clock config db",
    "db": "db",
    "languages": "formatting",
    "formatting": "languages",
}
# A library, and the only places that know it.
KNOWN_ONLY_IN = {
    "flask": ("", "web", "blueprints", "cli", "scan"),
    "werkzeug": ("", "web", "blueprints", "cli", "scan"),
    "flask_login": ("", "web"),
    "flask_htmx": ("web.htmx",),
    "flask_wtf": ("", "web"),
    "flask_limiter": ("", "web"),
    "huey": ("jobs", "migrating"),
    "peewee": ("db", "clock", "heartbeat", "schema", "migrating", "migrations", "domain"),
    "playhouse": ("db", "migrating", "migrations", "domain"),
    **dict.fromkeys(
        "authlib joserfc pywebpush requests resvg_py smtplib standardwebhooks stripe urllib3 weasyprint".split(),
        ("gateways",),
    ),
}
WRITES = (
    "bulk_create bulk_update create delete delete_by_id get_or_create insert insert_from insert_many replace "
    "replace_many set_by_id update"
).split()
QUERIES = {"execute_sql", "order_by", "select", "where"}
PROXIES = {"flask.g", "flask.request", "flask.session", "flask.current_app", "flask_login.current_user"}


def test_each_part_imports_only_the_parts_below_it():
    wrong = []
    for name in modules():
        part = name.partition(".")[0]
        for target, line in imports(name) if part in MAY_IMPORT else ():
            if target.startswith("portal.") and target.split(".")[1] not in MAY_IMPORT[part].split():
                wrong.append(f"{where(name, line)} imports {target}: {part} must not know it")
    assert not wrong, "\n".join(wrong)


def test_the_domain_knows_neither_the_network_nor_any_framework():
    wrong = []
    for name in modules():
        for target, line in imports(name) if within(name, "domain") else ():
            library = target.partition(".")[0]
            pure = library in ("portal", *PURE) or library in sys.stdlib_module_names
            if not pure or within(target, *NETWORK):
                wrong.append(f"{where(name, line)} imports {target}: not for the domain")
    assert not wrong, "\n".join(wrong)


def test_a_capability_imports_only_those_before_it():
    wrong = []
    for name in modules():
        own = name.split(".")[1] if within(name, "domain") and "." in name else None
        for target, line in imports(name) if own in CAPABILITIES else ():
            other = target.split(".")[2] if target.startswith("portal.domain.") else own
            if other in CAPABILITIES and CAPABILITIES.index(other) > CAPABILITIES.index(own):
                wrong.append(f"{where(name, line)} imports {other}, which comes after {own}")
    assert not wrong, "\n".join(wrong)


def test_every_folder_of_the_domain_is_a_known_capability():
    folders = {name.split(".")[1] for name in modules() if name.startswith("domain.") and name.count(".") > 1}
    assert folders <= set(CAPABILITIES), "name them in CAPABILITIES, at their place in the order"


def test_above_the_domain_only_the_face_of_a_capability_is_known():
    wrong = []
    for name in modules():
        for target, line in imports(name) if within(name, *EDGES) else ():
            parts = target.split(".")
            if parts[:2] == ["portal", "domain"] and len(parts) > 4 and parts[2] in CAPABILITIES:
                wrong.append(f"{where(name, line)} imports {target}: only from portal.domain.{parts[2]}")
    assert not wrong, "\n".join(wrong)


def test_a_library_is_known_only_where_it_belongs():
    wrong = []
    for name in modules():
        for target, line in imports(name):
            for library, places in KNOWN_ONLY_IN.items():
                if within(target, library) and not within(name, *filter(None, places)) and name not in places:
                    wrong.append(f"{where(name, line)} imports {target}: only for {', '.join(places)}")
    assert not wrong, "\n".join(wrong)


def test_no_query_is_written_above_the_domain():
    wrong = []
    for name, tree in modules().items():
        for call in calls(tree) if within(name, *EDGES) and not within(name, "gateways") else ():
            function = call.func
            if isinstance(function, ast.Attribute) and function.attr in QUERIES:
                wrong.append(f"{where(name, call.lineno)} calls .{function.attr}()")
    assert not wrong, "\n".join(wrong)


def test_a_capability_writes_only_its_own_tables():
    wrong = []
    for name, tree in modules().items():
        own = f"portal.domain.{name.split('.')[1]}." if name.startswith("domain.") else None
        foreign = {
            target.rpartition(".")[2]: target
            for target, _ in imports(name)
            if own and target.startswith("portal.domain.") and not target.startswith(own)
        }
        for call in calls(tree):
            function = call.func
            if isinstance(function, ast.Attribute) and function.attr in WRITES and isinstance(function.value, ast.Name):
                model = function.value.id
                if model in foreign and model[:1].isupper():
                    wrong.append(f"{where(name, call.lineno)} writes {foreign[model]}: call its action")
    assert not wrong, "\n".join(wrong)


def test_the_proxies_of_flask_stop_at_the_view():
    wrong = []
    for name, tree in modules().items():
        proxies = {target.rpartition(".")[2] for target, _ in imports(name) if target in PROXIES}
        for call in calls(tree) if within(name, "blueprints") else ():
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            named = [value.id for value in given if isinstance(value, ast.Name) and value.id in proxies]
            wrong += [f"{where(name, call.lineno)} passes {proxy} on: pass its values" for proxy in named]
    assert not wrong, "\n".join(wrong)
