"""SERVICE (SPARQL 1.1 Federated Query): which servers a query may call, who calls them, and why it can call no other."""
