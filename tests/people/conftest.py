"""One person whom the tests of the people share, and the head that all people have."""

import pytest

from mer.people.body.figure import sitter as sit


@pytest.fixture(scope="session")
def sitter():
    """A person before they are painted."""
    return sit(3, "sub15")


@pytest.fixture(scope="session")
def actor(sitter):
    """The same person, ready to be rendered."""
    return sitter.figure()


@pytest.fixture(scope="session")
def head(sitter):
    """The head that all people share."""
    return sitter.head


@pytest.fixture(scope="session")
def place(sitter):
    """Where each texel of the atlas lies on the skin."""
    return sitter.place
