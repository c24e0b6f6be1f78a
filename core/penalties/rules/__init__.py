"""The rule engine: what a ruleset makes of the incidents of a session. Pure and deterministic, nothing is stored.

`schema` is the ruleset as a file says it and `consistency` whether it holds together; `facts` is what a judgement
needs, `judge` makes it out of `measures`, `ladders`, `late` and `serving`, and `findings` is what comes out. `explain`
puts the reasons into words, `next_step` says what one more incident would cost. `evaluate` and `scenarios` are the same
engine behind plain values; `compare` holds two judgements of one session beside each other.
"""
