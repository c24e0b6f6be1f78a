"""The proof: unit, contract, e2e, conformance and bench, as STYLE names the tiers."""
