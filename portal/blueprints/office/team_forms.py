"""What the pages of the team are made of: posted fields read, boxes and people as the templates need them."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from werkzeug.datastructures import ImmutableMultiDict

from portal import clock
from portal.blueprints.office import team_boxes
from portal.blueprints.office.steps import box_in_words
from portal.blueprints.office.team_help import help_address, helper_for, may_help
from portal.domain import accounts, invitations, periods, rights
from portal.domain.accounts import Contributor, Member
from portal.domain.errors import Forbidden, Invalid
from portal.domain.invitations import TeamEntry
from portal.domain.rights import PRESETS, VENDOR_BRANDED
from portal.languages import LANGUAGES
from portal.languages import gettext as _
from portal.web import menus
from portal.web.forms import FormState
from portal.web.hosts import settings

NOTHING, COPY, UNBRANDED = "nothing", "copy", "unbranded"
MOST_SUGGESTED = 50


def typed(form: ImmutableMultiDict[str, str]) -> FormState:
    state = FormState.typed(form, "email", "ends_on", "language", "like", "nothing")
    state.values["boxes"] = form.getlist("boxes")
    return state


def ask_about_nothing(form: FormState) -> None:
    """An invitation without any right goes out only once that was said to be meant."""
    if not form.values["boxes"] and not form.flag("nothing"):
        form.errors["nothing"] = _("This person will see nothing. Tick this if you mean it, or tick rights below.")


def ticked_at_first(member: Member) -> list[str]:
    """What the catalogue ticks for somebody new, as far as this person may give it."""
    return [box.key for box in rights.grantable_boxes(member) if rights.section(box.section).ticked]


def arranged(member: Member, form: FormState, preset: str, changed: str) -> list[str]:
    """The boxes after a preset or somebody to copy was chosen, or one of them changed.

    Raises Invalid where nobody has the address to copy from.
    """
    offered = {box.key for box in rights.grantable_boxes(member)}
    if preset == NOTHING:
        return []
    if preset == COPY:
        return invitations.copied(_to_copy(member, form), member)
    wanted = PRESETS[preset][1] if preset in PRESETS else form.values["boxes"]
    if preset == UNBRANDED:
        wanted = [key for key in wanted if key not in VENDOR_BRANDED]
    return [key for key in rights.completed(wanted, changed=changed) if key in offered]


def arrange(member: Member, form: FormState, preset: str, changed: str) -> None:
    """Bring the boxes of a form being written to what was chosen; what is wrong stands at its field."""
    try:
        form.values["boxes"] = arranged(member, form, preset, changed)
        if preset == COPY:
            form.values["left_out"] = invitations.left_out(_to_copy(member, form), member)
    except Invalid as error:
        form.take(error)


def set_asked_for(member: Member, form: FormState) -> tuple[list[str], str, int]:
    """The boxes of a preset or of the person to copy, what that set is called, and how many of it are left out.

    Raises Invalid where there is no such preset, or nobody has the address.
    """
    preset = form.text("preset")
    if not preset:
        source = _to_copy(member, form)
        name = _("like %(name)s", name=source.person.shown_name)
        return invitations.copied(source, member), name, invitations.left_out(source, member)
    if preset not in (*PRESETS, NOTHING):
        raise Invalid({"preset": ("choose_one", {})})
    label = _(PRESETS[preset][0]) if preset in PRESETS else _("Select none")
    return arranged(member, FormState({"boxes": []}), preset, ""), label, 0


def _to_copy(member: Member, form: FormState) -> Contributor:
    """Whose rights are to be copied, by address. Raises Invalid where nobody here has it."""
    found = accounts.colleague_by_email(member, form.text("like"))
    if found is None:
        raise Invalid({"like": ("nobody_here", {})})
    return found


def new_page(member: Member, form: FormState) -> str:
    return render_template(
        "office/team/new.html",
        languages_offered=list(LANGUAGES.items()),
        days=settings().invitation_days,
        today=periods.local_day(clock.now(), member.agency.timezone),
        arrange=url_for("office.team.arrange"),
        **boxes_shown(member, form),
    )


def many_form(member: Member, again: str) -> FormState:
    """An empty form for many addresses, or what was pasted for the list with that id."""
    values = {"addresses": "", "ends_on": "", "language": member.client.language, "like": ""}
    state = FormState(values | {"boxes": ticked_at_first(member)})
    if batch := invitations.earlier_list(member, again):
        ends_on = batch.ends_on.isoformat() if batch.ends_on else ""
        state.values |= {"addresses": batch.text, "ends_on": ends_on, "language": batch.language}
        state.values["boxes"] = arranged(member, FormState({"boxes": batch.boxes}), "", "")
    return state


def many_page(member: Member, form: FormState) -> str:
    return render_template(
        "office/team_many/index.html",
        languages_offered=list(LANGUAGES.items()),
        days=settings().invitation_days,
        most=invitations.MOST_ADDRESSES,
        mails=invitations.MOST_MAILS_AN_HOUR,
        today=periods.local_day(clock.now(), member.agency.timezone),
        arrange=url_for("office.team_many.arrange"),
        **boxes_shown(member, form),
    )


def boxes_shown(member: Member, form: FormState) -> dict[str, Any]:
    """The boxes of an invitation by group of the menu, and the menu that they make."""
    boxes = set(form.values["boxes"])
    return {
        "member": member,
        "form": form,
        "groups": team_boxes.groups_of(member),
        "missing": team_boxes.missing_of(member),
        "boxes": boxes,
        "presets": team_boxes.presets_of(member),
        "suggested": suggested(member),
        "menu": menus.menu_made_of(member, boxes),
        "vendor": team_boxes.vendor_for(member),
        "showing": team_boxes.showing_of(member, boxes),
    }


def suggested(member: Member) -> list[TeamEntry]:
    """Some people whose rights may be copied; whoever is not among them is found by address."""
    found = invitations.team_of(member, only="active", most=MOST_SUGGESTED, now=clock.now())
    return [entry for entry in found.entries if entry.boxes]


def person_page(member: Member, colleague: Contributor, form: FormState, *, asked: bool = False) -> str:
    stored = colleague.ends_on.isoformat() if colleague.ends_on else ""
    return render_template(
        "office/team/show.html",
        form=form,
        stored=stored,
        asked=asked,
        presets=team_boxes.presets_of(member),
        suggested=[entry for entry in suggested(member) if entry.id != colleague.id],
        languages_offered=list(LANGUAGES.items()),
        today=periods.local_day(clock.now(), member.agency.timezone),
        **person_shown(member, colleague),
    )


def person_part(member: Member, colleague: Contributor) -> dict[str, Any]:
    """The same for a part of the page. Raises Forbidden for a person of whom the page shows no such part."""
    shown = person_shown(member, colleague)
    if not (shown["manageable"] or shown["is_self"]):
        raise Forbidden("person_above_you")
    return shown


def person_shown(member: Member, colleague: Contributor) -> dict[str, Any]:
    """One person with the boxes that the reader may change, and the menu they make."""
    boxes = rights.boxes_of(colleague)
    is_self = member.contributor is not None and member.contributor.id == colleague.id
    return {
        "member": member,
        "colleague": colleague,
        "boxes": boxes,
        "is_self": is_self,
        "manageable": rights.may_manage(member, boxes, contributor=colleague),
        "groups": team_boxes.groups_of(member),
        "missing": team_boxes.missing_of(member),
        "menu": menus.menu_made_of(member, boxes),
        "entry": invitations.entries_of(member, [colleague], now=clock.now())[0],
        "vendor": team_boxes.vendor_for(member),
        "showing": team_boxes.showing_of(member, boxes),
        "words": box_in_words,
        "help_link": help_address(colleague.person.email) if may_help(member) else "",
        "helper": helper_for(member),
    }
