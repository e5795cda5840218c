"""Warns of Resource Graph's own traps: queries that it refuses, and such that it answers with less than was asked for.

One trap is one small function; its docstring is its section of docs/lint-kql.md. :mod:`tenantlint.kql_lint.linting`
brings them all to a query.
"""
