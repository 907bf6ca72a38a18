"""The channels that carry notices: the county's webhook, and letters to whoever is on duty in a role.

In: settings, the duty plan. Out: routes for the outbox; one attempt on one of them, and to whom it went, by alias.
Next: streams/webhook.py, streams/smtp.py
"""

from contextlib import AsyncExitStack
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from schemas.codec import Json
from schemas.times import z
from streams.clock import wall_ms
from streams.contacts import Contacts
from streams.duty import DutyPlan
from streams.errors import NoContactError, StartError
from streams.ladder import Route, routes
from streams.links import PATH, Link, make
from streams.mail import letter
from streams.outbox_entry import Entry
from streams.seal import Seal
from streams.settings import Settings
from streams.smtp import Smtp
from streams.webhook import Webhook


class Sent(NamedTuple):
    """What became of one attempt."""

    error: str | None
    """None when it was taken."""
    to: str | None = None
    """Who it was for, by alias; None for the county's one receiver."""


class Channels:
    """Every channel that is set. Use as an async context."""

    def __init__(self, settings: Settings, plan: DutyPlan) -> None:
        """Check the settings; StartError where one cannot be used."""
        if settings.webhook is not None and urlsplit(settings.webhook).scheme not in ("http", "https"):
            raise StartError("LAGESBILD_WEBHOOK is not a web address: it begins with http:// or https://.")
        self._plan, self._settings = plan, settings
        self._webhook = Webhook(settings.webhook or "", settings.webhook_secret.get_secret_value())
        self._smtp = Smtp(settings) if settings.smtp_host else None
        self._contacts = Contacts(settings.contacts_file)
        secret = settings.text_secret.get_secret_value()
        self._seal = Seal(secret, settings.space) if secret else None
        found = [name for name, there in (("webhook", settings.webhook), ("mail", self._smtp)) if there]
        self.routes: tuple[Route, ...] = routes(plan, found)
        self._roles = {route.name: route.role or plan.first for route in self.routes}

    async def __aenter__(self) -> Self:
        self._stack = AsyncExitStack()
        if self._settings.webhook is not None:
            await self._stack.enter_async_context(self._webhook)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def fields(self, entry: Entry, at: int) -> Json:
        """What the text says besides the notice: who is on duty at the space's time `at`, and the link."""
        found: Json = {"duty": self._on_duty(entry, at)}
        address = self._settings.address
        if address is None:
            return found
        found["picture"] = f"{address.rstrip('/')}/"
        if entry.call and self._seal is not None and "opened_version" in entry.notice:
            role = self._roles.get(entry.route, self._plan.first)
            until = wall_ms() + self._plan.link_valid_s * 1_000
            person = self._person(entry, role, at) or role
            link = Link(entry.id, entry.notice["opened_version"], until, role, person)
            found |= {"link": f"{address.rstrip('/')}{PATH}{make(self._seal, link)}", "link_until": z(until)}
        return found

    async def send(self, entry: Entry, at: int) -> Sent:
        """Make the attempt under way; `at` is the space's time."""
        assert entry.body is not None
        if entry.route == "webhook":
            return Sent(await self._webhook.post(entry.key, entry.body))
        person = self._person(entry, self._roles[entry.route], at)
        if person is None:
            return Sent("nobody is on duty by the plan")
        assert self._smtp is not None
        try:
            address = self._contacts.mail(person)
        except NoContactError as error:
            return Sent(str(error), person)
        message = letter({**entry.body, "key": entry.key}, self._smtp.sender, address, wall_ms())
        return Sent(await self._smtp.send(message), person)

    def _person(self, entry: Entry, role: str, at: int) -> str | None:
        return self._plan.on_duty(role, at, entry.notice.get("duty", {}))

    def _on_duty(self, entry: Entry, at: int) -> list[Json]:
        """Who has which duty now, in the order they are called."""
        roles = sorted(self._plan.roles.items(), key=lambda row: row[1].after_s)
        rows = [(role, about, self._person(entry, role, at)) for role, about in roles]
        return [{"role": role, "name": about.name, "person": person} for role, about, person in rows if person]
