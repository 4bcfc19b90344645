"""Errors that are meant for the user: what is wrong, where, and what to do about it."""


class MerError(Exception):
    """Base of every error a user can mend. The command line prints its text, not a traceback."""


class SourceMissing(MerError):
    """The data of a source is not where it was looked for."""


class BadData(MerError):
    """The data is there, but cannot be used as it is."""


class Unavailable(MerError):
    """This source does not offer what was asked for (megc2019 publishes no onset frames)."""


class DataWarning(UserWarning):
    """Some sequences were dropped; the text names each of them and the remedy."""
