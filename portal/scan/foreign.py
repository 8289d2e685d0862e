"""What does not belong to an agency's brand, worked out from the installation: names, hosts, pictures, tools."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from portal.domain import accounts, tenants
from portal.domain.branding import Brand
from portal.domain.tenants import Agency
from portal.scan.others import OTHER, Other, Word, words_of
from portal.scan.others import PART as _PART
from portal.scan.pictures import alike, look_of, sha256

PRODUCT = "Ribalta"
"""The software's own name: foreign to everybody, whatever the operator calls himself."""

VENDOR, OPERATOR, PLATFORM, TOOL, STRANGER = "vendor", "operator", "platform", "tool", "third party"

ALLOWED_HOSTS: Mapping[str, str] = {
    "www.w3.org": "names of formats (SVG, XML), which nothing opens",
}
"""Hosts that may be named, each with its reason."""

TOOLS = re.compile(
    r"\b(WeasyPrint|pydyf|gunicorn|Werkzeug|Flask|Jinja2?|CPython|Python[ /-]?\d|urllib3|peewee|huey|Pillow|resvg|"
    r"nginx|Caddy|X-Powered-By)\b|Traceback \(most recent call last\)|/site-packages/",
    re.IGNORECASE,
)
"""What an answer was made with: told in headers, comments and properties, never in what people wrote."""

_SHORTEST, _ANYWHERE = 3, 5


@dataclass
class Foreign:
    """Everything that must not be met, and how to find it."""

    own_hosts: frozenset[str]
    words: tuple[Word, ...]
    hosts: Mapping[str, str]
    versions: Mapping[str, str]
    """Versions of other brands, as addresses of their pictures carry them."""
    pictures: Mapping[str, str]
    looks: list[tuple[int, str]]
    skipped: list[str] = field(default_factory=list)
    """Foreign names that the agency's own people bear too: nobody could tell whose they are."""

    def __post_init__(self) -> None:
        self._whose = {_even(word.text): word.whose for word in self.words}
        parts = [_pattern(word) for word in sorted(self.words, key=lambda word: -len(word.text))]
        self._pattern = re.compile("|".join(parts) or r"(?!)")

    def words_in(self, text: str) -> Iterator[tuple[str, str, str]]:
        """Each foreign name in the text: the name, whose it is, what stands around it."""
        plain = _plain(text)
        for found in self._pattern.finditer(plain):
            around = plain[max(0, found.start() - 40) : found.end() + 40]
            yield found[0], self._whose.get(_even(found[0]), VENDOR), " ".join(around.split())

    def whose_host(self, host: str) -> str | None:
        """Whose a host is that does not belong here; None for the agency's own and those that may be named."""
        host = host.lower().rstrip(".")
        if host in self.own_hosts or host in ALLOWED_HOSTS:
            return None
        return self.hosts.get(host, STRANGER)

    def whose_picture(self, data: bytes) -> str | None:
        """Whose picture it is, by its bytes or by how it looks; None when it is nobody's that is known."""
        known = self.pictures.get(sha256(data))
        if known or not self.looks or (look := look_of(data)) is None:
            return known
        return next((whose for other, whose in self.looks if alike(look, other)), None)


def foreign_to(
    agency: Agency,
    *,
    brand_of: Callable[[Agency | None], Brand],
    host_of: Callable[[Agency | None], str],
    sub_domain_of: Callable[[Agency], str] | None = None,
    hosts: Iterable[str],
    naming: bool = False,
) -> Foreign:
    """What is foreign to this agency. `hosts` are its own; `brand_of` and `host_of` tell of the vendor for None.

    `naming`: what is found is said to be of the agency by its name, which nobody but the operator may know.
    """
    others = [Other(other, brand_of(other), naming) for other in tenants.agencies() if other.id != agency.id]
    own = brand_of(agency)
    brands = [(VENDOR, brand_of(None)), *((other.whose, other.brand) for other in others)]
    elsewhere = {host: other.whose for other in others for host in _hosts_of(other.agency, host_of, sub_domain_of)}
    found = [*_vendors(brand_of(None)), *(word for other in others for word in words_of(other, elsewhere))]
    words, left = _sifted(found, _own_texts(agency, own))
    own_pictures = {sha256(data) for data in _pictures_of(own)}
    own_looks = [look for data in _pictures_of(own) if (look := look_of(data)) is not None]
    pictures, looks = {}, []
    for whose, brand in brands:
        for data in _pictures_of(brand):
            if sha256(data) in own_pictures:
                continue
            pictures[sha256(data)] = whose
            look = look_of(data)
            if look is not None and not any(alike(look, mine) for mine in own_looks):
                looks.append((look, whose))
    return Foreign(
        own_hosts=frozenset(hosts),
        words=words,
        hosts={host_of(None): PLATFORM} | elsewhere,
        versions={brand.version: whose for whose, brand in brands if brand.version != own.version},
        pictures=pictures,
        looks=looks,
        skipped=sorted({_left_out(word, naming) for word in left}),
    )


def _vendors(vendor: Brand) -> Iterator[Word]:
    for text in (PRODUCT, vendor.name, vendor.sender_name, *_addresses(vendor.contact)):
        yield Word(text, VENDOR, within=len(text) >= _ANYWHERE)
    for said in vendor.sign_in.values():
        if said.text and len(said.text.split()) > 4:  # shorter ones are anybody's
            yield Word(said.text, VENDOR, within=False)
    operator = tenants.the_operator()
    if operator:
        yield Word(operator.legal_name.rstrip("."), OPERATOR, within=False)


def _hosts_of(
    agency: Agency, host_of: Callable[[Agency | None], str], sub_domain_of: Callable[[Agency], str] | None
) -> set[str]:
    return {host_of(agency), *([sub_domain_of(agency)] if sub_domain_of else [])}


def _left_out(word: Word, naming: bool) -> str:
    """How a word that is not looked for is told: whose it is alone where it would tell of another agency."""
    return f"{word.text} ({word.whose})" if naming or word.whose != OTHER else f"a name of {OTHER}"


def _addresses(address: str | None) -> list[str]:
    """A contact and the domain it lives at."""
    return [address, address.partition("@")[2]] if address and "@" in address else []


def _own_texts(agency: Agency, own: Brand) -> str:
    """Everything that the agency, its clients and their people call themselves."""
    texts = [agency.name, agency.email or "", own.name, own.sender_name, own.contact or ""]
    texts += [value for said in own.sign_in.values() for value in (said.headline, said.text, said.footer) if value]
    for app in tenants.apps_of_agency(agency):
        texts += [app.name, app.slug, app.client.name, app.client.email or ""]
        texts += [f"{row.person.name} {row.person.email}" for row in accounts.contributors_of_app(app)]
    return _plain("\n".join(texts))


def _sifted(words: Iterable[Word], own: str) -> tuple[tuple[Word, ...], list[Word]]:
    """Each word once, and apart from them those that are the agency's own as well."""
    kept: dict[str, Word] = {}
    skipped: list[Word] = []
    for word in words:
        if len(word.text) < _SHORTEST:
            continue
        if word.text != PRODUCT and re.search(_pattern(word), own):
            skipped.append(word)
        else:
            kept.setdefault(_even(word.text), word)
    return tuple(kept.values()), skipped


def _pictures_of(brand: Brand) -> list[bytes]:
    return [picture.data for picture in (*brand.pictures.values(), *brand.mail_pictures.values())]


def _pattern(word: Word) -> str:
    parts = _PART.join(re.escape(part) for part in _plain(word.text).split())
    return parts if word.within else rf"(?<![^\W_]){parts}(?![^\W_])"


def _plain(text: str) -> str:
    """As it is compared: decoded, one case, without marks that nobody sees."""
    decoded = unquote(text) if "%" in text else text
    if "\\u" in decoded:
        decoded = re.sub(r"\\u([0-9a-fA-F]{4})", lambda one: chr(int(one[1], 16)), decoded)
    if not decoded.isascii():
        decoded = "".join(one for one in unicodedata.normalize("NFKC", decoded) if unicodedata.category(one) != "Cf")
    return decoded.casefold()


def _even(text: str) -> str:
    return re.sub(_PART, " ", _plain(text)).strip()
