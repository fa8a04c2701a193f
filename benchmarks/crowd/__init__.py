"""A house with very many devices, on Alicia's bus and on Home Assistant's own MQTT discovery."""
