"""``make tune``: fits the layers of the sentence model to this field and writes ``tuned_layers.npz`` beside it.

The packaged model knows English in general: to it "I can pee fine" and "I can't pee" are neighbours. Here its
layers learn, from data/finding_examples, data/fact_examples and data/nlu alone, to tell findings, facts and intents
apart; what they make of a message is what all learned readers see. ``tuned_on.npz`` tells of which messages they
learnt. It takes an hour or more with TensorFlow, which Rasa brings, so it is no part of ``make train``: the result is
kept in the repository. docs/decisions/0024 says what it brings and when to make it anew.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Sequence, Tuple

import numpy as np

from bot import fast_yaml
from bot.nlu.fact_examples import label
from bot.nlu.label_model import read_examples
from bot.nlu.sentence_graph import HEADS, LAYERS, MATRICES, Packaged, changed, compact, difference, unpacked
from bot.nlu.sentence_vectors import (
    TUNED,
    TUNED_ON,
    WEIGHTS,
    checked,
    short_print,
    tuned_layers,
    tuned_on,
    word_pieces,
)

ROOT = Path(__file__).resolve().parents[2]
FIRST = 0  # the layers from here on are fitted: all of them, whose differences are some 6 MB
BATCH = 32
RATE_OF_HEADS = 2e-3
WARM_UP = 0.06  # share of the steps over which the rate rises
DROPPED = 0.1
LONGEST = 96  # word pieces; longer messages are cut, in training only
READ_BY_RULES = 0.5  # weight of findings that the rules read, beside those that a person labelled
WEIGHT_OF_INTENTS = 0.5
WEIGHT_OF_FACTS = 0.3
FACT_READ_BY_RULES = 0.4  # weight of the values of a fact that the rules read, beside those that a person labelled
FACT_NOT_READ = 0.1  # and of those of which they read nothing
ALARM = "report_alarm"
_MATRIX_NAMES = ("query", "key", "value", "output", "wide", "narrow")
_OTHERS = {
    "query_shift": "attention.self.query.bias",
    "key_shift": "attention.self.key.bias",
    "value_shift": "attention.self.value.bias",
    "output_shift": "attention.output.dense.bias",
    "wide_shift": "intermediate.dense.bias",
    "narrow_shift": "output.dense.bias",
    "middle_scale": "attention.output.LayerNorm.weight",
    "middle_shift": "attention.output.LayerNorm.bias",
    "last_scale": "output.LayerNorm.weight",
    "last_shift": "output.LayerNorm.bias",
}


class Material(NamedTuple):
    """Messages with what they teach. ``told``: shape (messages, findings); ``intents``: −1 where there is none.

    ``facts``: whether each value of a fact is told, shape (messages, values); ``fact_weights``: how much that counts.
    """

    texts: List[str]
    told: np.ndarray
    weights: np.ndarray
    intents: np.ndarray
    findings: List[str]
    names: List[str]
    facts: np.ndarray
    fact_weights: np.ndarray

    def of(self, rows: Sequence[int]) -> Material:
        """The messages of these rows, again where a row comes again."""
        at = list(rows)
        return self._replace(
            texts=[self.texts[row] for row in at],
            told=self.told[at],
            weights=self.weights[at],
            intents=self.intents[at],
            facts=self.facts[at],
            fact_weights=self.fact_weights[at],
        )


class Plan(NamedTuple):
    """How long the layers are fitted, how fast at most, and how often each new message is read in a round."""

    epochs: int
    rate: float
    new: int


ANEW = Plan(epochs=3, rate=3e-4, new=1)
"""From the packaged layers."""
ON = Plan(epochs=1, rate=2e-4, new=2)
"""From the project's own, with the messages that came since: a third of the time."""


def material(root: Path) -> Material:
    """All examples of data. An alarm in which the rules hear nothing teaches its intent only."""
    from bot.language.pipeline import build_pipeline, observations_of

    of_facts = {example.text: example.labels for example in read_examples(root / "data" / "fact_examples")}
    values = sorted({value for told in of_facts.values() for value in told})
    labelled = {example.text: example.labels for example in read_examples(root / "data" / "finding_examples")}
    intents = dict(intent_examples(root / "data" / "nlu"))
    findings = sorted({finding for told in labelled.values() for finding in told})
    names = sorted(set(intents.values()))
    texts = list(dict.fromkeys([*labelled, *intents, *of_facts]))
    facts = np.zeros((len(texts), len(values)), dtype=np.float32)
    fact_weights = np.full(facts.shape, FACT_NOT_READ, dtype=np.float32)
    told = np.zeros((len(texts), len(findings)), dtype=np.float32)
    weights = np.ones(len(texts), dtype=np.float32)
    language = build_pipeline(root / "data" / "language")
    for row, text in enumerate(texts):
        present = labelled.get(text)
        read = [seen for seen in observations_of(language(text)) if seen.status == "present"]
        if present is None:
            present = tuple(seen.id for seen in read if seen.kind == "finding" and seen.certainty == "plain")
            weights[row] = READ_BY_RULES if present or intents.get(text) != ALARM else 0.0
        if text in of_facts:
            facts[row], fact_weights[row] = [value in of_facts[text] for value in values], 1.0
        else:
            said = {label(seen.id, seen.value) for seen in read}
            named = {one.partition("=")[0] for one in said}
            facts[row] = [value in said for value in values]
            fact_weights[row, [value.partition("=")[0] in named for value in values]] = FACT_READ_BY_RULES
        told[row, [findings.index(finding) for finding in present]] = 1.0
    chosen = np.array([names.index(intents[text]) if text in intents else -1 for text in texts])
    return Material(texts, told, weights, chosen, findings, names, facts, fact_weights)


def intent_examples(folder: Path) -> Iterator[Tuple[str, str]]:
    """Text and intent of every example of a folder."""
    for path in sorted(folder.glob("*.yml")):
        for block in fast_yaml.load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines() if "intent" in block else ():
                if line.startswith("- "):
                    yield line[2:].strip(), block["intent"]


def states(packaged: bytes, texts: Sequence[str]) -> List[np.ndarray]:
    """Of each text what goes into layer ``FIRST``: float16, shape (word pieces, 384)."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    content = compact(packaged, LONGEST, states_after=FIRST - 1)
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    pieces = word_pieces(LONGEST)

    def of(text: str) -> np.ndarray:
        ids = np.array([pieces.encode(text).ids], dtype=np.int64)
        return np.asarray(session.run(None, {"ids": ids})[0][0], dtype=np.float16)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(of, texts))


class Layers:
    """The layers from ``FIRST`` on in TensorFlow, in the order of computation of ``sentence_graph``."""

    def __init__(self, packaged: Packaged) -> None:
        """``packaged``: where the fitting begins."""
        import tensorflow

        self.tf: Any = tensorflow
        self.layers: List[Dict[str, Any]] = []
        for layer in range(FIRST, LAYERS):
            matrices = packaged.matrices[layer * MATRICES : (layer + 1) * MATRICES]
            numbers = {
                name: packaged.numbers[f"{source}_q"].astype(np.float32) * packaged.numbers[f"{source}_scale"]
                for name, source in zip(_MATRIX_NAMES, matrices, strict=True)
            }
            of = f"inner.encoder.layer.{layer}."
            numbers.update({name: packaged.numbers[of + source] for name, source in _OTHERS.items()})
            self.layers.append({name: tensorflow.Variable(value) for name, value in numbers.items()})

    @property
    def variables(self) -> List[Any]:
        return [variable for layer in self.layers for variable in layer.values()]

    def mean(self, entered: Any, there: Any, dropped: float) -> Any:
        """Shape (messages, 384). ``entered``: (messages, pieces, 384); ``there``: 1 where a piece is, else 0."""
        tf = self.tf
        count, length, size = tf.shape(entered)[0], tf.shape(entered)[1], entered.shape[2]
        hidden = (there[:, None, None, :] - 1.0) * 1e9

        def times(values: Any, matrix: Any) -> Any:
            # One large product: of one a message the slopes would be made one by one, which takes thrice as long.
            flat = tf.matmul(tf.reshape(values, (count * length, matrix.shape[0])), matrix)
            return tf.reshape(flat, (count, length, matrix.shape[1]))

        def by_head(values: Any) -> Any:
            return tf.transpose(tf.reshape(values, (count, length, HEADS, size // HEADS)), (0, 2, 1, 3))

        for one in self.layers:
            query, key, value = (
                by_head(times(entered, one[name]) + one[f"{name}_shift"]) for name in ("query", "key", "value")
            )
            scores = tf.matmul(query, key, transpose_b=True) / float(np.sqrt(size // HEADS))
            seen = tf.matmul(tf.nn.softmax(scores + hidden), value)
            seen = tf.reshape(tf.transpose(seen, (0, 2, 1, 3)), (count, length, size))
            seen = tf.nn.dropout(times(seen, one["output"]) + one["output_shift"], dropped)
            middle = self._normal(entered + seen, one["middle_scale"], one["middle_shift"])
            wide = tf.nn.gelu(times(middle, one["wide"]) + one["wide_shift"])
            narrow = tf.nn.dropout(times(wide, one["narrow"]) + one["narrow_shift"], dropped)
            entered = self._normal(middle + narrow, one["last_scale"], one["last_shift"])
        return tf.reduce_sum(entered * there[:, :, None], 1) / tf.reduce_sum(there, 1)[:, None]

    def _normal(self, values: Any, scale: Any, shift: Any) -> Any:
        mean, variance = self.tf.nn.moments(values, [-1], keepdims=True)
        return (values - mean) * self.tf.math.rsqrt(variance + 1e-12) * scale + shift

    def differences(self, packaged: Packaged) -> Dict[str, np.ndarray]:
        """By what the packaged numbers are changed, under their names; bytes keep the scale of their column."""
        kept: Dict[str, np.ndarray] = {}
        for place, one in enumerate(self.layers):
            layer = FIRST + place
            matrices = packaged.matrices[layer * MATRICES : (layer + 1) * MATRICES]
            for name, target in zip(_MATRIX_NAMES, matrices, strict=True):
                fitted = one[name].numpy() / packaged.numbers[f"{target}_scale"]
                kept[f"{target}_q"] = difference(packaged.numbers[f"{target}_q"], fitted)
            for name, short in _OTHERS.items():
                target = f"inner.encoder.layer.{layer}.{short}"
                kept[target] = difference(packaged.numbers[target], one[name].numpy())
        return kept


def fit(last: Layers, given: Material, entered: List[np.ndarray], plan: Plan = ANEW, seed: int = 1) -> None:
    """Fits the layers, with heads for findings, intents and facts that are thrown away afterwards."""
    tf = last.tf
    tf.random.set_seed(seed)
    random = np.random.default_rng(seed)
    start = tf.keras.initializers.GlorotUniform(seed)
    size = entered[0].shape[1]
    tells, tells_shift = (
        tf.Variable(start((size, len(given.findings)))),
        tf.Variable(np.full(len(given.findings), -4.0, np.float32)),
    )
    means, means_shift = (
        tf.Variable(start((size, len(given.names)))),
        tf.Variable(np.zeros(len(given.names), np.float32)),
    )
    values = given.facts.shape[1]
    says, says_shift = tf.Variable(start((size, values))), tf.Variable(np.full(values, -3.0, np.float32))
    heads, body = [tells, tells_shift, means, means_shift, says, says_shift], last.variables
    of_body, of_heads = (tf.keras.optimizers.legacy.Adam(rate) for rate in (plan.rate, RATE_OF_HEADS))
    shapes = [(None, None, size), (None, None), (None, len(given.findings)), (None,)]
    signature = [*(tf.TensorSpec(shape) for shape in shapes), tf.TensorSpec((None,), tf.int64)]
    signature += [tf.TensorSpec((None, values)), tf.TensorSpec((None, values))]

    @tf.function(autograph=False, reduce_retracing=True, input_signature=signature)
    def step(states_in: Any, there: Any, told: Any, weights: Any, intents: Any, facts: Any, fact_weights: Any) -> Any:
        with tf.GradientTape() as tape:
            mean = tf.nn.dropout(last.mean(states_in, there, DROPPED), DROPPED)
            scores = tf.matmul(mean, tells) * 4.0 + tells_shift
            of_findings = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(told, scores), 1) * weights
            chances = tf.matmul(mean, means) * 4.0 + means_shift
            of_intents = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(intents, 0), chances)
            of_intents *= tf.cast(intents >= 0, tf.float32) * WEIGHT_OF_INTENTS
            said = tf.matmul(mean, says) * 4.0 + says_shift
            of_facts = tf.nn.sigmoid_cross_entropy_with_logits(facts, said) * fact_weights
            of_facts = tf.reduce_sum(of_facts, 1) * WEIGHT_OF_FACTS
            loss = tf.reduce_mean(of_findings + of_intents + of_facts)
        slopes = tape.gradient(loss, [*body, *heads])
        clipped, _ = tf.clip_by_global_norm(slopes[: len(body)], 1.0)
        of_body.apply_gradients(zip(clipped, body, strict=True))
        of_heads.apply_gradients(zip(slopes[len(body) :], heads, strict=True))
        return loss

    lengths = np.array([len(one) for one in entered])
    batches = -(-len(entered) // BATCH)
    for epoch in range(plan.epochs):
        began, sum_ = time.monotonic(), 0.0
        for number, rows in enumerate(_batches(lengths, random)):
            done = (epoch * batches + number) / (plan.epochs * batches)
            rate = min(1.0, done / WARM_UP) * (1.0 - done) + 1e-3
            of_body.learning_rate, of_heads.learning_rate = plan.rate * rate, RATE_OF_HEADS * rate
            shape = (len(rows), lengths[rows].max())
            states_in, there = np.zeros((*shape, size), np.float32), np.zeros(shape, np.float32)
            for place, row in enumerate(rows):
                states_in[place, : lengths[row]], there[place, : lengths[row]] = entered[row], 1.0
            taught = (given.told, given.weights, given.intents, given.facts, given.fact_weights)
            loss = step(states_in, there, *(one[rows] for one in taught))
            sum_ += float(loss) * len(rows)
        seconds = time.monotonic() - began
        print(f"epoch {epoch + 1} of {plan.epochs}: loss {sum_ / len(entered):.3f}, {seconds:.0f} s", flush=True)


def _batches(lengths: np.ndarray, random: np.random.Generator) -> List[np.ndarray]:
    """All rows once, in an order by chance, those of like length together."""
    found: List[np.ndarray] = []
    order = random.permutation(len(lengths))
    for start in range(0, len(order), BATCH * 20):
        some = order[start : start + BATCH * 20]
        some = some[np.argsort(lengths[some], kind="stable")]
        found += [some[at : at + BATCH] for at in range(0, len(some), BATCH)]
    return [found[place] for place in random.permutation(len(found))]


def note_messages(texts: Sequence[str], path: Path) -> None:
    """Writes of which messages ``bot.nlu.sentence_vectors.tuned_on`` then knows, as steps between their prints."""
    prints = np.array(sorted({short_print(text) for text in texts}), dtype=np.int64)
    np.savez_compressed(path, steps=np.diff(prints, prepend=0).astype(np.uint32))


def main() -> int:
    """Writes the files; the exit code."""
    parser = argparse.ArgumentParser(description="Fit the layers of the sentence model to this field.")
    parser.add_argument("--to", type=Path, default=TUNED, help="the file to write")
    parser.add_argument("--on", action="store_true", help="go on from the layers that are there, one round")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    plan = ON if options.on else ANEW
    packaged = unpacked(checked(WEIGHTS))
    given = material(ROOT)
    fitted = tuned_on() if options.on else frozenset()
    new = [row for row, text in enumerate(given.texts) if short_print(text) not in fitted]
    about = f"{len(given.findings)} findings, {len(given.names)} intents"
    print(f"{len(given.texts)} messages, {len(new)} of them new, {about}", flush=True)
    entered = states(checked(WEIGHTS), given.texts)
    rows = [*range(len(given.texts)), *new * (plan.new - 1)]
    last = Layers(changed(packaged, tuned_layers(TUNED)) if options.on else packaged)
    fit(last, given.of(rows), [entered[row] for row in rows], plan)
    np.savez_compressed(options.to, **last.differences(packaged))
    note_messages(given.texts, options.to.with_name(TUNED_ON.name))
    print(f"wrote {options.to.name}, {options.to.stat().st_size / 1e6:.1f} MB: now `make train` and `make evaluate`")
    return 0


if __name__ == "__main__":
    sys.exit(main())
