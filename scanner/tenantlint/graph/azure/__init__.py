"""Azure's own Resource Graph, asked over HTTP: the only place that knows the Azure SDK."""
