"""Which models are in memory: the default one for good, others while somebody uses them."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
import logging
import time
from typing import Final, Protocol

from alicia_bus.errors import CommandError, ErrorCode
from alicia_bus.messages import Vocabulary

from .engines.base import Engine, Model
from .lease import Lease, Place

_LOGGER: Final = logging.getLogger(__name__)
_AFTER_FAILURE: Final = 60.0  # seconds until a model that failed is loaded again


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may be in memory, and for how long; times in seconds."""

    #: The default one included.
    models: int = 2
    #: After which a model that nobody uses is unloaded; 0: never.
    idle: float = 600.0
    #: That somebody waits while every model in memory is in use.
    patience: float = 30.0


class Loader(Protocol):
    """What takes long, and so happens off the event loop."""

    async def load(self, model: Model) -> Engine:
        """Return the engine; raises CommandError."""

    async def teach(self, engine: Engine, vocabulary: Vocabulary) -> None:
        """Tell it the house's names."""

    async def free(self, engine: Engine) -> None:
        """Free its memory."""


class Pool:
    """Loads a model when it is asked for; pushes out, or lets go, what nobody uses."""

    def __init__(
        self, loader: Loader, bounds: Bounds, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._loader = loader
        self._bounds = bounds
        self._clock = clock
        self._places: dict[Model, Place] = {}
        self._failures: dict[Model, tuple[float, CommandError]] = {}
        self._vocabulary: Vocabulary | None = None
        self._changing = asyncio.Lock()  # one comes or goes at a time
        self._teaching = asyncio.Lock()
        self._given_back = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def keep(self, model: Model, engine: Engine) -> None:
        """Take a loaded model that stays."""
        place = self._places[model] = Place(model, engine, users=1)
        await self._teach(place)
        place.decided.set()

    def lease(self, model: Model) -> Lease:
        """Hold a model, and begin to load it where that is to be done.

        Raises CommandError for one that failed a moment ago.
        """
        place = self._places.get(model)
        if place is None:
            if self.has_failed(model):
                _, error = self._failures[model]
                raise CommandError(error.code, error.message)
            place = self._places[model] = Place(model, used_at=self._clock())
            self._begin(self._fill(place))
        place.users += 1
        return Lease(place, self._take_back)

    def has_failed(self, model: Model) -> bool:
        """Tell whether a model could not be loaded a moment ago."""
        until, _ = self._failures.get(model, (self._clock(), None))
        return self._clock() < until

    async def expire(self) -> None:
        """Unload what nobody has used for long, unless another model comes or goes just now."""
        if not self._bounds.idle or self._changing.locked():
            return
        async with self._changing:
            while (place := self._find_idle()) is not None:
                if self._clock() - place.used_at < self._bounds.idle:
                    return
                await self._unload(place)

    def expect(self, vocabulary: Vocabulary) -> None:
        """Have all models know the house's names, those that are loaded later as well."""
        self._vocabulary = vocabulary

    async def teach(self) -> None:
        """Tell the names to those in memory, until none is behind."""
        while (place := next(filter(self._is_behind, self._places.values()), None)) is not None:
            await self._teach(place)

    # --- coming and going --------------------------------------------------------------------

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _LOGGER.error("Loading a model failed", exc_info=error)

    async def _fill(self, place: Place) -> None:
        deadline = asyncio.get_running_loop().time() + self._bounds.patience
        try:
            async with self._changing:
                await self._make_room(place, deadline)
                if not place.users:
                    return  # whoever wanted it has left
                place.engine = await self._load(place.model)
            await self._teach(place)
        except CommandError as err:
            place.error = err
        finally:
            if place.engine is None:
                del self._places[place.model]
            place.used_at = self._clock()
            place.decided.set()

    async def _make_room(self, place: Place, deadline: float) -> None:
        """Wait until one more may be loaded, and unload the one that was used longest ago."""
        while place.users and self._is_full():
            if (idle := self._find_idle()) is not None:
                await self._unload(idle)
                continue
            self._given_back.clear()
            try:
                async with asyncio.timeout_at(deadline):
                    await self._given_back.wait()
            except TimeoutError as err:
                raise CommandError(
                    ErrorCode.BUSY, f"the {self._bounds.models} models in memory are in use"
                ) from err

    async def _load(self, model: Model) -> Engine:
        started = self._clock()
        try:
            engine = await self._loader.load(model)
        except CommandError as err:
            _, before = self._failures.get(model, (0.0, None))
            if before is None or before.message != err.message:
                _LOGGER.error("The model %s is unavailable: %s", model.name, err.message)
            self._failures[model] = (self._clock() + _AFTER_FAILURE, err)
            raise
        self._failures.pop(model, None)
        _LOGGER.info("Loaded the model %s in %.1f s", model.name, self._clock() - started)
        return engine

    async def _unload(self, place: Place) -> None:
        del self._places[place.model]
        if place.engine is not None:
            await self._loader.free(place.engine)
            _LOGGER.info("Unloaded the model %s", place.model.name)

    def _is_full(self) -> bool:
        loaded = sum(place.engine is not None for place in self._places.values())
        return loaded >= self._bounds.models

    def _find_idle(self) -> Place | None:
        """The one that was used longest ago, of those that nobody uses."""
        idle = [each for each in self._places.values() if each.engine and not each.users]
        return min(idle, key=lambda place: place.used_at, default=None)

    def _take_back(self, place: Place) -> None:
        place.users -= 1
        place.used_at = self._clock()
        self._given_back.set()

    # --- names -------------------------------------------------------------------------------

    def _is_behind(self, place: Place) -> bool:
        return place.engine is not None and place.taught is not self._vocabulary

    async def _teach(self, place: Place) -> None:
        """Telling takes a while: of several vocabularies only the latest counts."""
        async with self._teaching:
            while place.engine is not None and (latest := self._vocabulary) is not place.taught:
                place.taught = latest
                if latest is not None:
                    await self._loader.teach(place.engine, latest)
