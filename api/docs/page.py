"""``/docs``: the OpenAPI document as a plain page, with no script and nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

from api.kit.problems import documented

router = APIRouter(tags=["docs"])
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@router.get("/docs", response_class=HTMLResponse, responses=documented(), include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    """The description of this API for people; `/openapi.json` is the one for programs."""
    html = _PAGES.get_template("docs.html").render(api=request.app.openapi(), shape=shape, pretty=_pretty)
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


def shape(schema: Mapping[str, Any] | None) -> str:
    """A schema as a short phrase: "list of MessageOut", "text or null"."""
    if not schema:
        return "anything"
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(shape(option) for option in schema[several]))
    kind = schema.get("type", "anything")
    if kind == "array":
        return f"list of {shape(schema.get('items'))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {shape(schema['additionalProperties'])}"
    return str(kind)


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
