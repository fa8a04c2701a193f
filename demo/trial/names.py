"""The names of the demo's house, as Home Assistant exposes them."""

from alicia_stt.grammar import Entity, Vocabulary

AREAS = ("Kitchen", "Living Room", "Bedroom", "Office", "Hallway", "Garage")

HOUSE = Vocabulary(
    language="en",
    entities=(
        Entity("Kitchen Light", "light", "Kitchen"),
        Entity("Ceiling Light", "light", "Living Room"),
        Entity("Floor Lamp", "light", "Living Room"),
        Entity("Bedroom Light", "light", "Bedroom"),
        Entity("Desk Lamp", "light", "Office"),
        Entity("Hallway Light", "light", "Hallway"),
        Entity("Ceiling Fan", "fan", "Bedroom"),
        Entity("Garage Door", "cover", "Garage"),
        Entity("Living Room Blinds", "cover", "Living Room"),
        Entity("Front Door", "lock", "Hallway"),
        Entity("Thermostat", "climate", "Living Room"),
        Entity("Kitchen Speaker", "media_player", "Kitchen"),
        Entity("Coffee Machine", "switch", "Kitchen"),
        Entity("Outdoor Temperature", "sensor"),
        Entity("Movie Night", "scene"),
        Entity("Good Night", "script"),
    ),
    areas=AREAS,
)
