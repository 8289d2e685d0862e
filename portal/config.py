"""Settings, read once from the environment and from `$PORTAL_DATA_DIR/portal.env`."""

from __future__ import annotations

import os
import re
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

THEMES = "brand_themes"
"""The themes that are shipped, and, in the data folder, this installation's own copy of them."""
_PLACE = re.compile(r"^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?$")
_SERVER = re.compile(r"^(\[[0-9a-f:.]+\]|[0-9.]+)(:[0-9]{1,5})?$")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Z]{2})?$")
_HOST = re.compile(r"^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$")


class Settings(BaseSettings):
    """Everything an operator can configure; each field is the variable `PORTAL_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", extra="ignore", env_ignore_empty=True)

    env: Literal["development", "production"] = "development"
    data_dir: Path = Path("var")
    themes_dir: Path = Path(THEMES)
    services_file: Path = Path(__file__).with_name("services.toml")

    platform_host: str = "localhost"
    agency_host_suffix: str = ""
    port: int = Field(8000, ge=1, le=65535)
    public_url: str = ""
    trusted_proxies: int = Field(0, ge=0, le=10)

    secret_key: SecretStr
    secret_key_fallbacks: list[SecretStr] = []
    database_url: str = ""
    smtp_url: SecretStr | None = None
    mail_from: str = ""
    demo_password: SecretStr | None = None
    egress_allow: str = ""
    dns_servers: str = ""
    public_addresses: str = ""
    service_addresses: dict[str, str] = {}
    reference_service: Literal["demo", "on", "off"] = "demo"

    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_label: str = ""

    support_languages: str = "pt-BR,en"

    invitation_days: int = Field(7, ge=1, le=30)
    grace_days: int = Field(3, ge=0, le=20)

    @field_validator("platform_host")
    @classmethod
    def _is_host(cls, value: str) -> str:
        value = value.lower()
        if not _HOST.match(value):
            raise ValueError("is not a host name")
        return value

    @field_validator("egress_allow")
    @classmethod
    def _are_places(cls, value: str) -> str:
        places = [place.strip() for place in value.lower().split(",") if place.strip()]
        if not all(_PLACE.match(place) for place in places):
            raise ValueError("is a list of host or host:port, separated by commas, as in 127.0.0.1:8700")
        return ",".join(places)

    @field_validator("support_languages")
    @classmethod
    def _are_languages(cls, value: str) -> str:
        tags = [tag.strip() for tag in value.split(",") if tag.strip()]
        if not tags or not all(_LANGUAGE.match(tag) for tag in tags):
            raise ValueError("is a list of languages, separated by commas, as in pt-BR,en")
        return ",".join(tags)

    @field_validator("dns_servers")
    @classmethod
    def _are_servers(cls, value: str) -> str:
        servers = [server.strip() for server in value.lower().split(",") if server.strip()]
        if not all(_SERVER.match(server) for server in servers):
            raise ValueError("is a list of addresses, separated by commas, as in 192.0.2.53 or [2001:db8::53]:5353")
        return ",".join(servers)

    @field_validator("public_addresses")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        try:
            return ",".join(str(ip_address(text.strip())) for text in value.split(",") if text.strip())
        except ValueError:
            raise ValueError("is a list of addresses, separated by commas, as in 192.0.2.1,2001:db8::1") from None

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("needs at least 32 characters")
        return value

    @field_validator("secret_key_fallbacks")
    @classmethod
    def _are_long(cls, values: list[SecretStr]) -> list[SecretStr]:
        if any(len(value.get_secret_value()) < 32 for value in values):  # with such a one cookies could be forged
            raise ValueError("is a list of older keys, of at least 32 characters each")
        return values

    @model_validator(mode="after")
    def _derive(self) -> Settings:
        self.data_dir = self.data_dir.resolve()
        if "themes_dir" not in self.model_fields_set and (self.data_dir / THEMES).is_dir():
            self.themes_dir = self.data_dir / THEMES
        self.themes_dir = self.themes_dir.resolve()
        self.agency_host_suffix = (self.agency_host_suffix or f".{self.platform_host}").lower()
        if not self.agency_host_suffix.startswith("."):
            raise ValueError("PORTAL_AGENCY_HOST_SUFFIX starts with a dot, as in .example.net")
        self.public_url = (self.public_url or f"http://{self.platform_host}:{self.port}").rstrip("/")
        parts = urlsplit(self.public_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
            raise ValueError("PORTAL_PUBLIC_URL is scheme, host and port alone, as in https://portal.example.net")
        named = [bool(self.oidc_issuer), bool(self.oidc_client_id), bool(self.oidc_client_secret)]
        if any(named) and not all(named):
            raise ValueError("PORTAL_OIDC_ISSUER, PORTAL_OIDC_CLIENT_ID and PORTAL_OIDC_CLIENT_SECRET go together")
        self.database_url = self.database_url or f"sqlite:///{self.data_dir / 'portal.db'}"
        self.mail_from = self.mail_from or f"no-reply@{self.platform_host}"
        return self

    @property
    def secure(self) -> bool:
        """Whether people reach the portal over HTTPS."""
        return self.public_url.startswith("https://")

    @property
    def production(self) -> bool:
        return self.env == "production"

    def agency_host(self, slug: str) -> str:
        """The host on which an agency's people meet its brand."""
        return slug + self.agency_host_suffix

    def address_of(self, host: str) -> str:
        """The origin of a host of ours: the scheme and port of the public URL with that host."""
        parts = urlsplit(self.public_url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{host}{port}"


def load_settings(**overrides: object) -> Settings:
    """The settings of this process.

    Raises SystemExit naming each setting that is missing or wrong: a portal with a
    doubtful setting does not start.
    """
    data_dir = Path(str(overrides.get("data_dir") or os.environ.get("PORTAL_DATA_DIR") or "var"))
    try:
        return Settings(_env_file=data_dir / "portal.env", **overrides)  # type: ignore[call-arg, arg-type]
    except SettingsError as error:  # lists and tables are written as JSON
        name = str(error).partition('"')[2].partition('"')[0].upper()
        print(f"Setting refused: PORTAL_{name} is not JSON", file=sys.stderr)
        raise SystemExit(2) from None
    except ValidationError as error:
        for problem in error.errors():
            name = f"PORTAL_{problem['loc'][0]}".upper() if problem["loc"] else ""
            print(f"Setting refused: {name} {problem['msg'].removeprefix('Value error, ')}".strip(), file=sys.stderr)
        raise SystemExit(2) from None
