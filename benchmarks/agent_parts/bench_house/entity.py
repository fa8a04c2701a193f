"""What all entities of the house share."""

from homeassistant.helpers.entity import Entity

from .things import Thing


class HouseEntity(Entity):
    """A thing of the house, which does at once what it is told."""

    _attr_should_poll = False

    def __init__(self, thing: Thing) -> None:
        self._attr_unique_id = thing.entity_id
        self._attr_name = thing.name
        self.entity_id = thing.entity_id
        if device_class := thing.traits.get("device_class"):
            self._attr_device_class = device_class

    def put(self, **values: object) -> None:
        """Take on a state."""
        for name, value in values.items():
            setattr(self, f"_attr_{name}", value)
        self.async_write_ha_state()
