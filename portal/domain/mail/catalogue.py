LETTERS = frozenset(
    {
        "address_confirm",
        "access_ending",
        "invitation",
        "joined",
        "limit_approaching",
        "limit_digest",
        "limit_foreseen",
        "limit_reached",
        "limit_resolved",
        "request_answered",
        "new_address",
        "own_host",
        "password_reset",
        "request_created",
        "sign_in_news",
        "sso_bypassed",
        "sso_connection",
        "ownership",
        "staff_invitation",
        "staff_news",
        "statement_issued",
        "webhook_failing",
    }
)
"""Each has a folder of templates of the same name."""
