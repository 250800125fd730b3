"""The leaderboard of all votes, as the page shows it."""

from collections.abc import Iterable, Sequence
from typing import Any

from stages.arena.bradley_terry import leaderboard
from stages.arena.duels import Identity
from stages.arena.settings import ArenaSettings
from stages.arena.votes import Vote

LEFT_SHARES = {"left": 1.0, "right": 0.0, "tie": 0.5, "both_bad": 0.5}
VERSION_DIGITS = 8  # of a hash, as shown


def standings(votes: Iterable[Vote], current: Sequence[Identity], settings: ArenaSettings) -> dict[str, Any]:
    """Every model that has votes, and those of `current` that have none, with what the votes say, as JSON values.

    A model whose weights have changed is another one: `current` is false for the earlier.
    """
    votes = list(votes)
    met = [side for vote in votes for side in (_identity(vote.duel.left), _identity(vote.duel.right))]
    identities = list(dict.fromkeys((*current, *met)))
    number = {identity: place for place, identity in enumerate(identities)}
    numbered = [
        (number[_identity(vote.duel.left)], number[_identity(vote.duel.right)], LEFT_SHARES[vote.choice])
        for vote in votes
    ]
    places = leaderboard(
        numbered, len(identities), settings.prior_draws, settings.min_votes, settings.resamples, settings.seed
    )
    won = [[0.0] * len(identities) for _ in identities]
    for left, right, share in numbered:
        won[left][right] += share
        won[right][left] += 1 - share
    lengths = _mean_characters(votes)
    order = [place.model for place in places] or list(range(len(identities)))
    unequal = [
        (vote.choice == "left") == (len(vote.duel.left.answer) > len(vote.duel.right.answer))
        for vote in votes
        if vote.choice in ("left", "right") and len(vote.duel.left.answer) != len(vote.duel.right.answer)
    ]
    shown = {
        place.model: {
            "points": round(place.points),
            "low": round(place.low),
            "high": round(place.high),
            "best_rank": place.best_rank,
            "worst_rank": place.worst_rank,
            "votes": place.votes,
            "wins": place.wins,
            "ties": place.ties,
            "losses": place.losses,
            "standing": place.standing.value,
        }
        for place in places
    }
    return {
        "votes": len(votes),
        "both_bad": sum(vote.choice == "both_bad" for vote in votes),
        "decided": len(unequal),
        "longer_won": sum(unequal),
        "min_votes": settings.min_votes,
        "models": [
            {
                "model": identities[model][0],
                "version": identities[model][1][:VERSION_DIGITS],
                "current": identities[model] in current,
                "mean_characters": lengths.get(identities[model]),
                **shown.get(model, {}),
            }
            for model in order
        ],
        # Of the duels of the model of a row with that of a column, how many the row's won, ties counted half.
        "won": [[won[row][column] for column in order] for row in order],
    }


def _identity(side: Any) -> Identity:
    return side.model, side.sha256


def _mean_characters(votes: Sequence[Vote]) -> dict[Identity, int]:
    found: dict[Identity, list[int]] = {}
    for vote in votes:
        for side in (vote.duel.left, vote.duel.right):
            found.setdefault(_identity(side), []).append(len(side.answer))
    return {identity: round(sum(lengths) / len(lengths)) for identity, lengths in found.items()}
