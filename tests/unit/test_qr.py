"""QR codes on pages and papers."""

from povertycase.pages import qr


def test_a_code_shrinks_to_the_size_of_its_place_instead_of_being_cut():
    drawn = qr.picture("https://office.example/households/22087654321/", name="qr-paper", border=1)
    frame = drawn.split(">")[0]
    assert "viewBox=" in frame and 'class="qr-paper"' in frame
    assert "width=" not in frame and "height=" not in frame and "style=" not in drawn
