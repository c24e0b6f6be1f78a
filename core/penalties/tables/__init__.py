"""Incidents and penalties as tables for spreadsheets, out and in.

`lines` has a line each with what was told of it, never what the rules make of it; `cells` writes and reads them as
text, checked row by row; `told` makes events of them. Approvals, protests, reports and documents travel only in the
JSON file of a whole session.
"""
