"""What every part of the pipeline that learns has in common: how it is made, saved into a model and found again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage


class Learning(GraphComponent):
    """A component that ``keep``s what it learnt. It says itself what to ``save`` and how to ``restore`` it."""

    _model_storage: ModelStorage
    _resource: Resource

    @classmethod
    def made(cls, config: Dict[Text, Any], name: Text) -> Any:
        """One that knows nothing yet; ``config``: whole, ``name``: of its node in Rasa's graph."""
        return cls(config)  # type: ignore[call-arg]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Any:
        """One that knows nothing yet."""
        made = cls.made({**cls.get_default_config(), **config}, execution_context.node_name)
        made._model_storage, made._resource = model_storage, resource
        return made

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Any:
        """The trained one; an error when the model has none or it is broken."""
        made = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            made.restore(folder)
        return made

    def keep(self) -> Resource:
        """Saves what was learnt into the model."""
        with self._model_storage.write_to(self._resource) as folder:
            self.save(folder)
        return self._resource

    def save(self, folder: Path) -> None:
        """Writes what was learnt."""
        raise NotImplementedError

    def restore(self, folder: Path) -> None:
        """Takes over what ``save`` wrote."""
        raise NotImplementedError
