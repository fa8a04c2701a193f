"""What a house's owner may name: the recogniser's only knowledge of the house."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entity:
    """One exposed name (an alias is another row) with its domain and area."""

    name: str
    domain: str
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names and areas that Home Assistant exposes to its voice assistants."""

    language: str = "en"
    entities: tuple[Entity, ...] = ()
    areas: tuple[str, ...] = ()

    @property
    def domains(self) -> frozenset[str]:
        """Return the domains of which the house has at least one entity."""
        return frozenset(entity.domain for entity in self.entities)

    def within(
        self, domains: Collection[str], areas: Collection[str] | None = None
    ) -> tuple[Entity, ...]:
        """Return the entities of these domains (none named: of all) that stand in these areas."""
        return tuple(
            entity
            for entity in self.entities
            if (not domains or entity.domain in domains) and (areas is None or entity.area in areas)
        )

    def areas_with(self, domains: Collection[str]) -> tuple[str, ...]:
        """Return the areas in which such an entity stands."""
        held = {entity.area for entity in self.within(domains)}
        return tuple(area for area in self.areas if not domains or area in held)
