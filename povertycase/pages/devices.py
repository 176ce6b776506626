"""What a browser says it is, in two words that its owner knows again in a list of sessions."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

# The first that fits; Edge, WeChat and the phones' own browsers all call themselves Chrome or Safari as well.
BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg", "Edge"), ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"), ("QQBrowser", "QQ 浏览器"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"),
    ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
PHONES = ("iPhone", "Android", "HarmonyOS")


def device_of(request: HttpRequest) -> str:
    """Chrome · Windows; what nobody knows is called 其他设备."""
    told = request.headers.get("User-Agent", "")
    words = [next((word for mark, word in marks if mark in told), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, words)) or _("其他设备")


def is_phone(request: HttpRequest) -> bool:
    """Does the browser say it runs on a phone?"""
    told = request.headers.get("User-Agent", "")
    return "Mobile" in told and any(mark in told for mark in PHONES)
