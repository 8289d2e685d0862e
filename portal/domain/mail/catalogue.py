LETTERS = frozenset(
    {
        "invitation",
        "limit_approaching",
        "limit_digest",
        "limit_foreseen",
        "limit_reached",
        "limit_resolved",
        "statement_issued",
        "webhook_failing",
    }
)
"""Each has a folder of templates of the same name."""
