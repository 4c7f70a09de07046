"""A small server that speaks the contract with a fixed script, so that the widget can be seen in every state.

Run it by itself with `python -m tests.browser.contract_server`, then open the printed address.
"""

import secrets
import socket
import threading
import time
from datetime import UTC, datetime
from typing import Any

import uvicorn
from fastapi import FastAPI, Header, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from api.widget.embedding import Embedding, embedding
from api.widget.router import router

CHECKLIST = [
    "Numbness between the legs or around the back passage",
    "New trouble passing urine or holding it, or loss of bowel control",
    "Weakness or numbness in both legs",
    "Chest pain, or pain spreading to the arm or jaw",
    "A serious fall, crash or blow in the last two weeks",
    "None of these",
]
NHS = {"title": "NHS: Back pain", "url": "https://www.nhs.uk/conditions/back-pain/"}
GUIDANCE = [
    {
        "id": "massage_lower_back_ball",
        "topic": "massage",
        "title": "Lower back: slow rolling with a tennis ball",
        "text": "Stand with a tennis ball between a wall and the muscles beside the spine, never on the bones.\n"
        "Bend your knees slowly and let the ball roll up and down. Stop if it hurts sharply or tingles.",
        "dose": "2 to 3 minutes each side, once or twice a day",
        "evidence": "Low certainty: eases pain for some people in the short term",
        "image": "/widget/static/pictures/ball_wall_upper_back.svg",
        "source": {"title": "NCCIH: Massage therapy", "url": "https://www.nccih.nih.gov/health/massage-therapy"},
    },
    {
        "id": "posture_desk_break",
        "topic": "posture",
        "title": "Change position often",
        "text": "No single posture is right. Stand up and walk a few steps before your back asks for it.",
        "dose": "A minute of movement every 30 minutes",
        "evidence": "Moderate certainty for comfort",
        "image": "/widget/static/pictures/desk_break.svg",
        "source": NHS,
    },
]


def _triage(status: str = "asking", level: str | None = None) -> dict[str, Any]:
    return {
        "status": status,
        "level": level,
        "massage": None,
        "findings": {},
        "facts": {},
        "reasons": [],
        "ruleset": "0",
    }


def _choices(labels: list[str]) -> list[dict[str, str]]:
    return [{"id": secrets.token_hex(5), "label": label} for label in labels]


def _question(text: str, kind: str, labels: list[str] | None = None) -> dict[str, Any]:
    asks: dict[str, Any] = {"id": kind, "asks": [kind], "kind": kind, "left": 4}
    if kind == "region":
        asks["values"] = ["neck", "shoulder", "upper_back", "lower_back", "whole_back"]
    listed = "".join(f"\n{at}. {label}" for at, label in enumerate(labels or [], 1)) if kind == "checklist" else ""
    return {"kind": "question", "text": text + listed, "choices": _choices(labels or []), "question": asks}


SCRIPT = [
    lambda: _question("First, is any of these true for you now or in the last few days?", "checklist", CHECKLIST),
    lambda: _question(
        "Where is the pain or tension?", "region", ["Neck", "Shoulder", "Upper back", "Lower back", "Whole back"]
    ),
    lambda: _question("How bad is the pain right now, from 0 to 10?", "scale", [str(n) for n in range(11)]),
    lambda: _question("How old are you?", "number"),
    lambda: _question("Do you take blood thinners?", "yes_no", ["Yes", "No", "Not sure"]),
]
EMERGENCY = {
    "kind": "emergency",
    "text": "Call 999 now, or 112, or have someone take you to the nearest emergency department.\n"
    "Back pain with numbness where you sit can mean that the nerves at the base of the spine are pressed. It needs "
    "treatment within hours.\nDo not drive yourself and do not wait for another answer here.",
    "calls": ["999", "112"],
}
ADVICE = {
    "kind": "advice",
    "text": "Nothing you told me points to an emergency. You can look after this yourself for now, and a gentle "
    "massage is likely to be fine.\nSee a doctor if it is no better in 6 weeks, or sooner if it gets worse. "
    "Call 999 if you get numbness between the legs, trouble passing urine or weak legs.",
    "guidance": [],
    "sources": [NHS],
}
TIPS = {
    "kind": "advice",
    "text": "\n".join(
        ["These are the things most worth doing now:", ""]
        + [f"{at}. {piece['title']}. {piece['text']} {piece['dose']}" for at, piece in enumerate(GUIDANCE, 1)]
    ),
    "guidance": GUIDANCE,
}


def build() -> FastAPI:
    """The widget's own routes and a scripted API beside them; `app.state.posts` lists (key, body) of each message."""
    app = FastAPI()
    app.include_router(router)
    app.dependency_overrides[embedding] = lambda: Embedding("*", 30)
    talks: dict[str, dict[str, Any]] = {}
    app.state.posts = []
    app.state.talks = talks
    app.state.pages = {}  # pages of a clinic's own, by name: (body, headers)

    def store(talk: dict[str, Any], role: str, draft: dict[str, Any]) -> dict[str, Any]:
        empty = {"choices": [], "question": None, "guidance": [], "sources": [], "calls": []}
        empty["at"] = datetime.now(UTC).isoformat(timespec="seconds")
        seq = len(talk["messages"]) + 1
        message = {"id": secrets.token_hex(6), "seq": seq, "role": role, **empty, **draft}
        talk["messages"].append(message)
        return message

    def problem(status: int, code: str, **more: Any) -> JSONResponse:
        body = {"type": "about:blank", "title": code, "status": status, "code": code, **more}
        return JSONResponse(body, status, media_type="application/problem+json")

    def find(talk_id: str, authorization: str) -> dict[str, Any] | None:
        talk = talks.get(talk_id)
        return talk if talk and authorization == f"Bearer {talk['token']}" else None

    def refused(talk_id: str) -> JSONResponse:
        return problem(401, "unauthorized") if talk_id in talks else problem(404, "not_found")

    @app.get("/pages/{name}")
    async def page(name: str) -> Response:
        body, headers = app.state.pages[name]
        return HTMLResponse(body, headers=headers)

    @app.post("/v1/conversations", status_code=201)
    async def start(request: Request) -> dict[str, Any]:
        body = await request.json()
        assert body["consent"] is True
        talk = {
            "token": secrets.token_urlsafe(24),
            "refresh": secrets.token_urlsafe(24),
            "messages": [],
            "keys": {},
            "step": 0,
            "triage": _triage(),
        }
        talk_id = secrets.token_urlsafe(12)
        talks[talk_id] = talk
        text = (
            "Hello. Tell me in your own words what is bothering you in your back, neck or shoulder.\n"
            "If this may be an emergency, call 999 or 112."
        )
        return {
            "id": talk_id,
            "token": talk["token"],
            "refresh": talk["refresh"],
            "messages": [store(talk, "assistant", {"kind": "info", "text": text})],
            "triage": talk["triage"],
        }

    @app.post("/v1/conversations/{talk_id}/token")
    async def token(talk_id: str, request: Request) -> Any:
        talk = talks.get(talk_id)
        if talk is None or (await request.json()) != {"refresh": talk["refresh"]}:
            return problem(404, "not_found")
        talk["token"] = secrets.token_urlsafe(24)
        return {"token": talk["token"]}

    @app.post("/v1/conversations/{talk_id}/messages", status_code=201)
    async def say(
        talk_id: str, request: Request, authorization: str = Header(""), idempotency_key: str = Header("")
    ) -> Any:
        talk = find(talk_id, authorization)
        if talk is None:
            return refused(talk_id)
        body = await request.json()
        app.state.posts.append((idempotency_key, body))
        if idempotency_key in talk["keys"]:
            return talk["keys"][idempotency_key]
        labels = {c["id"]: c["label"] for m in talk["messages"] for c in m["choices"]}
        picked = body.get("choices") or ([body["choice"]] if "choice" in body else [])
        text = body.get("text") or "\n".join(labels[one] for one in picked)
        store(talk, "person", {"kind": "info", "text": text})
        if "wipe" in text or "Numbness" in text:
            talk["triage"] = _triage("complete", "emergency")
            drafts = [EMERGENCY]
        elif "check again" in text:
            talk["triage"] = {**_triage("complete", "self_care"), "pain_scores": [7, 3]}
            drafts = [{"kind": "answer", "text": "Your pain has gone down from 7 to 3."}]
        elif "why" in text.lower():
            drafts = [
                {"kind": "answer", "text": "I ask because these signs, together with back pain, may need help today."}
            ]
        elif talk["step"] < len(SCRIPT):
            drafts = [SCRIPT[talk["step"]]()]
            talk["step"] += 1
        else:
            talk["triage"] = _triage("complete", "self_care")
            drafts = [ADVICE, TIPS]
        answer = {"messages": [store(talk, "assistant", draft) for draft in drafts], "triage": talk["triage"]}
        talk["keys"][idempotency_key] = answer
        if "run out" in text:
            talk["token"] = ""
        if "lost" in text:
            talk["token"] = talk["refresh"] = ""
        return answer

    @app.get("/v1/conversations/{talk_id}/messages")
    async def history(talk_id: str, after: int = 0, authorization: str = Header("")) -> Any:
        talk = find(talk_id, authorization)
        if talk is None:
            return refused(talk_id)
        return {"messages": [m for m in talk["messages"] if m["seq"] > after], "triage": talk["triage"]}

    @app.get("/v1/conversations/{talk_id}/summary")
    async def summary(talk_id: str, authorization: str = Header(""), accept: str = Header("")) -> Response:
        if find(talk_id, authorization) is None:
            return refused(talk_id)
        if accept == "application/pdf":
            return Response(b"%PDF-1.7\n", media_type=accept)
        return HTMLResponse("<!doctype html><title>Summary</title><h1>Summary</h1>")

    @app.get("/v1/conversations/{talk_id}/export")
    async def export(talk_id: str, authorization: str = Header("")) -> Any:
        talk = find(talk_id, authorization)
        return refused(talk_id) if talk is None else {"id": talk_id, "messages": talk["messages"]}

    @app.delete("/v1/conversations/{talk_id}", status_code=204)
    async def delete(talk_id: str, authorization: str = Header("")) -> Response:
        if find(talk_id, authorization) is None:
            return refused(talk_id)
        del talks[talk_id]
        return Response(status_code=204)

    return app


class Server:
    """The app on a free loopback port, in a thread."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.app = build()

    def start(self) -> None:
        """Returns once the server answers; after a stop it goes on with what it knew."""
        self._server = uvicorn.Server(uvicorn.Config(self.app, port=self.port, log_level="warning", ws="none"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends the server and waits for it."""
        self._server.should_exit = True
        self._thread.join(10)


if __name__ == "__main__":
    server = Server()
    server.start()
    print(f"{server.base_url}/demo", flush=True)
    server._thread.join()
