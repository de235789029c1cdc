"""Who sent it: DNS, SPF, DKIM, ARC, and what a domain publishes."""
