"""Makes torchvision importable beside any build of torch.

torchvision's compiled operators load only when it was built for the very torch that is
installed: the same version, and the same kind (CPU, or one CUDA release). When they do not load,
torchvision carries on without them, yet its import then stops where it describes the absent
operators to torch's tracer (`operator torchvision::nms does not exist`). Operators and torch
built for different CUDA releases stop it too. The transforms need none of those operators, so
while torchvision is being imported, and only then, descriptions of absent operators are passed
over and the CUDA releases are not compared.

`install` does no more than leave a note for Python's import system: torch and torchvision are
loaded when somebody asks for them.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib.abc import MetaPathFinder

NAMESPACE = "torchvision::"


def install() -> None:
    """Guard the coming import of torchvision. Calling it again changes nothing."""
    if not any(isinstance(finder, _GuardedFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _GuardedFinder())


class _GuardedFinder(MetaPathFinder):
    """Finds what the other finders find, and wraps the execution of the guarded modules."""

    def find_spec(self, name, path=None, target=None):
        if name not in _GUARDS:
            return None
        others = (f for f in sys.meta_path if f is not self and hasattr(f, "find_spec"))
        spec = next(filter(None, (f.find_spec(name, path, target) for f in others)), None)
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = _inside(_GUARDS[name], spec.loader.exec_module)
        return spec


def _inside(guard, execute):
    def exec_module(module):
        with guard():
            execute(module)

    return exec_module


@contextmanager
def _absent_operators_passed_over():
    import torch

    real = torch.library.register_fake

    def register_where_present(op, func=None, /, **options):
        if not isinstance(op, str) or not op.startswith(NAMESPACE) or _exists(op):
            return real(op, func, **options)
        return func if func is not None else lambda described: described

    torch.library.register_fake = register_where_present
    try:
        yield
    finally:
        torch.library.register_fake = real


def _exists(op: str) -> bool:
    import torch

    return hasattr(torch.ops.torchvision, op.removeprefix(NAMESPACE).partition(".")[0])


@contextmanager
def _cuda_releases_not_compared():
    import torch.version

    real, torch.version.cuda = torch.version.cuda, None
    try:
        yield
    finally:
        torch.version.cuda = real


_GUARDS = {
    "torchvision": _absent_operators_passed_over,
    "torchvision.extension": _cuda_releases_not_compared,
}
