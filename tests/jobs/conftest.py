from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from portal.config import Settings
from portal.jobs import Context, drain
from tests.factories import NOW, ROOT
from tests.mailserver import MailServer

Work = Callable[..., int]


@pytest.fixture
def context(database: object, tmp_path: Path, mailserver: MailServer) -> Context:
    """The house of the jobs: a data folder of this test's own, and a real mail server."""
    return Context(
        Settings(
            _env_file=None,
            data_dir=tmp_path,
            themes_dir=ROOT / "brand_themes",
            secret_key="a key of forty characters, for tests only",
            smtp_url=mailserver.url,
        )
    )


@pytest.fixture
def work(context: Context) -> Work:
    """`work()` does what is due at NOW, or at the moment given; how many messages that were."""

    def worked(now: datetime = NOW) -> int:
        return drain(context, now=lambda: now)

    return worked
