"""What new rows are like: their norms, and how many cannot be told apart."""

from collections import Counter

from torch import Tensor


def describe(base_rows: Tensor, new_rows: Tensor) -> dict[str, float]:
    """Mean norms of old and new rows, and groups of new rows that are equal bit for bit with the rows in them."""
    copies = Counter(row.tobytes() for row in new_rows.float().numpy())
    groups = [count for count in copies.values() if count > 1]
    return {
        "norm_of_base_rows": _mean_norm(base_rows),
        "norm_of_new_rows": _mean_norm(new_rows),
        "groups_of_equal_rows": len(groups),
        "equal_rows": sum(groups),
    }


def _mean_norm(rows: Tensor) -> float:
    return float(rows.float().norm(dim=1).mean()) if len(rows) else 0.0
