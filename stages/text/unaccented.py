"""Vietnamese typed without diacritics (`Viet Nam dat nuoc toi`): recognised, not guessed back."""

from collections.abc import Callable

from stages.text.cleaning_settings import Rules, Unaccented
from stages.text.vietnamese import all_bare_syllables, has_diacritics, syllables

MAX_WORDS = 1000  # from the beginning; more do not change the verdict


def test(settings: Rules) -> Callable[[str], bool]:
    """A function that says whether a text is Vietnamese without diacritics; always no if the settings have none."""
    limits = settings.unaccented
    return (lambda text: is_unaccented(text, limits)) if limits else (lambda text: False)


def is_unaccented(text: str, limits: Unaccented) -> bool:
    """Whether the words are possible syllables without diacritics, Vietnamese function words among them."""
    words = [token for token in syllables(text[: 10 * MAX_WORDS]) if token.isalpha()][:MAX_WORDS]
    if not words or sum(map(has_diacritics, words)) > limits.max_diacritics_share * len(words):
        return False
    lowered = [word.lower() for word in words]
    possible, function_words = all_bare_syllables(), frozenset(limits.function_words)
    return sum(word in possible for word in lowered) >= limits.min_syllables_share * len(words) and sum(
        word in function_words for word in lowered
    ) >= limits.min_function_words_share * len(words)
