"""How well it is learned where viewers look: planted curves, on pages of the service itself."""
