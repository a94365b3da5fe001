"""RDF in and out: Turtle with places, the formatter, serialisations of graphs and results, JSON-LD."""
