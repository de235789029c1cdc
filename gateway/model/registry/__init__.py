"""The declarations of every field, a module for each section of the form."""
