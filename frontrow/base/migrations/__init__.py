"""Changes of the tables, in order. A home made by an older version is brought up when opened."""
