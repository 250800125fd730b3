"""Learning-rate schedules."""

import pytest

from stages.training.schedule import learning_rate, rewarmed
from stages.training.settings import Restarts, Schedule


def rates(steps: int = 100, peak: float = 2.0, **schedule: object) -> list[float]:
    made = Schedule(**{"kind": "cosine", "warmup": 0.1, "decay": 0.0, "final": 0.0} | schedule)
    return [learning_rate(step, steps, peak, made) for step in range(steps)]


@pytest.mark.parametrize("kind", ["cosine", "warmup_stable_decay"])
def test_warm_up_is_linear_and_reaches_the_peak(kind: str) -> None:
    assert rates(kind=kind)[:11] == pytest.approx([0.2 * n for n in range(1, 11)] + [2.0])


def test_cosine_falls_to_its_final_share() -> None:
    values = rates(final=0.1)
    assert values[55] == pytest.approx(0.2 + 1.8 / 2)
    assert values[-1] == pytest.approx(0.2, abs=0.01)
    assert values[10:] == sorted(values[10:], reverse=True)


def test_warm_up_and_decay_fit_into_the_run() -> None:
    Schedule(kind="warmup_stable_decay", warmup=0.02, decay=0.98, final=0.0)
    with pytest.raises(ValueError, match="warmup and decay are together more than the whole run"):
        Schedule(kind="warmup_stable_decay", warmup=0.8, decay=0.9, final=0.0)


def test_warmup_stable_decay_is_flat_and_then_falls_in_a_line_to_zero() -> None:
    values = rates(kind="warmup_stable_decay", decay=0.2)
    assert set(values[10:80]) == {2.0}
    assert values[80:] == pytest.approx([2.0 * (100 - step) / 20 for step in range(80, 100)])


def test_without_decay_it_stays_at_the_peak() -> None:
    assert set(rates(kind="warmup_stable_decay")[10:]) == {2.0}


def test_the_rate_warms_up_again_after_each_restart_and_is_the_schedule_s_elsewhere() -> None:
    restarts = Restarts(every_steps=40, warmup_steps=4, kept_moments=0.0)
    smooth = rates()
    jagged = [rewarmed(rate, step, restarts) for step, rate in enumerate(smooth)]
    expected = dict.fromkeys(range(100), 1.0)
    for restart in (40, 80):
        expected |= {restart: 0.25, restart + 1: 0.5, restart + 2: 0.75, restart + 3: 1.0}
    assert jagged == pytest.approx([rate * expected[step] for step, rate in enumerate(smooth)])
    assert [rewarmed(rate, step, None) for step, rate in enumerate(smooth)] == smooth
    assert rewarmed(2.0, 40, Restarts(every_steps=40, warmup_steps=0, kept_moments=0.0)) == 2.0
