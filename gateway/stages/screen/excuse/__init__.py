"""What is no evidence: the office's own business, words only mentioned, what is allowed."""
