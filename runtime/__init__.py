"""Executes a plan: data, engines, models, results."""
