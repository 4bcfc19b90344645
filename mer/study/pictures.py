"""Lighter pictures for web pages: WebP instead of PNG and GIF.

A page shows what its notebook drew; whoever wants every bit finds it in figures/ and in the
executed notebook. The pictures stay inside the page, so it can be moved and mailed alone.
"""

from __future__ import annotations

import base64
import io
import re

from PIL import Image, ImageSequence

_EMBEDDED = re.compile(r'data:image/(?:png|gif);base64,([^"\')]+)')
_FEW = 4096  # colours: a drawn figure has fewer, a sheet of photographs many more
_QUALITY, _CLIP_QUALITY = 90, 80  # of photographs, of clips


def lighter(page: str) -> str:
    """The HTML `page` with every embedded PNG and GIF as WebP, where that is smaller.

    What cannot be read as a picture stays as it is.
    """
    return _EMBEDDED.sub(_smaller, page)


def _smaller(found: re.Match) -> str:
    try:
        raw = base64.b64decode(found[1])
        small = webp(raw)
    except (OSError, ValueError):  # no base64, or no picture
        return found[0]
    if len(small) >= len(raw):
        return found[0]
    return f"data:image/webp;base64,{base64.b64encode(small).decode()}"


def webp(raw: bytes) -> bytes:
    """A PNG or GIF file as a WebP file: drawn figures to the last bit, photographs and clips in
    good quality. Raises OSError for what is no picture."""
    image = Image.open(io.BytesIO(raw))
    out = io.BytesIO()
    if getattr(image, "n_frames", 1) > 1:
        frames, times = zip(
            *[
                (frame.convert("RGBA"), frame.info.get("duration", 100))
                for frame in ImageSequence.Iterator(image)
            ]
        )
        frames[0].save(
            out,
            "WEBP",
            save_all=True,
            append_images=frames[1:],
            duration=list(times),
            loop=image.info.get("loop", 1),
            quality=_CLIP_QUALITY,
        )
    else:
        image = image.convert("RGBA")
        drawn = image.getcolors(_FEW) is not None
        image.save(out, "WEBP", lossless=drawn, quality=_QUALITY, method=4)
    return out.getvalue()
