"""The composition root, which builds each process."""

from ishizue import Database, Polled, RequestLog, Service, SettingsError, Worker, service

from inbox.forward import Forwarder, sender
from inbox.hooks import Hooks
from inbox.settings import Settings
from inbox.store import Store


def build(settings: Settings, database: Database | None, log: RequestLog | None) -> Service:
    """Build the service that receives events."""
    store = _store(database)
    hooks = Hooks(store, settings.key, settings.bucket)
    return service(
        settings,
        hooks.routes(),
        log=log,
        database=database,
        gauges={"EventsWaiting": Polled(store.waiting), "EventsGivenUp": Polled(store.given_up)},
    )


def worker(settings: Settings, database: Database | None) -> Worker:
    """Build the worker that forwards them."""
    forwarder = Forwarder(_store(database), sender(settings.forward_to), settings.queue)
    return Worker(
        run=forwarder.run,
        database=database,
        counters={"EventsDelivered": lambda: forwarder.delivered},
    )


async def purge(settings: Settings, database: Database) -> str:
    """delete the events that are done and older than KEEP_DAYS"""
    return f"purged {await Store(database).purge(settings.keep_days)} events"


def _store(database: Database | None) -> Store:
    if database is None:
        raise SettingsError("DATABASE_URL is none: an inbox has nowhere to put an event")
    return Store(database)
