"""Environment variables that Rasa, TensorFlow and SQLAlchemy read when imported. Standard library only."""

from __future__ import annotations

import os
import warnings

DEFAULTS = {
    "RASA_TELEMETRY_ENABLED": "false",  # nothing leaves the machine
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",  # Rasa is frozen on SQLAlchemy 1.4 and warns at each start
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",  # no graphics card is looked for
    # One thread per pool: a turn is one short message, and more threads only take turns on the cores.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
}


def prepare() -> None:
    """Set what is not set already; call before the first import of rasa."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)


def hush_deprecations() -> None:
    """Show no DeprecationWarning of the frozen stack: nobody could act on one, and filters are reset by imports."""
    show = warnings.showwarning

    def show_others(message: object, category: type[Warning], *rest: object, **named: object) -> None:
        if not issubclass(category, (DeprecationWarning, PendingDeprecationWarning)):
            show(message, category, *rest, **named)  # type: ignore[arg-type]

    warnings.showwarning = show_others  # type: ignore[assignment]
