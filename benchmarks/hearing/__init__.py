"""Speech to text, ours beside wyoming-faster-whisper: latency, cost, ends, invented words."""
