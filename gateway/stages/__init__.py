"""Verbs: pure functions over the model. No clock, no settings, no files: pass them in."""
