"""A drawing has an address that the server answers."""

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.widget.pictures import address, illustrated
from api.widget.router import router


def test_a_drawing_is_served_where_its_guidance_says() -> None:
    app = FastAPI()
    app.include_router(router)
    path = illustrated([{"id": "walk", "image": "walking"}])[0]["image"]
    answer = TestClient(app).get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"


def test_an_unknown_drawing_has_none() -> None:
    assert address("no_such_drawing") is None
    assert address(None) is None
