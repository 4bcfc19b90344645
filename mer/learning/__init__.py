"""Inputs, models, training and cross-validation.

A `Recipe` says what is trained and how; `load_inputs` gives the `Inputs` of a run;
`cross_validate` writes the score table that `mer.evaluation` reads.
"""

from typing import TYPE_CHECKING

from mer.core.lazy import face

if TYPE_CHECKING:
    from mer.learning.cross_validation import cross_validate, cross_validate_all
    from mer.learning.inputs import Inputs, apex_inputs, flow_inputs
    from mer.learning.loading import load_inputs
    from mer.learning.training import Recipe

__all__ = [
    "Inputs",
    "Recipe",
    "activation_maps",
    "apex_inputs",
    "conditions",
    "cross_validate",
    "cross_validate_all",
    "cross_validation",
    "discriminant",
    "flow_inputs",
    "imbalance",
    "inputs",
    "load_inputs",
    "models",
    "pretraining",
    "training",
]
__getattr__, __dir__ = face(
    __name__,
    __all__,
    Inputs="inputs",
    Recipe="training",
    apex_inputs="inputs",
    cross_validate="cross_validation",
    cross_validate_all="cross_validation",
    flow_inputs="inputs",
    load_inputs="loading",
)
