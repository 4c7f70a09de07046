"""The widget's files as they are sent: policy, caching, size."""

import gzip
import json
import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.widget.assets import STATIC, choose_locale, files, locales, version
from api.widget.embedding import Embedding, embedding
from api.widget.router import router

LIMIT = 25 * 1024


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.include_router(router)
    app.dependency_overrides[embedding] = lambda: Embedding("*", 30)
    return TestClient(app)


def test_all_of_the_widget_fits_25_kb_compressed(client: TestClient) -> None:
    """Loader, frame and all that the frame loads at its start, each compressed by itself; pictures come later."""
    names = [name for name in files() if not name.startswith(("demo/", "locales/", "pictures/"))]
    for locale in locales():  # the frame loads one of them
        total = sum(len(gzip.compress(files()[name].body, 9)) for name in [*names, f"locales/{locale}.json"])
        assert total <= LIMIT, (locale, total)


def test_policy_of_the_frame_forbids_anything_inline(client: TestClient) -> None:
    answer = client.get("/widget/frame")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors *" in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", answer.text)
    assert "{{" not in answer.text


def test_the_frame_says_who_may_show_it_and_how_long_it_is_kept() -> None:
    app = FastAPI()
    app.include_router(router)
    app.dependency_overrides[embedding] = lambda: Embedding("'self' https://clinic.example", 14)
    answer = TestClient(app).get("/widget/frame")
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'self' https://clinic.example")
    assert 'data-retention="14"' in answer.text


@pytest.mark.parametrize("locale", ["en", "xx", '"><script>', "../en", "en-GB"])
def test_an_unknown_locale_is_english(client: TestClient, locale: str) -> None:
    assert choose_locale(locale) == "en"
    assert '<html lang="en"' in client.get("/widget/frame", params={"locale": locale}).text


@pytest.mark.parametrize("locale", ["es", "es-MX", "es_ES", "ES", "es-419"])
def test_every_kind_of_spanish_is_spanish(client: TestClient, locale: str) -> None:
    assert choose_locale(locale) == "es"
    frame = client.get("/widget/frame", params={"locale": locale})
    assert '<html lang="es"' in frame.text
    assert frame.headers["content-language"] == "es"
    assert '<html lang="es">' in client.get("/demo", params={"locale": locale}).text


def test_loader_carries_its_words_and_can_be_pinned(client: TestClient) -> None:
    short = client.get("/widget.js")
    pinned = client.get(f"/widget/static/v/{version()}/widget.js")
    assert "__LAUNCHER_WORDS__" not in short.text
    assert short.content == pinned.content
    assert "immutable" in pinned.headers["cache-control"]
    assert "immutable" not in short.headers["cache-control"]
    assert pinned.headers["access-control-allow-origin"] == "*"
    assert "immutable" not in client.get("/widget/static/v/000000000000/widget.js").headers["cache-control"]


def test_unchanged_files_are_not_sent_again(client: TestClient) -> None:
    for path in ("/widget.js", "/widget/frame", "/demo", "/widget/static/frame.css"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["frame.html", "../router.py", "%2e%2e/router.py", "nothing.js", "locales"])
def test_only_the_widgets_own_files_are_served(client: TestClient, path: str) -> None:
    assert client.get(f"/widget/static/{path}").status_code == 404


def test_no_words_in_the_scripts_and_every_word_used_exists() -> None:
    words = json.loads((STATIC / "locales/en.json").read_text())
    for path in STATIC.glob("*.js"):
        for name in re.findall(r'\bsay\("([\w.]+)"', path.read_text()):
            found = words
            for part in name.split("."):
                assert part in found, f"{path.name}: {name}"
                found = found[part]


def test_every_locale_has_the_words_of_english() -> None:
    def shape(value: object) -> object:
        return (
            {key: shape(inner) for key, inner in value.items()} if isinstance(value, dict) else type(value).__name__
        )

    english = shape(json.loads((STATIC / "locales/en.json").read_text()))
    for path in (STATIC / "locales").glob("*.json"):
        assert shape(json.loads(path.read_text())) == english, path.name


def test_markup_is_never_read_from_text() -> None:
    for path in STATIC.glob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", path.read_text()), (
            path.name
        )


def test_demo_page_has_one_tag_and_says_that_it_is_one(client: TestClient) -> None:
    page = client.get("/demo")
    assert re.findall(r"<script[^>]*>", page.text) == ['<script src="widget.js" data-clinic="demo" async>']
    assert "not real" in page.text
