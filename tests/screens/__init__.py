"""`make screens`: every page that a click reaches, as each role meets it, at three widths in two languages."""
