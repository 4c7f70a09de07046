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


def hush_warnings() -> None:
    """Show no warning that nobody could act on: deprecations in the frozen stack, the classifier's early stop.

    By replacing the printing of warnings, since filters are reset by imports.
    """
    show = warnings.showwarning

    def show_others(message: object, category: type[Warning], *rest: object, **named: object) -> None:
        if issubclass(category, (DeprecationWarning, PendingDeprecationWarning)):
            return
        # Rasa knows DIET and CRF alone as users of word lists; here the classifier uses them as features.
        if category.__name__ != "ConvergenceWarning" and "consisting of lookup tables, but" not in str(message):
            show(message, category, *rest, **named)  # type: ignore[arg-type]

    warnings.showwarning = show_others
