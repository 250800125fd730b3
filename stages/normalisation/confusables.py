"""Letters that look like Vietnamese ones and are others: `Ð` of Icelandic for `Đ`, Cyrillic `у` for `y`.

Only words that become possible Vietnamese are changed, so that Icelandic names, Russian words and symbols of
physics stay. Code points: the Unicode Consortium's confusables (UTS 39), those found in Vietnamese text.
"""

import re
import unicodedata

from stages.text.vietnamese import is_syllable

_LOOKALIKES = str.maketrans(
    "ÐƉðɖ"  # eth and the African d; PDF files write ƣ for ư, old pages ǎ for ă
    "ƣƢǎǍ"
    "ɑɡ"  # of phonetics
    "аеорсухіјѕһԁӑАВЕКМНОРСТУХІЈЅӐ"  # Cyrillic
    "οόΑΒΕΗΙΚΜΝΟΡΤΥΧ",  # Greek
    "ĐĐđđưƯăĂagaeopcyxijshdăABEKMHOPCTYXIJSĂoóABEHIKMNOPTYX",
)
_CLASS = "".join(map(chr, _LOOKALIKES))
_MARKS = "\u0300-\u0323"
_LOOKALIKE = re.compile(f"[{_CLASS}]")
_MIXED_WORD = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])*[{_CLASS}](?:[^\W\d_]|[{_MARKS}])*")
_LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-ÿ\u1ea0-\u1ef9đĐăĂơƠưƯĩĨũŨ]")
_ONLY_VIETNAMESE = re.compile("[ăĂơƠưƯ\u1ea0-\u1ef9]")
_MIN_VIETNAMESE_SHARE = 0.05  # of such letters among the characters; half of what Vietnamese has
_ABBREVIATION = re.compile("[A-ZÐƉ]{2,6}")
# Letters of mathematics and of Japanese typesetting, which pages use as bold or wide ones; ligatures of PDF files. One
# that stands alone is a variable, unless it touches a letter with diacritics, which has no bold form (𝐛á𝐨).
_STYLED_CLASS = "\U0001d400-\U0001d7cb\uff21-\uff3a\uff41-\uff5a"
_WITH_DIACRITICS = "[À-ÖØ-öø-ɏ\u1ea0-\u1ef9]"
_STYLED_LETTER = re.compile(f"[{_STYLED_CLASS}\ufb00-\ufb06]")
_STYLED = re.compile(
    rf"(?:[{_STYLED_CLASS}][{_MARKS}]*){{2,}}|[{_STYLED_CLASS}](?:(?<={_WITH_DIACRITICS}.)|(?={_WITH_DIACRITICS}))|"
    "[\ufb00-\ufb06]"
)


def replace_confusables(text: str) -> str:
    """The text (NFC) with look-alike letters inside Vietnamese words replaced, and styled letters made plain.

    >>> replace_confusables("Ðại học, QÐ-TTg, ngƣời, nǎm, chạу; Sigurður, Москва, μm")
    'Đại học, QĐ-TTg, người, năm, chạy; Sigurður, Москва, μm'
    """
    if text.isascii():
        return text
    if _STYLED_LETTER.search(text):
        text = _STYLED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    if not _LOOKALIKE.search(text):  # six times as fast as looking for words
        return text
    # Old English and phonetics begin words with eth: `ðe`, /ðen/.
    takes_eth = len(_ONLY_VIETNAMESE.findall(text)) >= _MIN_VIETNAMESE_SHARE * len(text)
    return _MIXED_WORD.sub(lambda match: _replaced(match[0], takes_eth), text)


def _replaced(word: str, takes_eth: bool) -> str:
    plain = unicodedata.normalize("NFC", word.translate(_LOOKALIKES))
    is_vietnamese = is_syllable(plain) and (word[0] not in "ðɖ" or takes_eth or _ONLY_VIETNAMESE.search(plain))
    if (is_vietnamese and _LATIN.search(word)) or _ABBREVIATION.fullmatch(word):
        return plain
    # Compounds without a space (ÐắkLắk); no language with eth has these letters.
    return plain if word[0] in "ÐƉ" and _ONLY_VIETNAMESE.search(word) else word
