from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from portal.domain.errors import Invalid


def clean_email(text: str, *, field: str = "email") -> str:
    """The address as it is compared: trimmed, lower case, internationalised domains as typed.

    Raises Invalid when it is missing or no address.
    """
    text = text.strip()
    if not text:
        raise Invalid({field: ("email_missing", {})})
    if len(text) > 254:
        raise Invalid({field: ("email_bad", {})})
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        raise Invalid({field: ("email_bad", {})}) from None
