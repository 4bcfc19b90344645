"""mer: a reproducible notebook study of facial micro-expression recognition.

Importing it costs next to nothing; the parts load what they need. It also makes
`torchvision.transforms.v2` usable whatever the builds of torch and torchvision.
"""

from importlib.metadata import PackageNotFoundError, version

from mer import torchvision_guard

torchvision_guard.install()

try:
    __version__ = version("mer")
except PackageNotFoundError:  # run from a checkout that nobody has installed
    __version__ = "not installed"
