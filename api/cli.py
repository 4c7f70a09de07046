"""``spinewise``: clinics, retention and keys from the command line. Uses the same settings as the API."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from api.clinics.models import ANY_ORIGIN, Clinic
from api.clinics.repository import ClinicRepository
from api.clinics.schemas import ClinicFields, NewClinic
from api.clinics.service import ClinicService, KeyTaken, UnknownClinic
from api.kit.clock import now
from api.kit.crypto import CannotOpen, key_ring, new_master_key
from api.kit.database import Database, DatabaseDown
from api.kit.settings import Settings
from api.migrations.run import upgrade
from api.privacy import keys
from api.privacy.ledger import first_broken
from api.privacy.repository import LedgerRepository
from api.privacy.retention import Busy, Retention, days_kept, delete_before

DEFAULT = "default"


class Refused(Exception):
    """What was asked cannot be done; the message says why."""


class Desk:
    """What each command does, on one open database."""

    def __init__(self, settings: Settings, database: Database, asked: argparse.Namespace) -> None:
        self._settings = settings
        self._database = database
        self._asked = asked

    async def clinic_add(self) -> None:
        fields = NewClinic(key=self._asked.key, **self._fields())
        async with self._database.write() as session:
            self._show([await ClinicService(session).add(fields)])

    async def clinic_list(self) -> None:
        async with self._database.read() as session:
            self._show(await ClinicRepository(session).all())

    async def clinic_set(self) -> None:
        fields = ClinicFields(**self._fields())
        if not fields.model_fields_set:
            raise Refused("nothing to set was given")
        async with self._database.write() as session:
            self._show([await ClinicService(session).set(self._asked.key, fields)])

    async def clinic_rotate_key(self) -> None:
        async with self._database.write() as session:
            print(await ClinicService(session).rotate_key(self._asked.key))
        print("Shown this once; the key before it has stopped working.", file=sys.stderr)

    async def clinic_remove(self) -> None:
        """Deletes the clinic with all its conversations."""
        if not self._asked.yes:
            raise Refused("this deletes the clinic and all its conversations: add --yes")
        async with self._database.read() as session:
            clinic = await ClinicService(session).get(self._asked.key)
        if clinic.key == "demo":
            raise Refused("the demo clinic is made anew at each start: use `clinic set demo --active no`")
        async with self._database.write() as session:
            await ClinicService(session).set(clinic.key, ClinicFields(active=False))
        deleted = 0
        while True:
            async with self._database.write() as session:
                batch = await delete_before(session, clinic, now() + timedelta(days=1), "clinic_removed", now())
                if batch is None:
                    await ClinicRepository(session).remove(clinic.id)
                    break
                deleted += batch.conversations
        await self._database.scrub()
        print(f"{clinic.key} and {deleted} conversations are deleted")

    async def purge(self) -> None:
        done = await Retention(self._settings, self._database).purge(now())
        print(f"{sum(batch.conversations for batch in done)} conversations are deleted")

    async def ledger(self) -> None:
        async with self._database.read() as session:
            rows = await LedgerRepository(session).all()
        for row in rows:
            print(
                f"{row.number}  {row.done_at.isoformat(timespec='seconds')}  {row.clinic_key}  {row.cause}  "
                f"{row.conversations} conversations, {row.messages} messages, {row.remaining} remaining  {row.hash}"
            )
        broken = first_broken(rows)
        if broken is not None:
            raise Refused(f"the ledger was tampered with: row {broken} does not follow from the row before")
        print(f"{len(rows)} rows, unbroken")

    async def keys_rotate(self) -> None:
        count = await keys.rewrap_all(self._database)
        print(f"{count} data keys are wrapped anew with {self._active()}; no other key is needed any more")

    async def keys_status(self) -> None:
        used = await keys.in_use(self._database)
        ids = self._database.keys.ids if self._database.keys else frozenset()
        for kid in sorted(used.keys() | ids):
            state = "active" if kid == self._active() else "kept" if kid in ids else "MISSING: not in the key ring"
            print(f"{kid}  {used[kid]} conversations  {state}")

    def _active(self) -> str:
        return self._database.keys.active if self._database.keys else ""

    def _fields(self) -> dict[str, Any]:
        """What was given of a clinic's fields; "default" takes a number of days back."""
        asked = self._asked
        names = ("name", "country", "locale", "retention_days", "active")
        given: dict[str, Any] = {name: value for name in names if (value := getattr(asked, name, None)) is not None}
        if given.get("retention_days") == DEFAULT:
            given["retention_days"] = None
        if asked.origin is not None:
            given["origins"] = [origin for origin in asked.origin if origin]
        return given

    def _show(self, clinics: Sequence[Clinic]) -> None:
        for clinic in clinics:
            row = {
                "key": clinic.key,
                "name": clinic.name,
                "country": clinic.country,
                "locale": clinic.locale,
                "retention_days": days_kept(clinic, self._settings),
                "origins": clinic.origins,
                "api_key": clinic.api_key_hash is not None,
                "active": clinic.active,
            }
            print(json.dumps(row, ensure_ascii=False))


def keys_new(asked: argparse.Namespace) -> None:
    """Prints a new master key; needs no database and changes nothing."""
    print(new_master_key(asked.kid))
    print("Put it first in SPINEWISE_KEYS, restart, then run `spinewise keys rotate`.", file=sys.stderr)


def parser() -> argparse.ArgumentParser:
    """All commands."""
    made = argparse.ArgumentParser(prog="spinewise", description="Clinics, retention and keys of this installation.")
    commands = made.add_subparsers(required=True, metavar="COMMAND")

    clinic = commands.add_parser("clinic", help="who offers the assistant").add_subparsers(required=True)
    add = _command(clinic, "add", Desk.clinic_add, "a new clinic")
    add.add_argument("key", help="stands in the embedding page: letters, digits and -")
    _describing(add, required=True)
    _command(clinic, "list", Desk.clinic_list, "all clinics, one JSON object a line")
    change = _command(clinic, "set", Desk.clinic_set, "change what is given")
    change.add_argument("key")
    _describing(change, required=False)
    rotate = _command(clinic, "rotate-key", Desk.clinic_rotate_key, "a new API key for the clinic's own systems")
    rotate.add_argument("key")
    remove = _command(clinic, "remove", Desk.clinic_remove, "delete a clinic with all its conversations")
    remove.add_argument("key")
    remove.add_argument("--yes", action="store_true", help="really")

    _command(commands, "purge", Desk.purge, "delete now what is past its time (the API does so by itself every hour)")
    _command(commands, "ledger", Desk.ledger, "what was deleted and when, and whether the record of it is unbroken")

    ring = commands.add_parser("keys", help="the keys of the encryption at rest").add_subparsers(required=True)
    new = ring.add_parser("new", help="print a new master key")
    new.add_argument("kid", nargs="?", default=f"{now():%Y%m%d}", help="its id (without one: today's date)")
    new.set_defaults(offline=keys_new)
    _command(ring, "rotate", Desk.keys_rotate, "wrap all data keys with the first key of SPINEWISE_KEYS")
    _command(ring, "status", Desk.keys_status, "how many conversations need which key")
    return made


def _command(to: Any, name: str, act: Callable[[Desk], Awaitable[None]], help_text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = to.add_parser(name, help=help_text, description=help_text)
    made.set_defaults(act=act)
    return made


def _describing(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument("--name", required=required, help="as patients know it")
    command.add_argument("--country", required=required, help="ISO 3166 code: whose emergency numbers are told")
    command.add_argument("--locale", help="language where the page says none, such as en")
    command.add_argument(
        "--retention-days", help=f"days after its last message a conversation is deleted ({DEFAULT}: as installed)"
    )
    command.add_argument(
        "--origin",
        action="append",
        help=f"web origin that may show the widget, again for more; {ANY_ORIGIN} for any, '' for only our own",
    )
    command.add_argument("--active", choices=["yes", "no"], help="whether it takes new conversations")


async def _run(asked: argparse.Namespace, settings: Settings) -> None:
    database = Database(settings.database, key_ring(settings))
    try:
        await upgrade(database)
        await asked.act(Desk(settings, database, asked))
    finally:
        await database.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when done, 1 when it could not be done, 2 for a wrong command or setting."""
    asked = parser().parse_args(arguments)
    try:
        if hasattr(asked, "offline"):
            asked.offline(asked)
        else:
            asyncio.run(_run(asked, Settings()))
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            print(f"{'.'.join(map(str, fault['loc'])) or 'settings'}: {fault['msg']}", file=sys.stderr)
        return 2
    except ValueError as error:  # of the key ring, which repeats no key
        print(f"SPINEWISE_KEYS: {error}", file=sys.stderr)
        return 2
    except UnknownClinic as error:
        print(f"There is no clinic {error}.", file=sys.stderr)
        return 1
    except KeyTaken as error:
        print(f"There is a clinic {error} already.", file=sys.stderr)
        return 1
    except CannotOpen as error:
        print(f"A data key does not open ({error}): SPINEWISE_KEYS lacks the key that wrapped it.", file=sys.stderr)
        return 1
    except Busy:
        print("Another process is deleting at this moment.", file=sys.stderr)
        return 1
    except Refused as error:
        print(f"Not done: {error}.", file=sys.stderr)
        return 1
    except (DatabaseDown, SQLAlchemyError, OSError) as error:
        print(f"The database does not answer ({type(error).__name__}): set DATABASE_URL.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
