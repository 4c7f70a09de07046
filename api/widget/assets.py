"""The widget's files: read once, without what only a developer reads, hashed for their address, compressed once."""

import gzip
import hashlib
import json
import mimetypes
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from rcssmin import cssmin
from rjsmin import jsmin

STATIC = Path(__file__).parent / "static"
LAUNCHER_WORDS = "__LAUNCHER_WORDS__"
DEFAULT_LOCALE = "en"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".json": "application/json"}


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    media_type: str

    @cached_property
    def etag(self) -> str:
        """Strong entity tag, quotes included."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'

    @cached_property
    def gzipped(self) -> bytes:
        """The same bytes for every process, so `mtime` is fixed."""
        return gzip.compress(self.body, compresslevel=9, mtime=0)


def _media_type(path: Path) -> str:
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind == "application/json" else kind


def _small(path: Path) -> bytes:
    """The file as it is sent: scripts and style sheets without comments and indentation, JSON without spaces."""
    content = path.read_bytes()
    if path.suffix == ".js":
        return str(jsmin(content.decode())).encode()
    if path.suffix == ".css":
        return str(cssmin(content.decode())).encode()
    if path.suffix == ".json":
        return json.dumps(json.loads(content), ensure_ascii=False, separators=(",", ":")).encode()
    return content


@cache
def words(locale: str) -> dict[str, Any]:
    """The words of one locale; KeyError if there is no such file."""
    said: dict[str, Any] = json.loads(files()[f"locales/{locale}.json"].body)
    return said


@cache
def locales() -> tuple[str, ...]:
    """Locales the widget speaks, by their files."""
    return tuple(sorted(path.stem for path in (STATIC / "locales").glob("*.json")))


def choose_locale(wanted: str) -> str:
    """The closest locale there is: "es-MX" falls back to "es", anything unknown to English."""
    wanted = wanted.lower().replace("_", "-")
    return next((name for name in (wanted, wanted.split("-")[0]) if name in locales()), DEFAULT_LOCALE)


@cache
def files() -> dict[str, Asset]:
    """Every file below static/ by its relative path.

    `widget.js` carries the launcher's few words of every locale: the page it runs on may forbid it to fetch anything.
    """
    found = {
        path.relative_to(STATIC).as_posix(): Asset(_small(path), _media_type(path))
        for path in sorted(STATIC.rglob("*"))
        if path.is_file() and path.suffix != ".map"
    }
    launcher = {name: json.loads(found[f"locales/{name}.json"].body)["launcher"] for name in locales()}
    loader = found["widget.js"].body.decode()
    body = loader.replace(LAUNCHER_WORDS, json.dumps(launcher, ensure_ascii=True))
    found["widget.js"] = Asset(body.encode(), found["widget.js"].media_type)
    return found


@cache
def version() -> str:
    """Changes with any byte of any file of the widget."""
    digest = hashlib.sha256()
    for name, asset in files().items():
        digest.update(name.encode() + b"\0" + asset.body + b"\0")
    return digest.hexdigest()[:12]
