"""The machine API: JSON, tokens of OAuth 2.0, refusals as problem documents (RFC 9457)."""
