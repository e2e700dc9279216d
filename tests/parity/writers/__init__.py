"""One module per group of fixtures; `make_fixtures.py` calls `write(out, ...)` of each."""
