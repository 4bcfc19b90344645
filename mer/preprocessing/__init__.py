"""From frames to what a model is shown: faces, apex, pairs, flow, contrast."""

from mer.core.lazy import face

__all__ = ["apex", "contrast", "faces", "flow", "flow_methods", "pairs"]
__getattr__, __dir__ = face(__name__, __all__)
