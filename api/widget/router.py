"""Addresses of the widget: `/widget.js`, `/widget/frame`, `/widget/static/...`, and the demo clinic at `/demo`."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from api.widget.assets import DEFAULT_LOCALE, Asset, choose_locale, files, version, words
from api.widget.embedding import Embedding, embedding

router = APIRouter(include_in_schema=False)

REVALIDATE = "no-cache"
SHORT = "public, max-age=300"
IMMUTABLE = "public, max-age=31536000, immutable"

# Nothing inline, nothing from elsewhere, and no way to turn text into markup (trusted types).
FRAME_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; "
    "frame-ancestors {ancestors}"
)
# What a careful clinic would send: the widget must work under it.
DEMO_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def _send(request: Request, asset: Asset, cache_control: str, headers: dict[str, str] | None = None) -> Response:
    """The asset, compressed if asked for, or 304 when the browser has it."""
    sent = {
        "Cache-Control": cache_control,
        "ETag": asset.etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        **(headers or {}),
    }
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if asset.etag in known:
        return Response(status_code=304, headers=sent)
    body = asset.body
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = asset.gzipped
        sent["Content-Encoding"] = "gzip"
    return Response(body, media_type=asset.media_type, headers=sent)


def _shared(request: Request, name: str, cache_control: str) -> Response:
    asset = files().get(name)
    if asset is None or name == "frame.html":
        raise HTTPException(404)
    # Another origin's page may load these with `integrity`, which needs CORS.
    headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    return _send(request, asset, cache_control, headers)


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def loader(request: Request) -> Response:
    """The one script a clinic embeds."""
    return _shared(request, "widget.js", SHORT)


@router.api_route("/widget/static/v/{asked}/{name:path}", methods=["GET", "HEAD"])
async def versioned(request: Request, asked: str, name: str) -> Response:
    """Files under an address that changes with their content.

    While a new release rolls out, a replica of the other version answers with what it has; that answer is not kept.
    """
    return _shared(request, name, IMMUTABLE if asked == version() else REVALIDATE)


@router.api_route("/widget/static/{name:path}", methods=["GET", "HEAD"])
async def unversioned(request: Request, name: str) -> Response:
    """The same files by a short address."""
    return _shared(request, name, SHORT)


@router.api_route("/widget/frame", methods=["GET", "HEAD"])
async def frame(
    request: Request,
    embedded: Annotated[Embedding, Depends(embedding)],
    locale: Annotated[str, Query(max_length=35)] = "en",
) -> Response:
    """The conversation, to be shown in the frame that `widget.js` makes."""
    language = choose_locale(locale)
    said = words(language)
    page = files()["frame.html"].body.decode()
    values = {
        "lang": language,
        "static": f"static/v/{version()}",
        "title": str(said["title"]),
        "fallback": str(said["unreachable"]),
        "retention": str(embedded.retention_days),
    }
    for name, value in values.items():
        page = page.replace("{{" + name + "}}", escape(value))
    headers = {
        "Content-Security-Policy": FRAME_POLICY.format(ancestors=embedded.ancestors),
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Content-Language": language,
    }
    return _send(request, Asset(page.encode(), "text/html; charset=utf-8"), REVALIDATE, headers)


@router.api_route("/demo", methods=["GET", "HEAD"])
async def demo(request: Request, locale: Annotated[str, Query(max_length=35)] = DEFAULT_LOCALE) -> Response:
    """A made-up clinic's page with the widget on it, in the language asked for where there is such a page."""
    page = f"demo/index.{choose_locale(locale)}.html"
    return _demo_page(request, page if page in files() else "demo/index.html")


@router.api_route("/demo/inline", methods=["GET", "HEAD"])
async def demo_inline(request: Request) -> Response:
    """The same clinic's page with the conversation as a part of it."""
    return _demo_page(request, "demo/inline.html")


def _demo_page(request: Request, name: str) -> Response:
    headers = {"Content-Security-Policy": DEMO_POLICY, "Referrer-Policy": "strict-origin-when-cross-origin"}
    return _send(request, files()[name], REVALIDATE, headers)
