"""The sentence model as a small graph of fused 8-bit operators, made of the packaged weights; knows nothing of Rasa.

The packaged graph keeps its weights as 8-bit numbers but multiplies 32-bit ones made of them, through some 370 nodes.
Here the same 8-bit numbers are multiplied as they are, by onnxruntime's own operators for transformers, through 50:
half the time of a message and a third of the memory. docs/decisions/0007-the-nlu-pipeline.md has the figures.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

import numpy as np
from onnx import TensorProto, helper, load_from_string, numpy_helper

LAYERS = 6
HEADS = 12
MATRICES = 6  # of a layer, in the order of the packaged graph: query, key, value, output, and two of the feed-forward
EPSILON = 1e-12
STEP = 2  # what a fitted byte differs by is kept in steps of so many: half the file, and no message read otherwise
MIDDLE = 128  # weights are stored around it as unsigned bytes: signed ones overflow in processors without VNNI
FUSED = "com.microsoft"  # the domain of onnxruntime's own operators


class Packaged(NamedTuple):
    """The numbers of the packaged graph by name, and the names of its matrices in the order of the layers."""

    numbers: Dict[str, np.ndarray]
    matrices: List[str]


def unpacked(packaged: bytes) -> Packaged:
    """``packaged``: the content of the packaged ONNX file. ValueError when it is not built as that file is."""
    model = load_from_string(packaged)
    numbers = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    matrices = [
        node.input[1] for node in model.graph.node if node.op_type == "MatMul" and f"{node.input[1]}_q" in numbers
    ]
    if len(matrices) != LAYERS * MATRICES:
        raise ValueError(f"the packaged graph has {len(matrices)} matrices of weights, not {LAYERS * MATRICES}")
    return Packaged(numbers, matrices)


def difference(numbers: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    """From packaged ``numbers`` to ``fitted`` ones in the same unit: for bytes int8, in ``STEP``s, else float32."""
    change = fitted - numbers
    return np.round(change / STEP).astype(np.int8) if numbers.dtype == np.int8 else change.astype(np.float32)


def changed(packaged: Packaged, tuned: Mapping[str, np.ndarray]) -> Packaged:
    """With what ``difference`` told of its numbers; ValueError when something does not fit."""
    given = dict(packaged.numbers)
    for name, change in tuned.items():
        if name not in given or given[name].shape != change.shape:
            raise ValueError(f"the packaged graph has no {name} of shape {change.shape}")
        given[name] = _changed(given[name], change)
    return Packaged(given, packaged.matrices)


def _changed(numbers: np.ndarray, change: np.ndarray) -> np.ndarray:
    if numbers.dtype != np.int8:
        return np.asarray(numbers + change)
    return np.clip(numbers.astype(np.int16) + STEP * change.astype(np.int16), -127, 127).astype(np.int8)


def compact(
    packaged: bytes,
    longest: int,
    tuned: Optional[Mapping[str, np.ndarray]] = None,
    states_after: Optional[int] = None,
) -> bytes:
    """The ONNX model: ``ids``, int64, shape (texts, n), n ≤ ``longest``, to ``mean``, float32, shape (texts, 384).

    ``packaged``: the content of the packaged ONNX file; ``tuned``: by what its numbers of that name are changed, as
    ``difference`` tells it. With ``states_after``, a layer, the result is ``states`` in the place of ``mean``: what
    that layer makes of every word piece, shape (texts, n, 384). ValueError when something does not fit.
    """
    given, matrices = changed(unpacked(packaged), tuned or {})
    graph = _Graph(given)
    graph.embed(longest)
    for layer in range(LAYERS if states_after is None else states_after + 1):
        graph.layer(layer, matrices[layer * MATRICES : (layer + 1) * MATRICES])
    return graph.finished("mean" if states_after is None else "states")


class _Graph:
    def __init__(self, given: Dict[str, np.ndarray]) -> None:
        self.given = given
        self.nodes: List[Any] = []
        self.kept: List[Any] = []
        self.last = ""

    def keep(self, name: str, values: np.ndarray) -> str:
        self.kept.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **settings: Any) -> None:
        self.nodes.append(helper.make_node(kind, list(inputs), list(outputs), **settings))

    def weights(self, name: str, sources: Sequence[str]) -> List[str]:
        """Names of the bytes of matrices side by side, of the scale of each column, and of their zeros."""
        bytes_ = np.concatenate([self.given[f"{source}_q"] for source in sources], axis=1)
        scales = np.concatenate([self.given[f"{source}_scale"].ravel() for source in sources])
        return [
            self.keep(name, (bytes_.astype(np.int16) + MIDDLE).astype(np.uint8)),
            self.keep(f"{name}_scale", scales),
            self.keep(f"{name}_zero", np.full(scales.shape, MIDDLE, dtype=np.uint8)),
        ]

    def embed(self, longest: int) -> None:
        """Word pieces and places to numbers; all pieces are of the one and only kind of text."""
        of = "inner.embeddings."
        places = self.given[f"{of}position_embeddings.weight_q"][:longest].astype(np.float32)
        places = places * self.given[f"{of}position_embeddings.weight_scale"][:longest]
        self.keep("pieces", self.given[f"{of}word_embeddings.weight_q"])
        self.keep("pieces_scale", self.given[f"{of}word_embeddings.weight_scale"])
        self.keep("places", places + self.given[f"{of}token_type_embeddings.weight"][0])
        self.keep("none", np.array([0], dtype=np.int64))
        self.node("Gather", ["pieces", "ids"], ["said_bytes"])
        self.node("Gather", ["pieces_scale", "ids"], ["said_scale"])
        self.node("Cast", ["said_bytes"], ["said_plain"], to=TensorProto.FLOAT)
        self.node("Mul", ["said_plain", "said_scale"], ["said"])
        self.node("Shape", ["ids"], ["length"], start=1, end=2)
        self.node("Slice", ["places", "none", "length", "none"], ["where"])
        self.node("Add", ["said", "where"], ["sum"])
        scale = self.keep("embedded_scale", self.given[f"{of}LayerNorm.weight"])
        shift = self.keep("embedded_shift", self.given[f"{of}LayerNorm.bias"])
        self.node("LayerNormalization", ["sum", scale, shift], ["embedded"], epsilon=EPSILON)
        self.last = "embedded"

    def layer(self, number: int, matrices: Sequence[str]) -> None:
        """One layer: attention, then the feed-forward part, each added to what came in and normalised."""
        of, at = f"inner.encoder.layer.{number}.", f"layer{number}_"
        entered = self.last
        three = [self.given[f"{of}attention.self.{part}.bias"] for part in ("query", "key", "value")]
        self.node("DynamicQuantizeLinear", [entered], [f"{at}in", f"{at}in_scale", f"{at}in_zero"])
        bytes_, scale, zero = self.weights(f"{at}attention", matrices[:3])
        shift = self.keep(f"{at}attention_shift", np.concatenate(three))
        self.node(
            "QAttention",
            [f"{at}in", bytes_, shift, f"{at}in_scale", scale, "", f"{at}in_zero", zero],
            [f"{at}attended"],
            domain=FUSED,
            num_heads=HEADS,
        )
        self.multiply(f"{at}attended", f"{at}out", matrices[3], f"{of}attention.output.dense.bias")
        self.normalise(entered, f"{at}out", f"{of}attention.output.LayerNorm", f"{at}middle")
        self.multiply(f"{at}middle", f"{at}wide", matrices[4], None)
        shift = self.keep(f"{at}wide_shift", self.given[f"{of}intermediate.dense.bias"])
        self.node("BiasGelu", [f"{at}wide", shift], [f"{at}bent"], domain=FUSED)
        self.multiply(f"{at}bent", f"{at}narrow", matrices[5], f"{of}output.dense.bias")
        self.normalise(f"{at}middle", f"{at}narrow", f"{of}output.LayerNorm", f"{at}done")
        self.last = f"{at}done"

    def multiply(self, entered: str, name: str, matrix: str, shift: str | None) -> None:
        inputs = [entered, *self.weights(f"{name}_weights", [matrix])]
        if shift is not None:
            inputs.append(self.keep(f"{name}_shift", self.given[shift]))
        self.node("DynamicQuantizeMatMul", inputs, [name], domain=FUSED)

    def normalise(self, entered: str, added: str, norm: str, name: str) -> None:
        scale = self.keep(f"{name}_scale", self.given[f"{norm}.weight"])
        shift = self.keep(f"{name}_shift", self.given[f"{norm}.bias"])
        inputs = [entered, added, scale, shift]
        self.node("SkipLayerNormalization", inputs, [name], domain=FUSED, epsilon=EPSILON)

    def finished(self, result: str) -> bytes:
        """The model that ends with ``mean``, over all word pieces, or with the ``states`` of each of them."""
        size = int(self.given["inner.embeddings.LayerNorm.weight"].shape[0])
        if result == "mean":
            self.node("ReduceMean", [self.last], [result], axes=[1], keepdims=0)
        else:
            self.node("Identity", [self.last], [result])
        shape = ["texts", size] if result == "mean" else ["texts", "n", size]
        graph = helper.make_graph(
            self.nodes,
            "sentence",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "n"])],
            [helper.make_tensor_value_info(result, TensorProto.FLOAT, shape)],
            self.kept,
        )
        sets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
        model = helper.make_model(graph, opset_imports=sets, ir_version=8)
        return bytes(model.SerializeToString())
