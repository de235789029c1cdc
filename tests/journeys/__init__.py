"""Journeys: an .eml or a form goes in; rows, dispatches, what receivers decrypt, and the audit come out."""
