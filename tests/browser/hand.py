"""A hand that counts: a click, a tap, an Enter and a choice from a list count one each, on the phone a tap into a field too."""

from tests.browser.newcomer import download
from tests.browser.window import Window


class Hand:
    """A hand on the mouse or the screen that counts what it does."""

    def __init__(self, screen: Window, phone: bool) -> None:
        self.screen, self.page, self._phone, self.clicks = screen, screen.page, phone, 0

    def start(self, path: str = "/") -> None:
        self.screen.open(path)
        self.clicks = 0

    def click(self, selector: str, wait: str = "") -> None:
        """Press what is seen. No hand is quicker than the page's scripts; test_gate.py has the line that is slower."""
        self.page.wait_for_load_state("domcontentloaded")
        self.page.locator(selector).locator("visible=true").first.click()
        self.clicks += 1
        if wait:
            self.page.wait_for_selector(wait)

    def enter(self, wait: str) -> None:
        self.page.keyboard.press("Enter")
        self.clicks += 1
        self.page.wait_for_selector(wait)

    def fill(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)
        self.clicks += self._phone

    def choose(self, selector: str, value: str) -> None:
        self.page.select_option(selector, value)
        self.clicks += 1

    def give(self, selector: str, name: str, content: bytes) -> None:
        """A file, as chosen in the browser's own dialog or dropped on the page: one click."""
        self.page.set_input_files(selector, {"name": name, "mimeType": "application/octet-stream", "buffer": content})
        self.clicks += 1

    def say_yes(self) -> None:
        """The next question of the browser is answered with one click."""
        self.page.once("dialog", lambda asked: asked.accept())
        self.clicks += 1

    def download(self, selector: str) -> None:
        download(self.screen, selector)
        self.clicks += 1
