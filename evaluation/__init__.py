"""`make evaluate`: how well Spinewise understands what nobody tuned it on (docs/decisions/0015)."""
