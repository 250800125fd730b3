"""Strengths of models from votes: planted ones come back, and too few votes are said to be too few."""

import numpy
import pytest

from stages.arena.bradley_terry import POINTS_PER_NAT, Standing, leaderboard, strengths

PRIOR = 0.5
PLANTED = numpy.array([1.0, 0.4, 0.0, -0.5, -0.9])


def planted_votes(count, tie_share=0.0, seed=3, planted=PLANTED):
    random = numpy.random.default_rng(seed)
    votes = []
    for _ in range(count):
        left, right = random.choice(len(planted), 2, replace=False)
        if random.random() < tie_share:
            votes.append((left, right, 0.5))
        else:
            votes.append((left, right, float(random.random() < 1 / (1 + numpy.exp(planted[right] - planted[left])))))
    return votes


def board(votes, models, min_votes=1, resamples=400):
    return leaderboard(votes, models, PRIOR, min_votes, resamples, seed=1)


def test_two_models_have_the_odds_of_their_wins():
    found = strengths(numpy.array([[0, 75], [25, 0]]), 1e-9)
    assert found[0] - found[1] == pytest.approx(numpy.log(3), abs=1e-6)
    assert found.sum() == pytest.approx(0)


def test_the_slope_of_the_likelihood_is_zero_at_the_strengths():
    """Of any votes each model wins as often as its strength expects, the prior's draws included."""
    wins = numpy.random.default_rng(1).integers(0, 30, (6, 6)) * (1 - numpy.eye(6))
    found = strengths(wins, 1e-9)
    expected = (wins + wins.T) / (1 + numpy.exp(found[None] - found[:, None]))
    assert wins.sum(1) == pytest.approx(expected.sum(1), abs=1e-4)


def test_planted_strengths_lie_within_the_intervals():
    inside, total = 0, 0
    for seed in range(12):
        truth = 1000 + POINTS_PER_NAT * (PLANTED - PLANTED.mean())
        places = board(planted_votes(600, seed=seed), len(PLANTED))
        inside += sum(place.low <= truth[place.model] <= place.high for place in places)
        total += len(places)
    assert inside / total >= 0.88, "60 intervals of 95 %: fewer than 53 hits come once in a hundred times"


def test_many_votes_give_the_planted_order():
    places = board(planted_votes(4000), len(PLANTED))
    assert [place.model for place in places] == [0, 1, 2, 3, 4]
    assert [(place.best_rank, place.worst_rank) for place in places] == [(n, n) for n in (1, 2, 3, 4, 5)]
    assert {place.standing for place in places} == {Standing.RANKED}


def test_ties_draw_strengths_together():
    near = board(planted_votes(3000, tie_share=0.6), len(PLANTED))
    far = board(planted_votes(3000), len(PLANTED))
    assert near[0].points - near[-1].points < 0.6 * (far[0].points - far[-1].points)
    assert sum(place.ties for place in near) > 2 * 0.5 * 3000


def test_only_ties_are_equal_strengths():
    first, second = board([(0, 1, 0.5)] * 50, 2)
    assert first.points == second.points == first.low == first.high == pytest.approx(1000)
    assert (first.best_rank, first.worst_rank) == (1, 2)


def test_one_vote_is_too_few():
    places = board([(0, 1, 1.0)], 2, min_votes=10)
    assert {place.standing for place in places} == {Standing.FEW_VOTES}
    assert [(place.wins, place.losses) for place in places] == [(1, 0), (0, 1)]


def test_no_vote_is_no_leaderboard():
    assert board([], 3) == []


def test_a_model_that_never_won_is_finite_and_said_to_be_one_sided():
    votes = [(0, 1, 1.0), (1, 0, 1.0), (2, 0, 0.0), (1, 2, 1.0)] * 20
    places = {place.model: place for place in board(votes, 3, min_votes=10)}
    assert places[2].standing is Standing.ONE_SIDED
    assert places[0].standing is places[1].standing is Standing.RANKED
    assert places[2].low == pytest.approx(places[2].points, abs=60) and numpy.isfinite(places[2].points)
    assert places[2].best_rank == 3


def test_models_that_were_never_compared_are_not_ranked_together():
    votes = [(0, 1, 1.0), (1, 0, 1.0)] * 30 + [(2, 3, 1.0), (3, 2, 1.0)] * 10 + [(0, 4, 1.0), (4, 0, 1.0)] * 10
    standings = {place.model: place.standing for place in board(votes, 5)}
    assert standings[2] is standings[3] is Standing.NOT_CONNECTED
    assert standings[0] is standings[1] is standings[4] is Standing.RANKED


def test_ranks_are_those_among_the_models_that_are_placed():
    votes = [(0, 1, 1.0)] * 90 + [(0, 1, 0.0)] * 10 + [(2, 0, 1.0)] * 3
    places = board(votes, 4, min_votes=10)
    assert [place.model for place in places][:2] == [0, 1], "three wins out of three do not lead"
    assert [(place.best_rank, place.worst_rank) for place in places][:2] == [(1, 1), (2, 2)]
    assert {place.standing for place in places[2:]} == {Standing.FEW_VOTES}


@pytest.mark.parametrize("wins", [[[0, 100000], [0, 0]], numpy.diag([5000.0] * 11, 1), numpy.zeros((4, 4))])
def test_extreme_votes_converge(wins):
    assert numpy.isfinite(strengths(numpy.array(wins), PRIOR)).all()


def test_without_a_prior_there_is_no_answer():
    with pytest.raises(ValueError, match="never won"):
        strengths(numpy.array([[0, 3], [0, 0]]), 0)
