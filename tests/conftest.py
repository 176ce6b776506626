"""What every test may use. The servers of a session are started by tests/settings.py."""

import shutil

import pytest
from django.utils import translation

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def _chromium() -> str:
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


@pytest.fixture(autouse=True)
def chinese() -> None:
    """Every test begins in the language of the product; a page read in English leaves its language behind."""
    translation.deactivate()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; tests that need it are skipped where there is none."""
    return _chromium() or pytest.skip("没有 Chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests without a browser are skipped; houses are launched one at a time, they need both cores."""
    without_browser = pytest.mark.skip(reason="没有 Chromium")
    for item in items:
        if item.get_closest_marker("browser") and not _chromium():
            item.add_marker(without_browser)
        if item.get_closest_marker("house"):
            item.add_marker(pytest.mark.xdist_group("house"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _chromium():
        terminalreporter.write_line("浏览器测试没有运行：本机没有 Chromium。(Browser tests did not run.)")
