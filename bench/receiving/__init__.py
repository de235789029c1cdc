"""The parts of bench/receive.py: three servers and a load."""
