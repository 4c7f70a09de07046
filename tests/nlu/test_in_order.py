"""Rasa's graph node after node."""

from __future__ import annotations

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphComponent, GraphSchema, SchemaNode

from bot.nlu.in_order import order_of


def schema(**needs: list[str]) -> GraphSchema:
    nodes = {
        name: SchemaNode({need: need for need in wanted}, GraphComponent, "create", "process", {})
        for name, wanted in needs.items()
    }
    return GraphSchema(nodes)


def test_each_node_comes_after_what_it_needs() -> None:
    order = [name for name, _ in order_of(schema(last=["middle", "first"], middle=["first"], first=["__message__"]))]
    assert order == ["first", "middle", "last"]


def test_a_circle_is_an_error() -> None:
    with pytest.raises(GraphRunError):
        order_of(schema(one=["other"], other=["one"]))
