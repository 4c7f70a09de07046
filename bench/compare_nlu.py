"""`make compare-nlu`: pipelines side by side, by cross-validation on data/nlu; nothing is asserted.

Each fold trains a whole Rasa model of its own in a fresh process, loads it and parses the messages left out, one at
a time. Four folds are cut; `--folds` says how many of them are run (2), `--messages` of how many messages, the same
share of every intent. DIET is run on one, on words alone and with 20 epochs instead of 300: with pieces of words and
60 it was not through after fifteen minutes of processor time. Sentence vectors are those of the packaged model: our
own layers have seen the messages of every fold. tests/understanding is never read.
"""

import argparse
import asyncio
import contextlib
import functools
import importlib
import io
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

from bot import fast_yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDS = 4
ALARM = "report_alarm"
SURE = 0.8
START: list[dict[str, Any]] = [
    {"name": "SpacyNLP", "model": "models/language", "case_sensitive": True},
    {"name": "SpacyTokenizer"},
]
WORDS: dict[str, Any] = {"name": "CountVectorsFeaturizer", "alias": "words", "max_ngram": 2, "min_df": 2}
PIECES: dict[str, Any] = {
    "name": "CountVectorsFeaturizer",
    "alias": "pieces",
    "analyzer": "char_wb",
    "min_ngram": 2,
    "max_ngram": 4,
    "min_df": 2,
}
LISTS: dict[str, Any] = {
    "name": "RegexFeaturizer",
    "alias": "lists",
    "case_sensitive": False,
    "use_word_boundaries": True,
}
OBSERVATIONS: dict[str, Any] = {"name": "bot.nlu.observation_features.ObservationFeatures", "alias": "observations"}
VECTORS: dict[str, Any] = {"name": "bot.nlu.sentence_vectors.SentenceVectors", "alias": "vectors"}


def scaled(**weights: float) -> dict[str, Any]:
    """The project's classifier with these weights."""
    return {"name": "bot.nlu.intent_classifier.ScaledLogisticRegression", "weights": weights}


CANDIDATES: dict[str, list[dict[str, Any]]] = {
    "counts + Rasa's LogisticRegression": [WORDS, PIECES, {"name": "LogisticRegressionClassifier", "max_iter": 100}],
    "words + DIET": [WORDS, {"name": "DIETClassifier", "epochs": 20, "entity_recognition": False}],
    "TF-IDF": [WORDS, PIECES, scaled(words=1, pieces=1)],
    "vectors": [VECTORS, scaled(vectors=2)],
    "TF-IDF + vectors": [WORDS, PIECES, VECTORS, scaled(words=1, pieces=1, vectors=2)],
    "TF-IDF + vectors + lists": [LISTS, WORDS, PIECES, VECTORS, scaled(words=1, pieces=1, vectors=2, lists=1)],
    "TF-IDF + vectors + observations": [
        WORDS,
        PIECES,
        OBSERVATIONS,
        VECTORS,
        scaled(words=1, pieces=1, vectors=2, observations=1),
    ],
}
ONE_FOLD = {"words + DIET"}


def config_of(file: str) -> list[dict[str, Any]]:
    """The pipeline of a config file up to its fallback, which would hide what the classifier thinks."""
    pipeline: list[dict[str, Any]] = fast_yaml.load((ROOT / file).read_text("utf-8"))["pipeline"]
    last = next(i for i, one in enumerate(pipeline) if one["name"] == "FallbackClassifier")
    return pipeline[:last]


def pipelines() -> dict[str, list[dict[str, Any]]]:
    """Name → pipeline of every candidate; the project's own files come last."""
    own = {file: config_of(file) for file in ("config-light.yml", "config.yml") if (ROOT / file).is_file()}
    return {**{name: START + parts for name, parts in CANDIDATES.items()}, **own}


def labelled(folder: Path) -> tuple[list[tuple[str, str]], list[dict[str, Any]]]:
    """Messages with their intents, and everything else (word lists) as Rasa's own entries."""
    examples, others = [], []
    for file in sorted(folder.glob("*.yml")):
        for entry in fast_yaml.load(file.read_text("utf-8"))["nlu"]:
            if "intent" not in entry:
                others.append(entry)
                continue
            lines = (line.strip() for line in entry["examples"].splitlines())
            examples += [(line[2:].strip(), entry["intent"]) for line in lines if line.startswith("- ")]
    return examples, others


def cut(examples: list[tuple[str, str]], messages: int) -> list[list[tuple[str, str]]]:
    """Four folds of some of the messages with the same share of each intent, always the same."""
    of_intent = defaultdict(list)
    for example in examples:
        of_intent[example[1]].append(example)
    folds: list[list[tuple[str, str]]] = [[] for _ in range(FOLDS)]
    for intent in sorted(of_intent):
        random.Random(intent).shuffle(of_intent[intent])
        share = max(2 * FOLDS, round(len(of_intent[intent]) * messages / len(examples)))
        for place, example in enumerate(of_intent[intent][:share]):
            folds[place % FOLDS].append(example)
    return folds


def memory() -> float:
    """Resident megabytes of this process."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def know_the_language() -> None:
    """Register the components of models/language, for pipelines of Rasa's own parts alone."""
    import bot.language.pipeline  # noqa: F401


def take_the_packaged_vectors() -> None:
    """The sentence model as it came, in the place of the one that is fitted to data/."""
    module = importlib.import_module("bot.nlu.sentence_vectors")
    module.__dict__["sentence_model"] = functools.cache(lambda: module.SentenceModel(tuned=None))


def one_fold(name: str, fold: int, messages: int) -> dict[str, Any]:
    """Train without the fold, parse the fold; labels, milliseconds, seconds of training."""
    from bot.nlu import environment

    environment.prepare()
    from rasa.model_training import train_nlu
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    know_the_language()
    take_the_packaged_vectors()
    configure_logging_and_warnings(40)
    configure_structlog(40)
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    examples, others = labelled(ROOT / "data" / "nlu")
    folds = cut(examples, messages)
    work = Path(tempfile.mkdtemp())
    try:
        of_intent = defaultdict(list)
        for text, intent in (one for i, part in enumerate(folds) if i != fold for one in part):
            of_intent[intent].append(f"- {text}\n")
        entries = [{"intent": intent, "examples": "".join(lines)} for intent, lines in of_intent.items()]
        (work / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": entries + others}), encoding="utf-8")
        config = {"recipe": "default.v1", "language": "en", "assistant_id": "compare", "pipeline": pipelines()[name]}
        (work / "config.yml").write_text(yaml.safe_dump({**config, "policies": []}), encoding="utf-8")
        began = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            model = train_nlu(str(work / "config.yml"), str(work / "nlu.yml"), str(work))
        seconds = time.process_time() - began
        # Memory and time of a message are a server's: a process that never trained.
        command = [sys.executable, __file__, "--one", name, "--fold", str(fold), "--load", str(model)]
        command += ["--messages", str(messages)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return {**json.loads(done.stdout.splitlines()[-1]), "train": seconds}
    finally:
        shutil.rmtree(work, ignore_errors=True)


def parse_fold(model: str, fold: int, messages: int) -> dict[str, Any]:
    """Load a model and parse a fold: labels, confidences, milliseconds, megabytes."""
    from bot.nlu import environment

    environment.prepare()
    from rasa.core.agent import Agent

    from bot.nlu.in_order import run_in_order

    run_in_order()  # as the server does
    know_the_language()
    take_the_packaged_vectors()
    folds = cut(labelled(ROOT / "data" / "nlu")[0], messages)
    agent = Agent.load(model)
    loop = asyncio.new_event_loop()
    rows, spent = [], []
    for text, intent in folds[fold]:
        began = time.process_time()
        parsed = loop.run_until_complete(agent.parse_message(text))
        spent.append(1000 * (time.process_time() - began))
        rows.append((intent, parsed["intent"]["name"], parsed["intent"]["confidence"]))
    return {"rows": rows, "ms": statistics.median(spent), "mb": memory()}


def macro_f1(rows: list[tuple[str, str, float]]) -> float:
    """Mean over intents of 2 × right / (said + meant)."""
    scores = []
    for intent in sorted({meant for meant, _, _ in rows}):
        right = sum(meant == said == intent for meant, said, _ in rows)
        both = sum(meant == intent for meant, _, _ in rows) + sum(said == intent for _, said, _ in rows)
        scores.append(2 * right / both)
    return statistics.mean(scores)


def line_of(name: str, results: list[dict[str, Any]]) -> str:
    """One row of the table."""
    rows = [tuple(row) for one in results for row in one["rows"]]
    right = [meant == said for meant, said, _ in rows]
    sure = [meant == said for meant, said, confidence in rows if confidence >= SURE]
    others = [said for meant, said, _ in rows if meant != ALARM]
    alarms = [said for meant, said, _ in rows if meant == ALARM]
    columns = [
        name,
        f"{statistics.mean(right):.3f}",
        f"{macro_f1(rows):.3f}",
        f"{statistics.mean(said == ALARM for said in alarms):.3f}",
        f"{100 * statistics.mean(said == ALARM for said in others):.2f} %",
        f"{100 * len(sure) / len(rows):.0f} %",
        f"{100 * statistics.mean(sure):.1f} %" if sure else "–",
        f"{statistics.median(one['ms'] for one in results):.1f}",
        f"{max(one['mb'] for one in results):.0f}",
        f"{statistics.mean(one['train'] for one in results):.0f}",
    ]
    return "| " + " | ".join(columns) + " |"


def main() -> None:
    """Print the table, row by row."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folds", type=int, default=2, choices=range(1, FOLDS + 1), help="how many of four folds")
    parser.add_argument("--messages", type=int, default=4000, help="how many of data/nlu, about")
    parser.add_argument("--only", action="append", help="name of a candidate; may be given several times")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--fold", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--load", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    if options.load:
        print(json.dumps(parse_fold(options.load, options.fold, options.messages)))
        return
    if options.one:
        print(json.dumps(one_fold(options.one, options.fold, options.messages)))
        return
    if not (ROOT / "models" / "language").is_dir():
        sys.exit("There is no models/language yet: run `make train` first.")
    print("| pipeline | accuracy | macro-F1 | alarms found | false alarms | sure (≥ 0.8) | right when sure", end="")
    print(" | ms a message | MB | s to train |")
    print("|---" * 10 + "|", flush=True)
    for name in options.only or pipelines():
        results = []
        for fold in range(1 if name in ONE_FOLD else options.folds):
            command = [sys.executable, __file__, "--one", name, "--fold", str(fold)]
            command += ["--messages", str(options.messages)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(f"{name}: {done.stderr[-2000:]}")
            results.append(json.loads(done.stdout.splitlines()[-1]))
        print(line_of(name, results), flush=True)


if __name__ == "__main__":
    main()
