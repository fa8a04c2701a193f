"""A hundred ways to misuse an agent's tools, and a hundred harmless twins of them.

``ATTEMPTS`` and ``TWINS`` are data; ``async_run`` plays one in a Home Assistant that is handed in,
against the fake of xAI's API, and tells what reached the house.
"""

from .cases import Case
from .outcome import Outcome
from .runner import async_run
from .tables import ATTEMPTS, TWINS

__all__ = ["ATTEMPTS", "TWINS", "Case", "Outcome", "async_run"]
