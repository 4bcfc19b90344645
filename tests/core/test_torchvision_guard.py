"""The torchvision guard, in fresh interpreters: with operators, without them, and as installed."""

import os
import subprocess
import sys
import textwrap

import pytest

pytest.importorskip("torch")

DESCRIBE = """
    import torch
    from torchvision import extension

    @torch.library.register_fake("torchvision::nms")
    def describe(boxes):
        return boxes.new_empty(7)
"""
OPERATOR = """
    import torch
    LIBRARY = torch.library.Library("torchvision", "DEF")
    LIBRARY.define("nms(Tensor boxes) -> Tensor")
"""
CUDA_CHECK = """
    from torch.version import cuda
    if cuda is not None:
        raise RuntimeError("compiled with different CUDA major versions")
"""


@pytest.fixture
def stand_in(tmp_path):
    """Write a stand-in torchvision; gives a function that runs code with it on the path."""

    def run(init, extension, code):
        package = tmp_path / "torchvision"
        package.mkdir()
        (package / "__init__.py").write_text(textwrap.dedent(init))
        (package / "extension.py").write_text(textwrap.dedent(extension))
        return python(code, PYTHONPATH=str(tmp_path))

    return run


def python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        text=True,
        timeout=120,
        capture_output=True,
        env={**os.environ, **environment},
    )


@pytest.mark.slow
def test_present_operators_get_their_fakes(stand_in):
    done = stand_in(
        DESCRIBE,
        OPERATOR,
        """
        import torch
        from mer.core.torchvision_guard import torchvision_importable
        with torchvision_importable():
            import torchvision
        print(torch.ops.torchvision.nms(torch.empty(3, 4, device="meta")).shape)
    """,
    )
    assert done.stdout.strip() == "torch.Size([7])", done.stderr


def test_absent_operators_are_passed_over(stand_in):
    done = stand_in(
        DESCRIBE,
        "",
        """
        import torch
        before = torch.library.register_fake
        from mer.core.torchvision_guard import torchvision_importable
        with torchvision_importable():
            import torchvision
        print(torchvision.describe.__name__, torch.library.register_fake is before)
    """,
    )
    assert done.stdout.strip() == "describe True", done.stderr


@pytest.mark.slow
def test_without_the_guard_absent_operators_stop_the_import(stand_in):
    """`import mer` alone leaves no guard behind."""
    done = stand_in(DESCRIBE, "", "import mer, torchvision")
    assert "torchvision::nms does not exist" in done.stderr


@pytest.mark.slow
def test_different_cuda_releases_do_not_stop_the_import(stand_in):
    done = stand_in(
        DESCRIBE,
        OPERATOR + CUDA_CHECK,
        """
        import torch.version
        torch.version.cuda = "99.1"
        from mer.core.torchvision_guard import torchvision_importable
        with torchvision_importable():
            import torchvision
        print(torch.version.cuda)
    """,
    )
    assert done.stdout.strip() == "99.1", done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault, error",
    [
        ("1 / 0", "ZeroDivisionError"),
        ("torch.library.register_fake('elsewhere::nms', lambda: None)", "elsewhere::nms"),
    ],
)
def test_other_errors_are_not_swallowed(stand_in, fault, error):
    done = stand_in(
        f"import torch\n{fault}\n",
        "",
        """
        import torch
        from mer.core.torchvision_guard import torchvision_importable
        before = torch.library.register_fake
        try:
            with torchvision_importable():
                import torchvision
        finally:
            print(torch.library.register_fake is before)
    """,
    )
    assert done.returncode != 0 and error in done.stderr
    assert done.stdout.strip() == "True"


@pytest.mark.slow
def test_the_installed_torchvision_transforms_a_tensor():
    done = python("""
        import sys
        from mer.core.torchvision_guard import torchvision_importable
        assert "torch" not in sys.modules, "until torchvision is wanted, torch is not loaded"
        with torchvision_importable():
            from torchvision.transforms import v2
        import torch
        image = torch.rand(3, 8, 8)
        flipped = v2.RandomHorizontalFlip(1.0)(image)
        moved = v2.RandomAffine(0, translate=(0.5, 0.5))(image)
        print(torch.equal(flipped, image.flip(-1)), tuple(moved.shape))
    """)
    assert done.stdout.strip() == "True (3, 8, 8)", done.stderr


def test_import_mer_changes_nothing_and_needs_no_torch():
    done = python("""
        import sys
        sys.modules["torch"] = sys.modules["torchvision"] = None
        before = list(sys.meta_path)
        import mer
        print(mer.__version__, sys.meta_path == before)
    """)
    assert done.stdout.split()[-1:] == ["True"], done.stderr
