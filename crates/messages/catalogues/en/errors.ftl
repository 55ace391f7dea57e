### What is wrong with a command line or a dataset, and the way out
