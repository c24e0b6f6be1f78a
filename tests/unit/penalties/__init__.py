"""Rules of race control: ruleset, entry line, fold, acts."""
