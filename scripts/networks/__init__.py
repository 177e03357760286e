"""Builders of the shipped network configs, one module a family."""
