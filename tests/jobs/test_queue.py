from __future__ import annotations

import pytest

from portal import heartbeat
from portal.db import transaction
from portal.domain import outbox
from portal.jobs import Context, build_queue
from tests.factories import NOW


@pytest.fixture
def queue(context: Context):
    yield build_queue(context)
    outbox.ring_with(None)


def test_a_message_wakes_the_worker(queue):
    with transaction():
        outbox.put("limit.changed", key="one", now=NOW)
    assert queue.storage.queue_size() == 1


def test_a_scan_of_a_brand_has_a_task_of_its_own(queue):
    with transaction():
        outbox.put("brand.scan", key="one", now=NOW)
    assert [task.name for task in queue.pending()] == ["scan_brands"]


def test_a_rolled_back_message_wakes_nobody(queue):
    with pytest.raises(RuntimeError), transaction():
        outbox.put("limit.changed", key="one", now=NOW)
        raise RuntimeError
    assert queue.storage.queue_size() == 0


def test_the_same_message_twice_is_one(queue):
    with transaction():
        assert outbox.put("limit.changed", key="one", now=NOW)
        assert not outbox.put("limit.changed", key="one", now=NOW)
    assert queue.storage.queue_size() == 1


def test_a_worker_that_beats_is_alive(database):
    assert not heartbeat.is_alive()
    heartbeat.beat()
    heartbeat.beat()
    assert heartbeat.is_alive()
