### The trips and clusters: run, trips, clusters, index
