"""A real browser in front of the test's own transaction: its requests are answered by the test client."""

import json
import mimetypes
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright

HOST = "http://testserver"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WIDTHS = (360, 768, 1440)
LANGUAGES = ("zh-hans", "en")
# The rules of axe that stand for WCAG 2.2 AA and good practice; no page has one broken.
QUIET = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
# Parts inside a frame of their own (a table that scrolls) do not make the page wider.
STICKING_OUT = """() => {
  const root = document.documentElement;
  const told = (e) => `${e.tagName.toLowerCase()}.${e.className} to ${Math.round(e.getBoundingClientRect().right)}`;
  const out = Array.from(document.body.querySelectorAll("*")).filter((e) => e.getBoundingClientRect().right > innerWidth);
  const sheets = Array.from(document.styleSheets, (s) => s.href);
  return [`${root.scrollWidth} > ${innerWidth}`, `${document.readyState} ${sheets}`, ...out.map(told)].slice(0, 12);
}"""


class Window:
    """A page of Chromium whose every request is answered in this process; anything else is refused."""

    def __init__(self, page: Page, client: Client) -> None:
        self.page = page
        self.faults: list[str] = []
        self._client = client
        self._held: list[Route] | None = None
        self._database = connections["default"]
        page.route("**/*", self._answer)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda m: self.faults.append(m.text) if "Content Security Policy" in m.text else None)

    def open(self, path: str) -> Page:
        self.page.goto(HOST + path)
        return self.page

    def sticking_out(self) -> list[str]:
        """What makes the page wider than its window, each part with its right edge. Empty when all fits.

        A page still being laid out on a busy machine gets two seconds to come to rest.
        """
        return [] if self.until(FITS, 2) else self.page.evaluate(STICKING_OUT)

    def barriers(self) -> list[tuple[str, str]]:
        """What keeps somebody from using the page as it stands: the rule broken, and the first part that breaks it."""
        found = Axe().run(self.page, options=QUIET).response["violations"]
        return [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found]

    def looked_through(self, addresses: Iterable[str], languages: Iterable[str] = LANGUAGES) -> list[object]:
        """Everything that is wrong with these pages in these languages: barriers, parts too wide, what the browser
        complained of. Empty when all is well.
        """
        found: list[object] = []
        for language in languages:
            self.ask_in(language)
            for path in addresses:
                self.open(path)
                found += [(language, path, *fault) for fault in self.barriers()]
                found += [(language, path, *out) for out in [self.sticking_out()] if out]
        return found + self.faults

    def hold(self) -> None:
        """A slow line: what is posted from now on is answered when it is let go."""
        self._held = []

    def let_go(self) -> None:
        """Answer what was held, in the order in which it was asked."""
        held, self._held = self._held or [], None
        for route in held:
            self._answer(route)

    def until(self, question: str, seconds: int = 10) -> bool:
        """Whether it becomes so in time. Asked again and again from outside: the page's own policy lets nothing be
        evaluated inside it.
        """
        for _turn in range(seconds * 10):
            if self.page.evaluate(question):
                return True
            self.page.wait_for_timeout(100)
        return False

    def ask_in(self, language: str) -> None:
        """The language of the pages from now on."""
        self._client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    def _answer(self, route: Route) -> None:
        # The driver answers in a context of its own, which would open a connection outside the test's transaction.
        connections["default"] = self._database
        asked = route.request
        if self._held is not None and asked.method == "POST":
            self._held.append(route)
            return
        address = urlsplit(asked.url)
        if f"{address.scheme}://{address.netloc}" != HOST:
            self.faults.append(f"a request left the house: {asked.url}")
            route.abort()
        elif address.path.startswith("/static/"):
            found = finders.find(address.path.removeprefix("/static/"))
            kind = mimetypes.guess_type(address.path)[0] or "text/plain"
            route.fulfill(path=str(found), content_type=kind) if found else route.fulfill(status=404)
        else:
            self._ask(route, f"{address.path}?{address.query}" if address.query else address.path)

    def _ask(self, route: Route, path: str) -> None:
        asked = route.request
        names = {f"HTTP_{n.upper().replace('-', '_')}": v for n, v in asked.headers.items() if n.startswith("hx-")}
        answer = self._client.generic(
            asked.method, path, asked.post_data_buffer or b"", asked.headers.get("content-type", ""), **names
        )
        sent_on = asked.method == "POST" and asked.is_navigation_request()
        if sent_on and answer.status_code in (302, 303):
            # A redirect would be followed past this route: the page leads on by itself, and the address is the new one.
            onward = f"<script>location.replace({json.dumps(answer.headers['Location'])})</script>"
            route.fulfill(status=200, content_type="text/html", body=onward)
            return
        while answer.status_code in (301, 302, 303):
            answer = self._client.get(answer.headers["Location"])
        headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
        route.fulfill(status=answer.status_code, headers=headers, body=answer.getvalue())


def window(client: Client, chromium: str, width: int) -> Iterator[Window]:
    """Open a browser of this width; closed when the generator ends."""
    database = connections["default"]
    with sync_playwright() as driver:
        connections["default"] = database
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        phone = width < 500
        context = browser.new_context(
            viewport={"width": width, "height": 800}, is_mobile=phone, has_touch=phone, bypass_csp=False
        )
        yield Window(context.new_page(), client)
        browser.close()
