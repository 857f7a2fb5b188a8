"""Forms of the newsroom and of readers."""
