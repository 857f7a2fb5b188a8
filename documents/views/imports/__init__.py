"""Reading a text into an edition: choose or paste, look at the structure, correct it, save it."""
