"""Rules, folds, parsers and mathematics: values only, no network, a fixed clock."""
