"""QR codes 二维码 on pages and papers."""

import segno
from django.utils.safestring import SafeString, mark_safe


def picture(text: str, *, name: str = "qr", border: int = 4) -> SafeString:
    """A QR code as inline SVG without styles, so that the content policy lets it through.

    name: its CSS class, which gives it its size. border: dots of white around.
    """
    # By viewBox alone: with a size of its own the code would be cut, not shrunk, to the size the page gives it.
    made = segno.make(text, error="m", micro=False)
    return mark_safe(made.svg_inline(border=border, omitsize=True, svgclass=name, lineclass=None, light="#fff"))
