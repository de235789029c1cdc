"""From a message to text: the one source, its layout, its sentences."""
