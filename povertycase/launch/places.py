"""Where the installation keeps its things: the data folder and the secrets in it (standard library only)."""

import os
import secrets
from pathlib import Path


def data_folder(project: Path) -> Path:
    """The folder of the running installation: DATA, otherwise var/ in the project."""
    return Path(os.environ.get("DATA") or project / "var").resolve()


def secret_value(name: str, file: Path | None, make: bool = False) -> str:
    """A secret from NAME, from the file named by NAME_FILE, or from the key folder; made once where `make` allows."""
    if value := os.environ.get(name):
        return value
    if named := os.environ.get(f"{name}_FILE"):
        return Path(named).read_text(encoding="utf-8").strip()
    if file is None:
        return ""
    if not file.exists() and make:
        write_secret(file, secrets.token_urlsafe(64))
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def write_secret(file: Path, value: str) -> None:
    """Write a secret once, readable by its owner alone; an existing file is left as it is."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(value)
