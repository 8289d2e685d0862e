"""What holds for every page and every fragment that leaves the house, whoever asked for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree, html

LANGUAGES = {"pt-BR", "en"}
_NEED_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
_NAMES_OTHERS = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
_IDS = etree.XPath("descendant-or-self::*/@id[. != '']")
_NAMING = etree.XPath(f"descendant-or-self::*[{' or '.join(f'@{name}' for name in _NAMES_OTHERS)}]")
_WITH_CODE = etree.XPath(
    "descendant-or-self::*[self::style or self::script or @style"
    " or @*[starts-with(name(), 'on') or starts-with(name(), 'hx-on')]]"
)


def parse(text: str) -> tuple[html.HtmlElement, bool]:
    """The tree of the answer, and whether it is a whole page."""
    if text.lstrip()[:9].lower() == "<!doctype":
        return html.document_fromstring(text), True
    return html.fragment_fromstring(text, create_parent="fragment"), False


def faults(text: str) -> list[str]:
    """Everything wrong with this HTML, in words; an empty list for a good page."""
    tree, whole = parse(text)
    return faults_of(text, tree, whole=whole)


def faults_of(text: str, tree: html.HtmlElement, *, whole: bool) -> list[str]:
    """The same of HTML that has been parsed already."""
    found = [*_always(tree), *(_of_a_page(tree) if whole else _of_a_fragment(tree))]
    if "{{" in text or "{%" in text:
        found.append("a piece of template was not rendered")
    return found


def _of_a_page(tree: html.HtmlElement) -> Iterator[str]:
    if not (tree.findtext(".//title") or "").strip():
        yield "the page has no title"
    if tree.get("lang") not in LANGUAGES:
        yield f"lang is {tree.get('lang')!r}"
    headings = len(tree.findall(".//h1"))
    if headings != 1:
        yield f"{headings} h1 instead of one"
    if len(tree.findall(".//main")) != 1:
        yield "the page has no main"
    if any(meta.get("http-equiv", "").lower() == "refresh" for meta in tree.iter("meta")):
        yield "the page reloads itself"


def _of_a_fragment(tree: html.HtmlElement) -> Iterator[str]:
    roots = [child for child in tree if isinstance(child.tag, str) and not child.get("hx-swap-oob")]
    loose = "".join([tree.text or "", *(child.tail or "" for child in tree)]).strip()
    if loose or len(roots) > 1:
        yield "the fragment has more than one root element"
    for root in roots:
        if not root.get("id"):
            yield f"the fragment's root <{root.tag}> has no id"


def _always(tree: html.HtmlElement) -> Iterator[str]:
    yield from _ids(tree)
    yield from _inline_code(tree)
    yield from _fields(tree)
    for image in tree.iter("img"):
        if image.get("alt") is None:
            yield f"picture without alt: {image.get('src')}"
    for element in tree.iter("a", "button"):
        if not _name(element, tree):
            yield f"nobody can say what this does: {_shown(element)}"
    for element in tree.iter("a"):
        if element.get("href", "").strip().lower().startswith("javascript:"):
            yield f"code in a link: {_shown(element)}"


def _ids(tree: html.HtmlElement) -> Iterator[str]:
    ids = Counter(_IDS(tree))
    for name, times in ids.items():
        if times > 1:
            yield f"id {name!r} stands {times} times"
        if " " in name:
            yield f"id {name!r} holds a space"
    if tree.tag == "fragment":
        return  # what it refers to may be on its page
    for element in _NAMING(tree):
        for attribute in _NAMES_OTHERS:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{attribute} names {name!r}, which is not there: {_shown(element)}"


def _inline_code(tree: html.HtmlElement) -> Iterator[str]:
    for element in _WITH_CODE(tree):
        if element.tag == "style":
            yield "a style element"
        if element.tag == "script" and not element.get("src"):
            yield "a script without src"
        for name in element.attrib:
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f"{name} on {_shown(element)}"


def _fields(tree: html.HtmlElement) -> Iterator[str]:
    labels = {label.get("for") for label in tree.iter("label")}
    for field in tree.iter("input", "select", "textarea"):
        if field.tag == "input" and field.get("type", "text").lower() in _NEED_NO_LABEL:
            continue
        wrapped = any(parent.tag == "label" for parent in field.iterancestors())
        named = field.get("aria-label") or field.get("aria-labelledby")
        if not wrapped and not named and (not field.get("id") or field.get("id") not in labels):
            yield f"field without label: {_shown(field)}"
    for form in tree.iter("form"):
        tokens = [field for field in form.iter("input") if field.get("name") == "csrf_token" and field.get("value")]
        elsewhere = "://" in form.get("action", "")  # another origin must never see the token
        if form.get("method", "get").lower() == "post" and len(tokens) != (0 if elsewhere else 1):
            yield f"{len(tokens)} CSRF tokens in {_shown(form)}"
        if form.get("method", "get").lower() != "post" and tokens:
            yield f"a CSRF token in an address: {_shown(form)}"


def _name(element: html.HtmlElement, tree: html.HtmlElement) -> str:
    """How assistive technology calls the element, roughly as the accessible name is computed."""
    if element.get("aria-label"):
        return element.get("aria-label").strip()
    if element.get("aria-labelledby"):
        return element.get("aria-labelledby").strip()
    inner = [part.get("alt") or part.get("aria-label") or "" for part in element.iter("img", "svg")]
    titles = [title.text or "" for title in element.iter("title")]
    return " ".join([element.text_content(), *inner, *titles, element.get("title") or ""]).strip()


def _shown(element: html.HtmlElement) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in list(element.attrib.items())[:5])
    return f"<{element.tag}{attributes}>"
