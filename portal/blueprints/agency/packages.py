from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import package_list, wording
from portal.blueprints.agency.package_form import PackageForm
from portal.domain import settings
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.domain.settings import Package
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff

bp = Blueprint("packages", __name__, url_prefix="/packages")

_PAGE = "agency/packages/show.html"


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> str:
    return render_template("agency/packages/index.html", **package_list.shown(staff, now=clock.now()))


@bp.get("/new")
@agency_staff(may=Permission.PRICES)
def new(staff: Staff) -> str:
    """An empty form, or with `?package=` one that holds what that package holds; nothing is saved before Save."""
    currencies, like = settings.currencies_of(staff.agency), package_list.chosen(staff, request.args)
    if like is None:
        return render_template(_PAGE, **_shown(PackageForm(currencies)))
    held = replace(settings.content_of(like), name=_("%(name)s, copy", name=like.name), is_default=False)
    return render_template(_PAGE, **_shown(PackageForm(currencies, held)))


@bp.post("/")
@agency_staff(may=Permission.PRICES)
def create(staff: Staff) -> AnyResponse:
    form = PackageForm(settings.currencies_of(staff.agency)).read(request.form)
    return _saved(staff, form, None)


@bp.get("/<uuid:package_id>/")
@agency_staff(may=Permission.PRICES)
def show(staff: Staff, package_id: UUID) -> str:
    package = settings.package_of(staff.agency, package_id)
    return render_template(_PAGE, **_shown(_form(staff, package), package, request.args.get("confirm", "")))


@bp.post("/<uuid:package_id>/")
@agency_staff(may=Permission.PRICES)
def save(staff: Staff, package_id: UUID) -> AnyResponse:
    package = settings.package_of(staff.agency, package_id)
    return _saved(staff, _form(staff, package).read(request.form), package)


@bp.post("/<uuid:package_id>/copy")
@agency_staff(may=Permission.PRICES)
def copy(staff: Staff, package_id: UUID) -> AnyResponse:
    """The form of a new package with everything that this one holds; nothing is saved before Save."""
    package = settings.package_of(staff.agency, package_id)
    held = replace(settings.content_of(package), name=_("%(name)s, copy", name=package.name), is_default=False)
    return Response(render_template(_PAGE, **_shown(PackageForm(settings.currencies_of(staff.agency), held))))


@bp.post("/<uuid:package_id>/delete")
@agency_staff(may=Permission.PRICES)
def delete(staff: Staff, package_id: UUID) -> AnyResponse:
    package = settings.package_of(staff.agency, package_id)
    settings.delete_package(package, by=staff.actor, now=clock.now())
    flash(_("The package %(name)s is deleted. Its clients keep their settings.", name=package.name))
    return redirect(url_for(".index"), 303)


def _form(staff: Staff, package: Package) -> PackageForm:
    return PackageForm(settings.currencies_of(staff.agency), settings.content_of(package), package.version)


def _saved(staff: Staff, form: PackageForm, package: Package | None) -> AnyResponse:
    """Save what was typed, or show it again with what is wrong."""
    try:
        saved = settings.save_package(
            staff.agency, form.wish(), package=package, seen_version=form.version, by=staff.actor, now=clock.now()
        )
    except AT_THE_FORM as error:
        form.take(error)
        if package:  # after somebody else's save, the next one goes on top of it
            form.version = package.version
        return Response(render_template(_PAGE, **_shown(form, package)), errors.status_of(error))
    flash(_("Saved: %(client)s", client=saved.name))
    return redirect(url_for(".index"), 303)


def _shown(form: PackageForm, package: Package | None = None, asked: str = "") -> dict[str, Any]:
    return {"form": form, "package": package, "at_limit": list(wording.AT_LIMIT.items()), "asked": asked}
