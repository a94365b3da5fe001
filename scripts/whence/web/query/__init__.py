"""From the text of a query to the bytes of its answer, within limits."""
