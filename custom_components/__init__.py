"""Home of the integration; a regular package, so that the test harness's own does not hide it."""
