"""Race control: incidents, decisions and penalties, as a fold of the session's event log.

`model` has the nouns, `events` and `bodies` what the log can say, `commands` what may be asked, `acts` what becomes of
it, `desk` the door. The log is folded in three steps: `draft` writes each event into the `books`, the engine in `rules`
judges the `case` made of them, and `composing` joins both into what everybody reads; `fold` is all of it. `catalogue`
is the ruleset, `entry` the line an official types, `deadlines` the clocks that run.
"""
