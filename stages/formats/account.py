"""What a source and its reader tell `stages.fetch` beside the documents."""

from collections import Counter
from dataclasses import dataclass, field

COUNTERPART = "counterpart"  # in a raw document's metadata: the text on the other side, which its reader joins


@dataclass
class Account:
    """Kept while documents are read. `data_date`: of the newest commit that wrote what was read, ISO 8601 or empty."""

    dropped: Counter[str] = field(default_factory=Counter)
    data_date: str = ""
