"""What every room of the API shares; knows no domain."""
