"""Arrays in files, whole or not at all."""

from pathlib import Path

import numpy as np

from stages.outputs import whole_file


def save_array(file: Path, array: np.ndarray) -> None:
    """Write an array as `.npy`, to be read by np.load."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(file) as unfinished, unfinished.open("wb") as out:
        np.lib.format.write_array_header_2_0(out, np.lib.format.header_data_from_array_1_0(array))
        out.write(array.tobytes())  # np.save's own way hides from the error that the disk is full
