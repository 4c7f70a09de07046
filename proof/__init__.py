"""The proof of the rule set: a solver and whole walks hold ``data/clinical`` against ``proof/demands.yml``."""
