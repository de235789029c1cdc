"""The one confined child: one class, one protocol, one confinement, for all that reads what strangers wrote."""
