"""Speech servers: watched, chosen among, and replaced in mid-sentence by one another."""
