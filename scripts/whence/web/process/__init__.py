"""The processes of the server: a supervisor, workers that retire themselves, the log."""
