"""What an act becomes in the log, or why it may not be done: decided against the fold at the head, under its lock.

`answer` takes a command to its room: `recording`, `correcting`, `deciding`, `protests`, `penalties`, `serving`,
`queue`, `session`. All of them look at the same `Bench`, which knows the fold, who asks, and what everybody
is refused for.

Who comes second is told who was first and when. Changing a decision needs the version that was looked at, so that no
decision is overwritten unseen; a penalty in force is not changed but cancelled with a reason; a serving is
never undone.

Of a code with `judge_of_fact` the fact stands once its automatic result is issued: only who has the stewards' right
(`Right.DECIDE`) may cancel that result or decide “no further action” instead. Before, whoever records may withdraw it;
a misread kart is amended and a wrong record voided by race control at any time, because that corrects what was seen.
"""
