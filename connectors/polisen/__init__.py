"""Events told by the Swedish police. See README.md beside this file."""
