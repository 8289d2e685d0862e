"""Many small batches at once: whoever comes first counts for all who wait, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

J = TypeVar("J")
R = TypeVar("R")


class _Job(Generic[J, R]):
    """What somebody waits for."""

    def __init__(self, work: J) -> None:
        self.work = work
        self.result: R | None = None
        self.error: Exception | None = None
        self.done = False


class Together(Generic[J, R]):
    """Does the jobs of threads that come at the same time in one go.

    `act` takes several jobs and returns their results in the same order; after an error nothing of
    them may have been done. When a group fails each of its jobs is tried alone, so that nobody
    fails for what another one brought.
    """

    def __init__(self, act: Callable[[list[J]], list[R]]) -> None:
        self._act = act
        self._waiting: list[_Job[J, R]] = []
        self._door, self._turn = Lock(), Lock()

    def do(self, work: J) -> R:
        """The result of one job; raises what `act` raised for it."""
        job: _Job[J, R] = _Job(work)
        with self._door:
            self._waiting.append(job)
        with self._turn:
            if not job.done:
                with self._door:
                    group, self._waiting = self._waiting, []
                # a job whose group was left undone, for its leader was stopped, is nobody else's any more
                self._do_all(group if job in group else [*group, job])
        if job.error:
            raise job.error
        return job.result  # type: ignore[return-value]

    def _do_all(self, group: list[_Job[J, R]]) -> None:
        try:
            for job, result in zip(group, self._act([job.work for job in group]), strict=True):
                job.result, job.done = result, True
        except Exception as error:  # noqa: BLE001 (each waiting thread raises its own)
            if len(group) > 1:
                for job in group:
                    self._do_all([job])
            else:
                group[0].error, group[0].done = error, True
