"""The demo: a whole small world on loopback, with invented people, and the journeys that the tests walk as well."""
