"""What is told of a batch: what is new, what is gone, how the source is; and its way to Kafka."""
