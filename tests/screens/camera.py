"""The camera: signs in as a role, follows every link once, and takes each page at three widths in two languages."""

import base64
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, Route

from tests.conftest import BROWSERS
from tests.screens.stages import FAULT, STAGES, Stage, fault

WIDTHS = (1440, 768, 360)
LANGUAGES = {"zh": "zh-hans", "en": "en"}  # what pictures call them, what the cookie does
TALL = 900
TALLEST = 2400  # a picture shows the first screens of a long list, not all of it
QUALITY = 45
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
# Charts draw after the page has loaded, not at all on a phone, and once more in a window of another size.
DRAWN = "innerWidth < 600 || !document.querySelector('[data-chart]:not(.drawn)')"
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Where a person's own things stand, each role's page is another page.
EACH_ROLE = ("workbench",)


@dataclass(frozen=True)
class Picture:
    """One page as one role sees it."""

    name: str
    role: str
    language: str
    width: int
    data: bytes
    title: str


class Camera:
    """What has been seen is not taken again, whoever looks."""

    def __init__(self, driver: Playwright, address: str, form: str, only: set[str], sets: set[str]) -> None:
        path = next(filter(None, map(shutil.which, BROWSERS)))
        self._browser: Browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        self._address, self._form, self._only, self._sets = address, form, only, sets
        self._seen: set[str] = set()

    def close(self) -> None:
        self._browser.close()

    def unreached(self, pages: set[str]) -> list[str]:
        """Names of pages that no click led to."""
        return sorted(pages - {name.split("-kind-")[0] for name in self._seen})

    def walk(self, role: str, username: str, password: str) -> Iterator[Picture]:
        """The pages that this role is the first to reach."""
        state = self._sign_in(username, password) if username else None
        reached = self._places(role, state) if state else {}
        places = [Stage(name, role, path) for name, path in reached.items()]
        places += [one for one in STAGES if one.role == role and (not self._only or one.name in self._only)]
        self._seen |= {one.name for one in places}
        for width in WIDTHS:
            phone = width < 500
            with_state = {"storage_state": state, "viewport": {"width": width, "height": TALL}}
            for language, cookie in LANGUAGES.items():
                if self._sets and f"{language}-{width}" not in self._sets:
                    continue
                context = self._browser.new_context(is_mobile=phone, has_touch=phone, locale=cookie, **with_state)  # type: ignore[arg-type]
                context.add_cookies([{"name": "django_language", "value": cookie, "url": self._address}])
                page = context.new_page()
                page.route(f"{self._address}{FAULT}*", _answer_in(cookie))
                for place in (one for one in places if not (phone and one.wide)):
                    yield self._take(page, place, language, width)
                context.close()

    def _sign_in(self, username: str, password: str) -> dict:
        context = self._browser.new_context()
        page = context.new_page()
        page.goto(f"{self._address}/accounts/login/")
        page.fill("#id_username", username)
        page.fill("#id_password", password)
        page.click(".sign-in button[type=submit]")
        page.wait_for_url(lambda url: "/accounts/login/" not in url)  # a leader's day begins elsewhere
        state = context.storage_state()
        context.close()
        return dict(state)

    def _places(self, role: str, state: dict) -> dict[str, str]:
        """Name and path of the pages not seen before, found by following links from the workbench."""
        context: BrowserContext = self._browser.new_context(storage_state=state)  # type: ignore[arg-type]
        page = context.new_page()
        found: dict[str, str] = {}
        waiting, opened = {"workbench": "/"}, set()
        while waiting:
            name, path = waiting.popitem()
            opened.add(name)
            links = self._links(page, path)
            if links is None:
                continue
            wanted = not self._only or name.split("-kind-")[0] in self._only
            if wanted and (name not in self._seen or name in EACH_ROLE):
                found[name] = path
            self._seen.add(name)
            waiting |= {new: link for new, link in links.items() if new not in opened and new not in waiting}
        context.close()
        return found

    def _links(self, page: Page, path: str) -> dict[str, str] | None:
        """The house's addresses on a page by name; None where there is no page (a file to download, a closed door)."""
        try:
            answer = page.goto(self._address + path)
        except Error:  # a download
            return None
        if answer is None or answer.status != 200 or "html" not in answer.headers.get("content-type", ""):
            return None
        links = page.eval_on_selector_all("main a[href], header a[href], nav a[href]", "all => all.map(a => a.href)")
        found: dict[str, str] = {}
        for link in links:
            parts = urlsplit(link)
            if link.startswith(self._address):
                local = parts.path + (f"?{parts.query}" if parts.query else "")
                found.setdefault(name_of(parts.path), local)
        found.pop("", None)
        return found

    def _take(self, page: Page, place: Stage, language: str, width: int) -> Picture:
        page.goto(self._address + place.path, wait_until="load")
        place.do(page)
        for _turn in range(100):  # asked from outside: the page's policy lets nothing be evaluated inside it
            if page.evaluate(DRAWN):
                break
            page.wait_for_timeout(100)
        height = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
        # What sticks to the foot of the window belongs to the foot of the picture.
        page.set_viewport_size({"width": width, "height": max(height, TALL)})
        page.evaluate(PAINTED)
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        settings = {"format": self._form, "clip": clip, "captureBeyondViewport": True}
        if self._form == "webp":
            settings["quality"] = QUALITY
        session = page.context.new_cdp_session(page)
        data = base64.b64decode(session.send("Page.captureScreenshot", settings)["data"])
        session.detach()
        page.set_viewport_size({"width": width, "height": TALL})
        return Picture(place.name, place.role or "anybody", language, width, data, page.title().split(" · ")[0])


def _answer_in(language: str) -> Callable[[Route], None]:
    """Faults of the house as it would tell them."""

    def answer(route: Route) -> None:
        told = fault(route.request.url.rpartition("/")[2], language)
        route.fulfill(status=told.status_code, content_type="text/html; charset=utf-8", body=told.content)

    return answer


def name_of(path: str) -> str:
    """The name of the address a path belongs to, with the kind where a page has many; blank outside the house."""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    kind = match.kwargs.get("kind")
    return f"{match.url_name}-kind-{kind}" if kind else str(match.url_name)
