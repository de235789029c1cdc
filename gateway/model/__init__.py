"""Nouns: frozen typed values in the field's words. No I/O."""
