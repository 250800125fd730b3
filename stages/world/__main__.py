"""Print documents of the world, to be read: python -m stages.world --language vi --documents 20."""

import argparse
from itertools import islice
from pathlib import Path

from stages import params
from stages.world.corpus import training_texts
from stages.world.settings import WorldSettings
from stages.world.world import LANGUAGES, make_world

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", choices=LANGUAGES, required=True)
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--params", type=Path, default=Path("params.yaml"))
    given = parser.parse_args()
    settings = params.load(WorldSettings, given.params, "world")
    world = make_world(settings.seed, settings.people)
    for text in islice(training_texts(world, given.language, settings.shares), given.documents):
        print(f"[{text.key}] {text.text}\n")
