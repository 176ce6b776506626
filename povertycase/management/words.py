"""What Python says about wrong arguments of a command, in the office's words."""

import argparse
import gettext
from typing import Any

WORDS = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示本说明后结束",
    "the following arguments are required: %s": "缺少参数：%s。请用 --help 查看写法。",
    "unrecognized arguments: %s": "没有这样的参数：%s。请用 --help 查看写法。",
    "expected one argument": "后面要写一个值。",
    "expected at least one argument": "后面至少要写一个值。",
    "expected at most one argument": "后面最多写一个值。",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有“%(value)s”这一项，可选：%(choices)s。",
    "invalid %(type)s value: %(value)r": "“%(value)s”写法不对，请用 --help 查看写法。",
    "not allowed with argument %s": "不能与 %s 同时使用。",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "ambiguous option: %(option)s could match %(matches)s": "参数 %(option)s 写得不全，可能是 %(matches)s。",
    "ignored explicit argument %r": "不需要值 %r。",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s\n",
}


def install() -> None:
    """Have the argument parser speak Chinese; it looks its sentences up under this name in its own module."""
    setattr(argparse, "_", _say)  # noqa: B010 - a private name of the standard library


def _say(text: str, *rest: Any) -> str:
    return WORDS.get(text) or gettext.gettext(text)
