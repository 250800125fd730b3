"""`report.samples` in params.yaml: the documents that the report shows."""

from pydantic import PositiveInt

from stages.params import section


@section
class SampleLimits:
    """How many documents are shown, how much of each, and how far they are looked for."""

    documents_per_rule: PositiveInt
    documents_per_source: PositiveInt
    max_characters: PositiveInt
    max_row_groups: PositiveInt
