"""What domains publish about mail to them: MTA-STS, DANE, and the reports about our own."""
