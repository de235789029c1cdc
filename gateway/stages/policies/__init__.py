"""What domains publish about mail to them: MTA-STS and DANE; and the reports about our own domain."""
