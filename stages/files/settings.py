"""How your own files are read, whatever is made of them."""

from typing import Annotated

from pydantic import Field

from stages.params import section


@section
class Settings:
    """The section `files`; params.yaml explains each."""

    text_column: str
    url_column: str
    date_column: str
    counterpart_column: str
    metadata_columns: tuple[str, ...]
    max_malformed_share: Annotated[float, Field(ge=0, le=1)]
