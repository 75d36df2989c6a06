"""QR codes of addresses, for the terminal and for pages."""

import io

import segno


def qr_svg(address):
    """QR code as an SVG picture."""
    file = io.BytesIO()
    segno.make(address, error="m").save(file, kind="svg", scale=8, border=2, xmldecl=False)
    return file.getvalue()


def qr_text(address):
    """QR code as lines of half blocks, for a terminal."""
    file = io.StringIO()
    segno.make(address, error="l").terminal(file, border=2, compact=True)
    return file.getvalue()
