"""An access decision made a second time, from AWS's documentation alone, so that the server's can be compared with it.

`evaluator.decide(case)` answers one case, `generator` makes cases, `examples` has those that AWS documents, and `readings`
says what was chosen wherever the documentation leaves a choice."""
