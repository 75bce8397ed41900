"""The language: what a spec file may say. Imports pydantic and nothing heavier."""
