"""What a recogniser of commands is tried on: sentences, other speech, silences, noises."""
