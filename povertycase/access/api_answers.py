"""What the API answers beside 200: described once for every path, worded in the office's language."""

from typing import Any

from django.http import Http404
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import exception_handler

from povertycase.access.often import SEARCHED, TooOften

TOO_OFTEN = "同一账号查找太频繁；Retry-After 是要等的秒数"
# Status, words, and whether only paths with an id or with pages answer so.
ANSWERS = (
    ("400", "参数不对，或网址中有证件号码、不能识别的字符", False),
    ("401", "没有登录，或令牌无效", False),
    ("403", "岗位没有使用此接口的权限", False),
    ("404", "不存在，或不在您的范围内；也用于没有的页码", True),
    ("406", "只提供 JSON", False),
)
REASON = {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
WORDS = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
FAULTS = {"type": "object", "additionalProperties": WORDS, "description": "detail, or sentences by parameter"}


def described(result: dict[str, Any], **_asked: Any) -> dict[str, Any]:
    """The OpenAPI document with the refusals of every operation (a post-processing hook of drf-spectacular)."""
    result["components"].setdefault("schemas", {}).update(Refusal=REASON, Faults=FAULTS)
    for path, operations in result["paths"].items():
        for operation in operations.values():
            names = {parameter["name"] for parameter in operation.get("parameters", ())}
            paged = "page" in names
            if names & set(SEARCHED):
                operation["responses"].setdefault("429", _refusal("429", TOO_OFTEN))
            for status, words, by_id in ANSWERS:
                if not by_id or paged or "{" in path:
                    operation["responses"].setdefault(status, _refusal(status, words))
    return result


def _refusal(status: str, words: str) -> dict[str, Any]:
    kind = "Faults" if status == "400" else "Refusal"
    schema = {"$ref": f"#/components/schemas/{kind}"}
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def refused(fault: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception; what is missing is said in one sentence that names no table."""
    if isinstance(fault, TooOften):
        body = {"detail": "".join(fault.sentences())}
        return Response(body, status=429, headers={"Retry-After": str(fault.seconds)})
    return exception_handler(NotFound() if isinstance(fault, Http404) else fault, context)
