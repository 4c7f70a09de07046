"""Clinics: who offers the assistant, and in which country."""
