"""Assess: how secure was the way an intake came? Pure; over evidence gathered at our own boundary."""
