"""Assess: how securely did an intake come? Pure, over evidence gathered at our own boundary."""
