"""Profiles, the runner, run folders, the report, provenance, comparing, doctor."""

from typing import TYPE_CHECKING

from mer.core.lazy import face

if TYPE_CHECKING:
    from mer.study.profiles import Profile
    from mer.study.run import Run
    from mer.study.runner import Study

__all__ = ["Profile", "Run", "Study"]
__getattr__, __dir__ = face(__name__, __all__, Profile="profiles", Run="run", Study="runner")
