"""Build the language pipeline and train the Rasa model: ``.venv-rasa/bin/python tools/train.py [--if-stale]``.

Writes ``models/language/`` (spaCy), ``models/spinewise-<fingerprint>.tar.gz`` (Rasa) and ``models/fingerprint.json``.
The fingerprint covers everything the model is made of; with ``--if-stale`` nothing is done while it still fits.
Exit code 0 when a fitting model is there, 1 with one sentence on stderr when not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.nlu.sentence_vectors import SentenceModel

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("data", "domain.yml", "config.yml", "bot/nlu", "bot/language", "requirements/rasa.txt")
NOT_TRAINED_ON = (
    "data/clinical",
    "data/replies",
    "data/pictures",
    "data/locales",
)  # a change there needs no new model
SUFFIXES = {".yml", ".yaml", ".py", ".txt", ".json", ".npz"}
MODELS_KEPT = 2


def source_files(root: Path) -> Iterator[Path]:
    """Every file the model is made of, in a fixed order."""
    for source in SOURCES:
        path = root / source
        if path.is_file():
            yield path
        elif path.is_dir():
            others = tuple(root / name for name in NOT_TRAINED_ON)
            files = (f for f in path.rglob("*") if f.is_file() and f.suffix in SUFFIXES)
            yield from sorted(f for f in files if not any(f.is_relative_to(other) for other in others))


def fingerprint(root: Path) -> str:
    """SHA-256 in hex over names and contents of ``source_files``."""
    digest = hashlib.sha256()
    for path in source_files(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def model_name(print_: str) -> str:
    """The file name of the model of a fingerprint."""
    return f"spinewise-{print_[:12]}.tar.gz"


def is_fresh(root: Path, print_: str) -> bool:
    """Whether the trained model and the language pipeline fit ``print_``."""
    models = root / "models"
    try:
        written = json.loads((models / "fingerprint.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return (
        written == {"fingerprint": print_, "model": model_name(print_)}
        and (models / model_name(print_)).is_file()
        and (models / "language" / "meta.json").is_file()
    )


def build_language(root: Path) -> None:
    """Build ``models/language`` beside the old one, then put it in its place."""
    from bot.language.pipeline import build_pipeline

    new, old, place = (root / "models" / name for name in (".language-new", ".language-old", "language"))
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    build_pipeline(root / "data" / "language").to_disk(new)
    if place.exists():
        place.rename(old)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def own_parts(root: Path) -> list[dict[str, Any]]:
    """The project's own components in config.yml: name and settings of each, in the order in which they learn."""
    import yaml

    pipeline = yaml.safe_load((root / "config.yml").read_text("utf-8"))["pipeline"]
    return [part for part in pipeline if "." in part["name"]]


def begin_facts(root: Path, parts: list[dict[str, Any]], other: Executor) -> None:
    """Let the other process read the examples of facts, while this one loads Rasa and reads those of intents."""
    from bot.nlu import fact_examples

    for part in parts:
        if part["name"].endswith(".LearnedNumbers"):
            settings = {**fact_examples.WHERE, **part}
            fact_examples.begin(other, str(root / "models/language"), settings["examples"], settings["files"])


def begin_vectors(root: Path, own: list[dict[str, Any]]) -> SentenceModel | None:
    """The sentence model, which reads all examples from now on; None when config.yml has none."""
    from rasa.shared.utils.common import class_from_module_path

    from bot.nlu.label_reader import LabelReader
    from bot.nlu.sentence_vectors import SentenceVectors, sentence_model
    from bot.nlu.tuning import intent_examples

    parts = [(class_from_module_path(settings["name"]), settings) for settings in own]
    if not any(issubclass(part, SentenceVectors) for part, _ in parts):
        return None
    model = sentence_model()
    model.begin(text for text, _ in intent_examples(root / "data" / "nlu"))
    for part, settings in parts:
        if issubclass(part, LabelReader):
            reader = part({**part.get_default_config(), **settings})
            model.begin(example.text for example in reader.to_read())
    return model


def train_rasa(root: Path, print_: str) -> None:
    """Train config.yml, domain.yml and data/ into ``models/``; ValueError when Rasa made no model.

    Most of it is Python that runs on one processor, so what can be is read on another one meanwhile.
    """
    with ProcessPoolExecutor(1, get_context("fork")) as other:
        parts = own_parts(root)
        begin_facts(root, parts, other)  # before Rasa is loaded: the other process needs nothing of it
        _train_rasa(root, parts, print_)


def _train_rasa(root: Path, parts: list[dict[str, Any]], print_: str) -> None:
    import rasa
    import rasa.model_training
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    from bot.nlu import fact_examples

    # Rasa's cache knows the spaCy pipeline by its path alone, so it would hand out what an older one read.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    # With the cache off its fingerprints of the training data serve nothing, and they are half of the time.
    TrainingData.fingerprint = lambda _data: uuid.uuid4().hex
    # It hashes each message, to drop repeats, by the JSON of all that it holds; its text and intent tell it apart.
    Message.__hash__ = lambda message: hash((message.get("text"), message.get("intent")))
    Message.__eq__ = lambda message, other: isinstance(other, Message) and message.data == other.data
    configure_logging_and_warnings(40)
    configure_structlog(40)
    vectors = begin_vectors(root, parts)
    try:
        result = rasa.train(
            domain="domain.yml",
            config="config.yml",
            training_files="data",
            output="models",
            force_training=True,
            fixed_model_name=model_name(print_),
        )
    finally:
        fact_examples.stop()
        if vectors is not None:
            vectors.stop()
    if result.code != 0 or not (root / "models" / model_name(print_)).is_file():
        raise ValueError("Rasa made no model of data/, domain.yml and config.yml")


def remove_older(root: Path, print_: str) -> None:
    """Keep the new model and the one before it."""
    models = sorted((root / "models").glob("spinewise-*.tar.gz"), key=lambda m: m.stat().st_mtime, reverse=True)
    others = [model for model in models if model.name != model_name(print_)]
    for model in others[MODELS_KEPT - 1 :]:
        model.unlink()


def step(what: str, work: Callable[[], object]) -> None:
    """``work()`` with a line before and the seconds after."""
    print(f"{what} ...", flush=True)
    began = time.monotonic()
    work()
    print(f"{what}: {time.monotonic() - began:.1f} s", flush=True)


def main() -> int:
    """Train, or say that nothing is stale; the exit code."""
    parser = argparse.ArgumentParser(description="Train the model of this checkout.")
    parser.add_argument("--if-stale", action="store_true", help="do nothing when the model fits the data")
    options = parser.parse_args()
    print_ = fingerprint(ROOT)
    if options.if_stale and is_fresh(ROOT, print_):
        print("The model is up to date.")
        return 0

    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    from bot.nlu.environment import hush_warnings, prepare

    prepare()
    hush_warnings()
    (ROOT / "models").mkdir(exist_ok=True)
    try:
        step("Building the language pipeline from data/language", lambda: build_language(ROOT))
        step("Training the Rasa model (some minutes)", lambda: train_rasa(ROOT, print_))
    except (Exception, SystemExit) as error:
        sentence = " ".join(str(error).split()) or type(error).__name__
        print(f"Training failed: {sentence}", file=sys.stderr)
        return 1
    stamp = ROOT / "models" / "fingerprint.json"
    stamp.with_suffix(".new").write_text(
        json.dumps({"fingerprint": print_, "model": model_name(print_)}) + "\n", encoding="utf-8"
    )
    stamp.with_suffix(".new").replace(stamp)
    remove_older(ROOT, print_)
    print(f"Trained models/{model_name(print_)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
