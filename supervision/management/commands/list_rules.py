"""`manage.py list_rules`: the catalogue of everything that judges, as programs read it."""

import argparse
import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand

from povertycase import slots
from povertycase.rules import versions

KINDS = {"standards": "standard", "checks": "check", "indicators": "indicator", "policies": "policy"}
SHOWN = ("code", "level", "subject", "name", "label", "division", "valid_from", "valid_to", "document", "verified")


class Command(BaseCommand):
    help = "列出指标事实、退出标准、疑点规则、指标、政策。(List facts, standards, checks, indicators, policies.)"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象，不输出其他内容")

    def handle(self, *args: Any, **options: Any) -> None:
        found = catalogue()
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for key, items in found.items():
            self.stdout.write(f"{key} ({len(items)})")
            for item in items:
                self.stdout.write(f"  {item['code']}  {item.get('name') or item.get('label', '')}")


def catalogue() -> dict[str, list[dict[str, Any]]]:
    """facts, standards, checks, indicators, policies, each a list by code."""
    facts = [
        {
            "code": fact.code,
            "subject": fact.subject,
            "label": str(fact.label),
            "type": fact.type,
            "unit": str(fact.unit),
            "unknown": str(fact.unknown),
            "supplier": str(fact.supplier),
        }
        for fact in slots.FACTS
    ]
    return {
        "facts": sorted(facts, key=lambda fact: (fact["subject"], fact["code"])),
        **{key: [_rule(kind, body) for body in versions.shipped(kind)] for key, kind in KINDS.items()},
    }


def _rule(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: body[key] for key in SHOWN if key in body}
    if kind == "standard":
        shown["criteria"] = [{"code": item["code"], "name": item["name"]} for item in body["criteria"]]
    if "level" not in shown:
        shown.setdefault("subject", "household")
    return {**shown, "sha256": versions.sha256(body)}
