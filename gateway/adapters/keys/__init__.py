"""The keys of a deployment and of other panels: in use, enrolled, pinned; certificates."""
