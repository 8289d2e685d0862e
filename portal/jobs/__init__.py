"""Work in the background: what the outbox holds, and what the calendar asks for."""

from portal.jobs.context import Context
from portal.jobs.outbox import drain, drain_on_all_cores
from portal.jobs.queue import build_queue

__all__ = ["Context", "build_queue", "drain", "drain_on_all_cores"]
