"""The words for every code that the domain or the web raises. Each says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.domain.errors import DomainError, Invalid
from portal.formatting import day, number
from portal.languages import N_, Text, gettext

MESSAGES: dict[str, Text] = {
    # Not there
    "not_found": N_("This page does not exist, or it is not for you. Check the address, or go back to the start."),
    "link_dead": N_(
        "It was used already, has run out, or was replaced by a newer one. If you have used it, sign in. "
        "If not, ask whoever invited you to send it again."
    ),
    "no_operator": N_("This installation has no operator yet. Create one with bin/portal create-operator."),
    # How an agency looks
    "brand_unchanged": N_("Nothing was changed, so there is nothing to publish. Change something first."),
    "brand_is_live": N_("This version is live already. Choose another one."),
    "brand_is_neutral": N_("The brand is neutral already: there is nothing to reset. Change something first."),
    "brand_changed_meanwhile": N_(
        "Somebody else changed the brand meanwhile (%(by)s). Reload the page to see it, then make your change again."
    ),
    "brand_changed_by_you": N_(
        "You changed the brand in another window meanwhile. Reload the page to see it, then make your change again."
    ),
    "scan_too_soon": N_(
        "The last scan was started less than %(minutes)s minutes ago. Wait until they are over, then start again."
    ),
    "brand_folder_closed": N_(
        "The folder of the brand can't be written at the moment (%(reason)s). Nothing was changed; try again, or "
        "tell whoever runs the installation."
    ),
    "brand_not_usable": N_("These settings can't be shown (%(reason)s). Change them, or discard the draft."),
    "brand_too_many_uploads": N_("A brand takes %(most)s uploads a day. Go on tomorrow."),
    "brand_name_missing": N_("Enter the name that your clients' people see."),
    "brand_text_long": N_("Use at most %(most)s characters."),
    "brand_text_strange": N_("The text holds a line break or an invisible character. Type it on one line."),
    "brand_colour_wrong": N_("This is not a colour. Enter six digits or letters from a to f, such as #b23a18."),
    "brand_radius_wrong": N_("Enter a whole number of pixels from 0 to %(most)s."),
    "brand_layout_wrong": N_("Choose one of the layouts."),
    "brand_field_unknown": N_("This setting does not exist. Reload the page and try again."),
    "brand_role_unknown": N_("There is no such picture. Reload the page and choose one of those shown."),
    "brand_crop_wrong": N_("This part lies outside the picture. Choose a part inside it."),
    "brand_picture_empty": N_("The file is empty. Choose another one."),
    "brand_picture_large": N_("The picture is larger than 5 MB. Make it smaller and try again."),
    "brand_picture_kind": N_(
        "This file can't be used here. Use PNG, JPEG, WebP, GIF or SVG, for the favicon ICO, too."
    ),
    "brand_picture_broken": N_("The picture can't be read. Save it again in your drawing program and try again."),
    "brand_picture_pixels": N_("The picture has too many pixels. Use at most 6,000 on a side and 16 million in all."),
    "brand_picture_moves": N_("The picture moves. Use a still one."),
    "brand_picture_small": N_("The picture is too small or too narrow. Use at least 16 pixels on each side."),
    "brand_drawing_active": N_(
        "The SVG holds a script, an animation or a page inside it. Use a plain SVG without them."
    ),
    "brand_drawing_outside": N_(
        "The SVG fetches something from elsewhere. Use one with its pictures inside it and its text turned into paths."
    ),
    "brand_drawing_entity": N_("The SVG defines entities of its own. Use a plain SVG without them."),
    "brand_drawing_embedded": N_(
        "A picture inside the SVG can't be read. Use a PNG or JPEG inside it, or leave it out."
    ),
    "brand_drawing_heavy": N_(
        "The SVG is too large, or has effects, patterns or dashes that take long to draw. Use a simpler one, or a PNG."
    ),
    "brand_drawing_letters": N_(
        "The SVG holds text in letters or signs that mails and icons can't show. "
        "Use one with its text turned into paths."
    ),
    "brand_drawing_frame": N_("The SVG does not say how large it is. Set its width and height, then try again."),
    "brand_drawing_broken": N_("The SVG can't be read. Save it again in your drawing program, or use a PNG."),
    # May not
    "agency_suspended": N_("The agency is suspended at the moment. Nothing is lost; ask the operator to resume it."),
    "role_too_small": N_("Your role (%(role)s) does not include this. Ask an owner of the agency."),
    "right_missing": N_("You don't have the right “%(right)s”. Ask %(people)s to give it to you."),
    "section_closed": N_(
        "“%(section)s” is closed for %(client)s at the moment. Your right is kept; ask %(agency)s about it."
    ),
    "box_missing": N_("You don't have the right for this. Ask whoever manages the team to give it to you."),
    "scope_missing": N_("The token lacks the scope %(scope)s. Request a token with it."),
    "owner_untouchable": N_("The owner of the app can't be changed or removed here."),
    "not_yourself": N_("You can't change your own rights. Ask somebody else who manages the team."),
    "person_above_you": N_("This person holds rights that you don't have. Ask somebody who has them."),
    "grant_ceiling": N_("You can only give rights that you have yourself. Take the others out and try again."),
    "service_off": N_("This service is switched off at the moment. Ask your agency to switch it on."),
    "support_off": N_(
        "Direct support is switched off for this client. What was written is kept; ask your agency to switch it on."
    ),
    "support_full": N_("%(most)s conversations wait for an answer already. Write on in one of them."),
    "support_many": N_(
        "%(most)s conversations were begun in the last 24 hours already. Write on in one, or begin this one tomorrow."
    ),
    "support_long": N_("This conversation holds %(most)s messages already. Begin a new one."),
    "support_subject_missing": N_("Say in one line what it is about."),
    "support_text_missing": N_("Write the message."),
    "service_resting": N_("This account is suspended, so its services can't be opened. Resume it first."),
    "prices_read_only": N_("Prices and payment are set by an owner or administrator. Leave them as they were."),
    # Who somebody is
    "sign_in_wrong": N_("E-mail or password is not right. Check both and try again."),
    "reset_dead": N_(
        "It was used already, has run out, or was replaced. If you have used it, sign in. If not, ask for a new one."
    ),
    "code_wrong": N_("This code is not right, or was used already. Wait for the next one and enter it."),
    "recovery_code_wrong": N_(
        "This recovery code is not right, or was used already: each one works once. Enter another one of your codes."
    ),
    "begun_over": N_("That took too long, or was done already. Begin again."),
    "nobody_to_help": N_("There is nobody with this address whom you can help here. Check address and place."),
    "email_same": N_("This is your address already. Enter the new one."),
    "passkey_refused": N_("The device's answer can't be used. Press the button again, or use another device."),
    "passkey_over": N_("That took too long; press the button once more."),
    "passkey_wrong": N_("This passkey does not open anything here. Use another one, or sign in with your password."),
    "too_many_passkeys": N_("An account holds %(most)s passkeys. Remove one first."),
    "factor_demanded": N_("Your agency asks for a second factor. Set up another one before you remove this one."),
    "operator_no_staff": N_("Who runs the installation is on no agency's staff. Use another address."),
    "too_many_attempts": N_("Too many attempts. Wait %(minutes)s min and try again."),
    "email_missing": N_("Enter the e-mail address."),
    "email_bad": N_("This is not an e-mail address. It should look like name@example.com."),
    "name_missing": N_("Enter the name."),
    "password_wrong": N_("This is not the present password. Enter it again."),
    "password_short": N_("Use at least %(least)s characters. A few words in a row are easy to remember."),
    "password_long": N_("Use at most %(most)s characters."),
    "password_strange": N_("The password holds a character that can't be typed. Enter it again."),
    "password_weak": N_("This password is easily guessed. Use a few unrelated words, or a password manager."),
    "person_exists": N_("There is already a person with this address. Use another one."),
    "already_member": N_("This person is on the team already. Change the rights in the list of the team."),
    "nobody_here": N_("Nobody on the team has this address. Choose somebody from the list."),
    "addresses_missing": N_("Enter at least one e-mail address."),
    "too_many_addresses": N_("A list holds at most %(most)s addresses. Split it into several."),
    "lists_waiting": N_(
        "%(most)s lists of this team wait to be confirmed already. Ask your colleagues to send or discard theirs, "
        "or invite one person at a time."
    ),
    "twice_in_list": N_("The address stands in the list more than once; the first one counts."),
    "inviter_gone": N_("Whoever sent the list may not invite any more. Ask somebody who manages the team."),
    "too_many_mails": N_(
        "%(most)s mails went to this address within an hour. Wait an hour, or send the link yourself."
    ),
    # The staff of an agency
    "already_staff": N_("This person is on the staff already. Change the role in the list of the staff."),
    "staff_elsewhere": N_(
        "With this account you work for another agency already. Leave it first, or ask to be invited "
        "with another address."
    ),
    "setup_refused": N_(
        "That did not work. If you have an account here already, enter its password; "
        "if you forgot it, choose another one on the sign-in page first."
    ),
    "role_above_you": N_("This is above your own role. Ask an owner of the agency to do it."),
    "not_your_own_place": N_("You can't change your own place here. Ask another owner or administrator."),
    "last_owner": N_("The agency needs an owner. Hand the ownership on first, then this can be done."),
    "owner_without_end": N_("An owner's access has no last day. Choose another role, or leave the day blank."),
    "owner_already": N_("This person owns the agency already. Choose somebody else."),
    "only_managers": N_("Only managers have clients of their own. Make this person a manager first."),
    "offer_void": N_("Whoever offered this does not own the agency any more. Ask a present owner."),
    "confirm_address": N_("This is not the address above. Type it once more to confirm."),
    # Values
    "too_long": N_("Use at most %(most)s characters."),
    "bad_characters": N_("There is a line break or an invisible character in it. Type it again."),
    "name_with_address": N_("Type a name without a web address."),
    "bad_language": N_("Choose one of the languages offered."),
    "bad_choice": N_("Choose one of the values offered."),
    "choose_one": N_("Choose one of the options."),
    "bad_amount": N_("Enter an amount in digits, such as %(example)s."),
    "amount_negative": N_("Enter an amount that is not negative, such as %(example)s."),
    "amount_places": N_("This currency has %(most)s decimals at most. Enter an amount such as %(example)s."),
    "bad_number": N_("Enter a whole number from 0 to %(most)s, without letters."),
    "bad_date": N_("Enter a day such as %(example)s."),
    "day_past": N_("Choose a day that is not over yet."),
    "day_far": N_("Choose a day within the next %(years)s years."),
    "bad_slug": N_("Use 1 to 40 small letters, digits and hyphens, as in my-client."),
    "slug_taken": N_("The address %(slug)s is in use already. Choose another one."),
    "bad_currency": N_("Choose one of the currencies offered."),
    "bad_timezone": N_("Choose a time zone such as America/Sao_Paulo."),
    "bad_rate": N_("Enter a rate from 0 to 100%."),
    "bad_prefix": N_("Use 2 to 8 capital letters."),
    "bad_scope": N_("Choose among these scopes: %(known)s."),
    "optimizer_of_agency": N_("The agency manages the Sales Optimizer. Ask the agency to switch it."),
    # Client settings
    "ceiling_missing": N_("Enter the ceiling up to which the excess is billed."),
    "ceiling_needs_limit": N_("A ceiling needs a limit. Enter one, or choose to bill every excess."),
    "ceiling_low": N_("The ceiling can't be below the limit of %(limit)s."),
    "stop_needs_limit": N_("To stop at the limit there must be one. Enter it, or choose to bill the excess."),
    "bad_thresholds": N_("Enter whole percentages from 1 to 1,000, separated by commas, as in 80, 100."),
    "unknown_service": N_("This service does not exist any more. Reload the page."),
    "file_too_large": N_("The file is larger than 1 MB. Split it into several."),
    "file_unreadable": N_("This is no text file. Save it as CSV in your spreadsheet program."),
    "line_unreadable": N_("Line %(line)s can't be read: a quotation mark is open. Correct it and send the file again."),
    "no_name_column": N_("The first line must name the columns, and one of them must be name. Take the template."),
    "no_lines": N_("The file holds column names only. Add a line for each client."),
    "too_many_lines": N_("The file holds more than %(most)s lines. Split it into several."),
    "too_many_columns": N_("The first line names more than %(most)s columns. Take the template."),
    "too_many_cells": N_("This line has more cells than there are columns. Remove what is too much."),
    "twice_in_file": N_("It stands in this file more than once. Remove all lines of it but one."),
    "client_exists": N_("There is a client of this name already."),
    "began_too_early": N_(
        "It lies before this month, and months that are over would be billed. Enter %(day)s or later."
    ),
    "began_too_late": N_("This day is yet to come. Leave it blank for today."),
    "unknown_package": N_("There is no package of this name. Write one as it stands under Packages, or none."),
    "bad_payment_option": N_("Write client_card or agency_card."),
    "imports_waiting": N_(
        "%(most)s files wait to be confirmed already. Confirm one of them or discard it, then send this one."
    ),
    "no_good_line": N_("No line is without a problem. Correct at least one."),
    "nothing_sent": N_("Choose a file, or paste the lines."),
    "already_so": N_("It is so already."),
    "price_as_listed": N_("Pays the agency's price; there is no price of its own to raise or lower."),
    "no_amount": N_("No amount was entered for %(currency)s. Enter one, or leave its clients out."),
    "percent_too_small": N_("Rounded, the amount stays the same. Enter a larger percentage, or set an amount."),
    "rounded": N_("Rounded; exactly it would be %(exact)s."),
    "changed_since": N_("Somebody has changed it since; it stays as it is."),
    "changed_since_preview": N_(
        "%(who)s saved these settings after the preview. Look at them, then change them again."
    ),
    "nobody_chosen": N_("Choose at least one client."),
    "nothing_wanted": N_("Tick at least one thing to change."),
    "bad_percent": N_("Enter a percentage from -100 to 1,000 other than 0, such as 5 or -2.5."),
    "amount_missing": N_("Enter the amount."),
    "preview_not_ready": N_("The preview is still being worked out. Wait a moment and look at it first."),
    "changes_nobody": N_("This would change no client. Choose others, or another value."),
    "already_confirmed": N_("This change was confirmed already. Begin a new one."),
    "no_way_back": N_("This can't be undone any more: 30 days are over, or it was an undo itself."),
    "package_exists": N_("There is already a package of this name. Choose another one."),
    "package_changed": N_(
        "Somebody saved this package after you opened it. What you typed is still here; save again to set it."
    ),
    "price_missing": N_("Enter the price, or 0 where it costs nothing. A price that was set can't be left blank."),
    "price_overtaken": N_("Somebody set another price meanwhile. Look at it, then save again to set yours."),
    "settings_changed": N_(
        "%(who)s saved these settings after you opened them. What you typed is still here; "
        "compare it with what is in force and save again."
    ),
    "agency_exists": N_("There is already an agency with this address or prefix. Choose others."),
    "operator_exists": N_("This installation has its operator already."),
    # Webhooks
    "webhook_paused": N_("The endpoint is paused. Resume it first."),
    "webhook_under_way": N_("It is on its way already. Wait until it has arrived or was given up."),
    "too_many_endpoints": N_("An agency has at most %(most)s endpoints. Delete one first."),
    "events_missing": N_("Choose at least one event."),
    # The mail server of an agency
    "bad_mail_host": N_("Enter the name of the server as your mail provider gives it, such as smtp.example.com."),
    "bad_mail_port": N_("Enter the port that your mail provider gives: mostly 587 or 465."),
    "bad_mail_user": N_("Enter the user in plain letters without spaces, at most %(most)s characters."),
    "bad_selector": N_("Enter the selector alone, such as default, without the domain."),
    "mail_password_alone": N_("Enter the user that the password belongs to, or leave both blank."),
    "mail_password_missing": N_("Enter the password of this user."),
    "mail_password_again": N_("Enter the password again: server, port, encryption or user is another one."),
    "mail_address_host": N_("This is no host name. Write it in full and in plain letters, as in smtp.example.com."),
    "mail_address_port": N_("Use one of these ports: %(known)s."),
    "mail_address_private": N_("This server lies in a private network, where nothing is sent. Use its public name."),
    "sender_unproven": N_("Send a test message with these settings first."),
    "address_bad": N_("Enter a whole address such as https://service.example.com/path, without a part after #."),
    "address_scheme": N_("The address should begin with https://."),
    "address_plain": N_("Use https://: what is sent would be readable on its way."),
    "address_userinfo": N_("Leave out name and password. Requests are signed instead."),
    "address_host": N_("This is no host name. Write it in full and in plain letters, as in hooks.example.com."),
    "address_port": N_("Use one of these ports: %(known)s."),
    "address_private": N_(
        "This address is not on the public internet, so nothing is sent there; the operator can make an exception."
    ),
    # Sections, offers, requests
    "offer_missing": N_("Write the offer first: a locked section shows it."),
    "offer_text_missing": N_("Say in a few words what you offer."),
    "offer_is_yours": N_("This is your own agency's offer. Open the section on the client's page instead."),
    "section_open": N_("This section is open for you by now. Choose it in the menu."),
    "already_asked": N_("You have asked for this already, and it is waiting for an answer. Wait for it."),
    "already_decided": N_("Somebody has answered this request already. Reload the page to see what was said."),
    "sale_without_price": N_("It was offered at a price on request. Lock the section with a price first."),
    # Seeing as somebody else
    "only_viewing": N_("You are seeing as somebody else, so nothing can be changed. End the view first."),
    "view_closed": N_("%(name)s can't come in at the moment, so there is nothing to see. Open the access first."),
    # Sign-in by a provider
    "sso_state": N_("This way back is used up, too old, or of another browser. Begin again from the sign-in page."),
    "sso_stranger": N_(
        "You were recognised, but there is no account here that you can use. Ask whoever manages access to invite you."
    ),
    "erase_removed_first": N_("This person still has a place in a back office. Remove the person there first."),
    "sso_by_password": N_(
        "This place can't be taken by the provider with this link. Open the link again and take it with a password, or "
        "ask for the invitation by mail."
    ),
    "sso_prove_first": N_(
        "This account has a password. Sign in with it this first time, and come by the provider again within ten "
        "minutes."
    ),
    "sso_at_once": N_("You came back twice at the same moment. Sign in once more."),
    "sso_other_address": N_(
        "This invitation went to another address than the one you signed in with. Choose the invited one, and open "
        "the link of the mail again."
    ),
    "sso_only_way": N_("Here people come in by the provider alone. Use its button."),
    "sso_unknown": N_("There is no sign-in by a provider under this name. Check it, or sign in with a password."),
    "sso_owner_only": N_(
        "This decides who of your staff somebody is, so only an owner of the agency can change it. Ask one of them."
    ),
    "sso_unproven": N_(
        "Save it as offered first, and try it out. Once somebody came in by it, it can be the only way."
    ),
    "bad_issuer": N_("Enter the issuer as the provider gives it, such as https://login.example.com, without ? and #."),
    "client_id_missing": N_("Enter the client ID that the provider gave you, in plain letters."),
    "client_secret_missing": N_("Enter the client secret that the provider gave you, as it is written there."),
    "client_secret_retype": N_("Enter the client secret once more, too: what was typed is not shown again."),
    "client_secret_again": N_(
        "Enter the client secret, too: it is kept for the issuer and the client ID of before only."
    ),
    "bad_domains": N_("Write domains only, such as cantina.example, one a line and at most %(most)s."),
    "bad_groups": N_("Write one group a line, at most %(most)s, each of up to 500 characters."),
    "bad_claim": N_("Enter the name of a claim in plain letters, such as groups."),
    # Own domain
    "host_too_many": N_(
        "You asked for %(most)s domains within a day, those given up included. Wait until tomorrow to ask for another."
    ),
    "places_taken": N_("Others are looking at the moment. Wait a few seconds, then try again."),
    "host_looked_at": N_("The domain was asked for or looked at only just now. Wait a minute, then check again."),
    "host_plans_many": N_(
        "Everybody was written to about %(most)s plans within a day. Leave it at the last one, or wait until tomorrow."
    ),
    "host_missing": N_("Enter the domain, such as clients.example.com."),
    "host_bad": N_("Enter a domain name alone, such as clients.example.com, without a path or a port."),
    "host_of_all": N_("Everybody may have a name below %(host)s. Enter one of your own, such as clients.example.com."),
    "host_ours": N_("This name belongs to the portal itself. Enter a domain of your own."),
    "host_in_use": N_("You have the domain %(host)s already. Give it up first."),
    "host_gone": N_("The domain was given up meanwhile. Reload the page."),
    "host_not_ready": N_("%(host)s does not lead here yet. Make the records and check them first."),
    "host_needs_notice": N_("Some people have passkeys, which hold at one address only; give them at least a day."),
    "host_taken": N_(
        "Another agency uses %(host)s at the moment. Choose another one, or have it given up there first."
    ),
    # Closing a month
    "bad_period": N_("Write the month as in 2026-06."),
    "month_not_over": N_("The month %(period)s is not over yet. Close it when it is."),
    "grace_runs": N_("Late use still counts for %(period)s until %(until)s. Wait, or close it with --now."),
    # Menus
    "menu_full": N_("A menu holds %(most)s categories. Remove one first."),
    "category_full": N_("A category holds %(most)s dishes. Move some to another category first."),
    "order_changed": N_("Somebody changed the list meanwhile. Reload the page and order it again."),
}

_OTHER = N_("That can't be done like this. Reload the page and try again.")


def said(code: str, values: Mapping[str, Any] | None = None) -> str:
    """The sentence of a code in the language in force."""
    return gettext(
        MESSAGES.get(code, _OTHER), **{key: _word(value) for key, value in _more(code, dict(values or {})).items()}
    )


def said_of(error: DomainError) -> str:
    """One error as text; the problems of an Invalid one after the other."""
    if isinstance(error, Invalid):
        return " ".join(dict.fromkeys(said(code, values) for code, values in error.problems.values()))
    return said(error.code, error.values)


def problems_of(error: DomainError) -> dict[str, str]:
    """What to say at which field; at "" what belongs to none."""
    if isinstance(error, Invalid):
        return {field: said(code, values) for field, (code, values) in error.problems.items()}
    return {error.field or "": said(error.code, error.values)}


def _more(code: str, values: dict[str, Any]) -> dict[str, Any]:
    """What a sentence needs beyond the values of its code."""
    if code == "too_many_attempts":
        values["minutes"] = -(-int(values.pop("seconds")) // 60)
    elif code in ("bad_amount", "amount_negative", "amount_places"):
        values["example"] = gettext("1,234.50")
    elif code == "bad_date":
        values["example"] = gettext("31/12/2026")
    return values


def _word(value: Any) -> str:
    if isinstance(value, int):
        return number(value)
    return day(value) if hasattr(value, "astimezone") else str(value)
