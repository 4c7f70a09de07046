"""The public web service, the only owner of any record."""
