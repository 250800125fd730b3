"""Batches computed ahead of the steps that ask for them."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")
STEPS_AHEAD = 2  # for each worker


class Prefetched(Generic[T]):
    """A pure function of the step, whose next values threads compute while the caller works on this one.

    Threads change when a value is computed, never which: for any number of workers the values are the same. With
    none, all happens in the caller.
    """

    def __init__(self, batch: Callable[[int], T], steps: int, workers: int):
        self._batch, self._steps, self._ahead = batch, steps, STEPS_AHEAD * workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="loader") if workers else None
        self._coming: dict[int, Future[T]] = {}

    def __call__(self, step: int) -> T:
        """The value of a step; an error in a thread is raised here."""
        if self._pool is None:
            return self._batch(step)
        # A run that stepped back over bad data asks for batches beyond its last step.
        wanted = range(step, max(step + 1, min(step + 1 + self._ahead, self._steps)))
        self._coming = {each: self._coming.get(each) or self._pool.submit(self._batch, each) for each in wanted}
        return self._coming[step].result()
