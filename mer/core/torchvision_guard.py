"""Makes torchvision importable beside any build of torch.

torchvision's compiled operators load only beside the very torch that they were built for: the
same version, and the same kind (CPU, or one CUDA release). Without them its import stops where
it describes the absent operators to torch's tracer (`operator torchvision::nms does not exist`);
with operators of another CUDA release it stops, too. The study's uses need no operator.
"""

from __future__ import annotations

from contextlib import contextmanager

NAMESPACE = "torchvision::"


@contextmanager
def torchvision_importable():
    """While it lasts, torchvision may be imported for the first time: descriptions of absent
    operators are passed over, and CUDA releases are not compared. Other errors are raised."""
    import torch

    register, release = torch.library.register_fake, torch.version.cuda

    def register_where_present(op, func=None, /, **options):
        name = op.removeprefix(NAMESPACE).partition(".")[0] if isinstance(op, str) else op
        if name == op or hasattr(torch.ops.torchvision, name):
            return register(op, func, **options)
        return func if func is not None else lambda described: described

    torch.library.register_fake, torch.version.cuda = register_where_present, None
    try:
        yield
    finally:
        torch.library.register_fake, torch.version.cuda = register, release
