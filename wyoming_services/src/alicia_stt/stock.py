"""The models of a server: the default one, and those that it has beside it on disk."""

import asyncio
from collections.abc import Callable, Mapping
import logging
from typing import Final

from alicia_bus.messages import Vocabulary
from alicia_sidecar.memory import give_back
from alicia_sidecar.worker import Worker

from .choice import Choice, choose_model
from .engines.base import Engine, Hints, Model
from .engines.load import EngineOptions, Others, load_engine, load_model
from .languages import match_language
from .lease import Lease
from .pool import Pool

_LOGGER: Final = logging.getLogger(__name__)
_EVERY: Final = 2.0  # seconds between two looks into the folder


class Stock:
    """Knows which models there are, and has those in memory that are asked for."""

    def __init__(
        self,
        options: EngineOptions,
        language: str | None,
        worker: Worker,
        changed: Callable[[], None],
    ) -> None:
        """``language`` is that of requests that name none; ``changed``: there are others now."""
        self._options = options
        self._language = language
        self._worker = worker
        self._changed = changed
        self._pool = Pool(_Loader(options, worker), options.bounds)
        self._default: Engine | None = None
        self._watching: asyncio.Task[None] | None = None
        #: The default one first.
        self.models: tuple[Model, ...] = ()

    @property
    def known(self) -> Mapping[str, int]:
        """How much of the house the default engine knows."""
        return self._default.known if self._default is not None else {}

    async def open(self) -> None:
        """Load the default engine; raises CommandError. May download, and so take minutes."""
        loaded = await self._worker.call(load_engine, self._options)
        default = Model(loaded.engine.about)
        match_language(self._language, default.languages)
        self.models = (default,)
        if loaded.others is not None:
            self.models += await asyncio.to_thread(loaded.others.look)
            self._watching = asyncio.create_task(self._watch(loaded.others))
        self._default = loaded.engine
        await self._pool.keep(default, loaded.engine)

    def choose(self, hints: Hints) -> Choice:
        """Return the model that hints mean; raises CommandError where there is none such.

        One that failed a moment ago is meant only where it is named, or no other will do.
        """
        models = sorted(self.models, key=self._pool.has_failed)
        return choose_model(models, hints, self._language)

    def lease(self, model: Model) -> Lease:
        """Hold a model for an utterance; raises CommandError where it can't be loaded."""
        return self._pool.lease(model)

    def expect(self, vocabulary: Vocabulary) -> None:
        """Have the models know the house's names."""
        self._pool.expect(vocabulary)

    async def teach(self) -> None:
        """Tell the names to the models in memory."""
        await self._pool.teach()

    async def _watch(self, others: Others) -> None:
        """Notice new models and those that are gone, and let go what is idle."""
        while True:
            await asyncio.sleep(_EVERY)
            await self._pool.expire()
            found = (self.models[0], *await asyncio.to_thread(others.look))
            if found != self.models:
                self.models = found
                _LOGGER.info("The models are now %s", ", ".join(each.name for each in found))
                self._changed()


class _Loader:
    """Loads and frees in one thread, beside those that decode.

    CTranslate2 keeps what it has of a GPU's memory by thread.
    """

    def __init__(self, options: EngineOptions, worker: Worker) -> None:
        self._options = options
        self._worker = worker

    async def load(self, model: Model) -> Engine:
        return await self._worker.aside(load_model, model, self._options)

    async def teach(self, engine: Engine, vocabulary: Vocabulary) -> None:
        await asyncio.to_thread(engine.learn, vocabulary)

    async def free(self, engine: Engine) -> None:
        await self._worker.aside(_free, engine)


def _free(engine: Engine) -> None:
    engine.close()
    give_back()
