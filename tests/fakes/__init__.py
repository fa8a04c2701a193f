"""Stand-ins for services that tests can't reach. They prove nothing about the real ones."""
