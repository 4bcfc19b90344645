"""The demo's page: `show` it in a notebook."""

from mer.video.page.page import Demo, show

__all__ = ["Demo", "show"]
