"""Definitions of the shipped networks, one module a family."""
