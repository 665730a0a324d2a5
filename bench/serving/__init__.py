"""The server under load: pages a second, latency, overload, bundle swaps, a soak. Each beside its ceiling."""
