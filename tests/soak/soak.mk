# What takes minutes: servers under load while they are changed a hundred times, and floods.
#
# SOAK_SECONDS=3600 goes on for at least so long with each server; ONLY=change for some.

SOAK_SECONDS ?= 0

.PHONY: soak
soak:
	@$(SETUP) soak
	+@$(MAKE) --no-print-directory $(JOBS) all $(TEST_PROGRAMS)
	@BUILD=$(BUILD) SOAK_SECONDS=$(SOAK_SECONDS) $(PYTHON) tests/integration/run.py --folder tests/soak --only '$(ONLY)' \
	  --jobs 1 --notes --file-limit $$((7200 + 4 * $(SOAK_SECONDS)))
