"""What a draft of a brand looks like, for frames of the dashboard: sign-in, back office, letter, statement.

Nothing in a preview does anything: no script runs, no form is sent, nobody is signed in. Whoever opens one has a pass
(`web/previews.py`) and learns of the agency what anybody at its door learns, in colours that are not public yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from werkzeug.exceptions import ServiceUnavailable

from portal import clock, languages, rendering
from portal.blueprints.brand import preview_paper, preview_samples
from portal.domain import branding
from portal.domain.branding import Brand, Draft
from portal.domain.errors import NotFound
from portal.domain.tenants import Agency
from portal.gateways import pdf
from portal.languages import LANGUAGES
from portal.web import doors, previews
from portal.web.access import public
from portal.web.brand import ShownBrand, own_page, theme_store
from portal.web.forms import FormState
from portal.web.headers import framed_by_dashboard
from portal.web.hosts import address_on_agency_host, agency_here
from portal.web.pages import world
from portal.web.previews import Pass

bp = Blueprint("preview", __name__, url_prefix="/preview/<token:token>")

_press, _PATIENCE = BoundedSemaphore(1), 5.0
_WHY = "whoever holds a pass of the brand page, to the previews of one draft"


@bp.get("/sign-in")
@public(_WHY, on="agency")
def sign_in(token: str) -> Response:
    shown = _shown(token)
    if shown is None:
        return _over()
    values: dict[str, Any] = {"form": FormState(), "action": preview_samples.NOWHERE}
    values["shell"] = preview_samples.shell(inside=False) | {"sso": doors.offered()}
    own = own_page(shown.rendered("account/sign_in/_form.html", **values), ShownBrand(shown.brand))
    if own is None:
        return shown.page("account/sign_in/show.html", **values)
    return shown.page("account/sign_in/themed.html", inline=True, page=own, **values)


@bp.get("/home")
@public(_WHY, on="agency")
def home(token: str) -> Response:
    shown = _shown(token)
    if shown is None:
        return _over()
    values = preview_samples.home(shown.agency, clock.now())
    return shown.page("office/home/index.html", shell=preview_samples.shell(inside=True), **values)


@bp.get("/mail")
@public(_WHY, on="agency")
def mail(token: str) -> Response:
    shown = _shown(token)
    if shown is None:
        return _over()
    link = address_on_agency_host(shown.agency, "/setup/") + "…"
    values = preview_samples.invitation(link, shown.agency, clock.now())
    letter = rendering.render_letter("invitation", shown.brand, languages.language(), values)
    return framed_by_dashboard(Response(preview_paper.letter(letter, shown.appearance)), inline=True)


@bp.get("/statement")
@public(_WHY, on="agency")
def statement(token: str) -> Response:
    shown = _shown(token)
    if shown is None:
        return _over()
    frozen, pictures = preview_samples.statement(shown.agency, shown.brand, clock.now())
    html = preview_paper.on_screen(rendering.render_statement_html(frozen), pictures, shown.brand)
    return framed_by_dashboard(Response(html), inline=True)


@bp.get("/statement.pdf")
@public(_WHY, on="agency")
def document(token: str) -> Response:
    """The same as it would be printed."""
    shown = _shown(token)
    if shown is None:
        return _over()
    frozen, pictures = preview_samples.statement(shown.agency, shown.brand, clock.now())
    html = preview_paper.marked(rendering.render_statement_html(frozen))
    response = Response(_printed(html, pictures), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{frozen["number"]}.pdf"'
    return response


@bp.get("/brand/<version>.css")
@public(_WHY, on="agency")
def theme(token: str, version: str) -> Response:
    brand = _of_version(token, version)
    return Response(brand.css(_folder(token)), content_type="text/css; charset=utf-8")


@bp.get("/brand/<version>/<name>")
@public(_WHY, on="agency")
def picture(token: str, version: str, name: str) -> Response:
    found = _of_version(token, version).picture(name)
    if found is None:
        raise NotFound
    response = Response(found.data, content_type=found.content_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@dataclass(frozen=True)
class Shown:
    """The draft that a pass opens, as it is to be seen."""

    agency: Agency
    brand: Brand
    token: str

    @property
    def appearance(self) -> str:
        return "dark" if request.args.get("appearance") == "dark" else "light"

    def page(self, template: str, *, inline: bool = False, **values: Any) -> Response:
        """A page of the back office's world in the draft's brand, with everything in it made harmless."""
        html = self.rendered(template, **values)
        html = html.replace(f"/brand/{self.brand.version}", _folder(self.token) + self.brand.version)
        return framed_by_dashboard(Response(preview_paper.inert(html)), inline=inline)

    def rendered(self, template: str, **values: Any) -> str:
        g.csrf_token = "-"  # nothing is sent from here, so nobody is given a session for it  # nosec B105
        return render_template(
            template,
            brand=ShownBrand(self.brand),
            appearance=self.appearance,
            request=None,
            url_for=lambda *_endpoint, **_values: preview_samples.NOWHERE,
            **values,
        )


def _shown(token: str) -> Shown | None:
    """The draft that the pass is for; None once its time is over or the draft has changed. Raises NotFound."""
    said, draft, shown = _opened(token)
    return None if said.is_over or draft.version != said.version else shown


def _opened(token: str) -> tuple[Pass, Draft, Shown]:
    """What a pass says, and the draft of its agency as it is now. Raises NotFound."""
    said, agency = previews.read(token, now=clock.now()), agency_here()
    if said is None or said.agency_id != agency.id:
        raise NotFound
    wanted = request.args.get("language")
    languages.speak(wanted if wanted in LANGUAGES else agency.language)
    draft = branding.draft_of(agency, theme_store())
    return said, draft, Shown(agency, branding.brand_of_draft(agency, draft, theme_store()), token)


def _printed(html: str, pictures: Mapping[str, bytes]) -> bytes:
    """Paper is the one preview that costs something: one at a time in a process, whoever asks."""
    if not _press.acquire(timeout=_PATIENCE):
        raise ServiceUnavailable(retry_after=3)
    try:
        return pdf.render(html, pictures)
    except (pdf.RenderFailed, pdf.RenderRefused):
        raise ServiceUnavailable(retry_after=3) from None
    finally:
        _press.release()


def _of_version(token: str, version: str) -> Brand:
    """A page that was just opened may ask when the draft has moved on: it gets what there is now. Raises NotFound."""
    said, draft, shown = _opened(token)
    if said.is_over or (shown.brand.version != version and draft.version == said.version):
        raise NotFound
    return shown.brand


def _folder(token: str) -> str:
    return f"/preview/{token}/brand/"


def _over() -> Response:
    """The frame of an older page: it says so, in nobody's colours."""
    return framed_by_dashboard(Response(render_template("brand/preview/over.html", world=world()), 410))
